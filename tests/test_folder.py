"""What is in a folder of articles, and what has to be passed over."""

import os
import time
from pathlib import Path

import pytest

from kzchat import corpus as corpus_module
from kzchat.errors import CorpusError
from kzchat.folder import Entry, SourceFile, Unreadable, scan

TEXT = "Le blé du Kazakhstan arrive au Maroc.\n"


def found(folder: Path, limit: int = 10**6) -> dict[str, str]:
    """File to "" or why it was passed over."""
    items = scan(folder, limit, time.time_ns())
    return {item.file: item.why if isinstance(item, Unreadable) else "" for item in items}


def loaded(folder: Path, file: str) -> SourceFile | Unreadable:
    entry = next(item for item in scan(folder, 10**6, time.time_ns()) if item.file == file)
    assert isinstance(entry, Entry)
    return entry.load()


def test_a_folder_is_walked_whole_and_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.MD", "a/y/x.html", "c.pdf", ".hidden.txt", ".git/config.txt", "photo.jpg", "data.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TEXT, encoding="utf-8")
    assert found(tmp_path) == {"a/y/x.html": "", "a/z.MD": "", "b.txt": "", "c.pdf": ""}


def test_documents_of_other_kinds_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "note.docx").write_bytes(b"PK")
    assert "save it as PDF or plain text" in found(tmp_path)["note.docx"]


def test_links_are_followed_inside_only(tmp_path: Path) -> None:
    folder, outside = tmp_path / "articles", tmp_path / "outside"
    (folder / "sub").mkdir(parents=True)
    outside.mkdir()
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (outside / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    (folder / "out.txt").symlink_to(outside / "secret.txt")
    (folder / "out").symlink_to(outside)
    (folder / "sub" / "circle").symlink_to(folder)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "nowhere.txt").symlink_to(folder / "gone.txt")
    passed_over = found(folder)
    assert [file for file, why in passed_over.items() if not why] == ["a.txt", "inside.txt"]
    assert "leads out of the folder" in passed_over["out.txt"] and "leads out" in passed_over["out"]
    assert "is not followed" in passed_over["sub/circle"]
    assert "nowhere or in a circle" in passed_over["loop.txt"] and "nowhere" in passed_over["nowhere.txt"]


def test_a_file_of_200_megabytes_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    with (tmp_path / "huge.txt").open("wb") as huge:
        huge.truncate(200_000_000)  # a sparse file
    assert "KZCHAT_MAX_FILE_BYTES" in found(tmp_path, 20_000_000)["huge.txt"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("binary.txt", bytes(range(256)) * 40, "binary"),
        ("latin.txt", "Le blé à été récolté, dès l'été dernier.".encode("latin-1"), "iconv -f ISO-8859-1"),
        ("utf16.txt", "Le blé du Kazakhstan".encode("utf-16"), "iconv -f UTF-16"),
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("broken.pdf", b"%PDF-1.7\nbroken", "PDF"),
        ("scripts.html", b"<html><script>alert(1)</script></html>", "no"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    source = loaded(tmp_path, name)
    assert isinstance(source, SourceFile)
    article = corpus_module.read(source)
    assert isinstance(article, Unreadable) and article.file == name
    assert says in article.why and ("; " in article.why or ": " in article.why)


def test_the_scripts_of_a_page_are_not_its_text(tmp_path: Path) -> None:
    page = "<html><head><script>steal()</script></head><body><article><h1>Du blé</h1>" + (
        "<p>Le Kazakhstan exporte du blé vers le Maroc, selon le ministère.</p>" * 4 + "</article></body></html>"
    )
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    source = loaded(tmp_path, "a.html")
    assert isinstance(source, SourceFile)
    article = corpus_module.read(source)
    assert not isinstance(article, Unreadable)
    assert "exporte du blé" in article.text and "steal" not in article.text and "<p>" not in article.text


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    fstat = os.fstat
    calls = iter(range(100))

    def growing(descriptor: int) -> os.stat_result:
        with path.open("a", encoding="utf-8") as more:
            more.write(f"{next(calls)}\n")
        return fstat(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fstat", growing)
        source = loaded(tmp_path, "a.txt")
    assert isinstance(source, Unreadable) and "changed while it was read" in source.why
    assert isinstance(loaded(tmp_path, "a.txt"), SourceFile)


def test_what_is_no_folder_of_articles(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="cannot be read"):
        found(tmp_path / "missing")
    with pytest.raises(CorpusError, match="holds no"):
        found(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    with pytest.raises(CorpusError, match="is a file") as caught:
        found(tmp_path / "a.txt")
    assert str(tmp_path) in caught.value.remedy


def test_a_jsonl_corpus_is_read_by_rows(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    rows = [
        '{"id": "a.html", "text": "Une phrase.", "title": "Un titre"}',
        "not json",
        '{"id": "q", "contexts": [{"id": "c#1", "text": "Une autre."}, {"id": "a.html", "text": "x"}]}',
    ]
    file.write_text("\n".join(rows), encoding="utf-8")
    first, bad, context = scan(file, 1000, 0)
    assert isinstance(bad, Unreadable) and bad.file == "corpus.jsonl:2"
    assert isinstance(first, Entry) and isinstance(context, Entry) and context.file == "c#1"
    source = first.load()
    assert isinstance(source, SourceFile)
    article = corpus_module.read(source)
    assert not isinstance(article, Unreadable) and (article.text, article.title) == ("Une phrase.", "Un titre")
    file.write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match="holds no article"):
        list(scan(file, 1000, 0))
