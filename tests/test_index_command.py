"""`kzchat index` and what other commands say about a folder that has changed."""

import json
import re
from pathlib import Path

import pytest
from filelock import FileLock

from kzchat.cli import run
from kzchat.settings import Settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two articles, and a home of their own."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "wheat.txt").write_text("Par : Aigerim Bekova\nLe blé du Kazakhstan arrive au Maroc.", encoding="utf-8")
    (articles / "port.txt").write_text("Tanger Med reçoit des navires chaque jour.\n\nLR/MAP", encoding="utf-8")
    monkeypatch.setenv("KZCHAT_HOME", str(tmp_path / "home"))
    return articles


def kzchat(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capfd.readouterr()
    code = run(list(arguments))
    out, err = capfd.readouterr()
    return code, out, err


def test_a_dry_run_says_what_would_be_done_and_does_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = kzchat(capfd, "index", "--dry-run", str(folder))
    assert code == 0 and out.splitlines() == [
        "would add       port.txt",
        "would add       wheat.txt",
        "0 unchanged. Nothing was done.",
    ]
    kzchat(capfd, "index", str(folder))
    assert kzchat(capfd, "index", "--dry-run", str(folder))[1] == "All 2 are indexed.\n"
    (folder / "wheat.txt").rename(folder / "grain.txt")
    (folder / "port.txt").write_text("Tanger Med grandit.", encoding="utf-8")
    (folder / "latin.txt").write_bytes("Déjà vu à l'été.".encode("latin-1"))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4")
    out = kzchat(capfd, "index", "--dry-run", str(folder))[1]
    assert "would change    port.txt" in out
    assert "would rename    wheat.txt to grain.txt" in out
    assert re.search(r"would pass over latin.txt: .*iconv -f ISO-8859-1", out)
    assert "would pass over broken.pdf: " in out
    assert out.endswith("0 unchanged. Nothing was done.\n")
    code, out, _ = kzchat(capfd, "search", "--json", "--corpus", str(folder), "--file", "port.txt", "navires")
    assert code == 0 and {row["file"] for row in json.loads(out)} == {"port.txt"}


def test_articles_are_named_with_what_they_say_of_themselves(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, out, err = kzchat(capfd, "index", str(folder))
    assert err == "Indexing: 2 new\n"
    assert "port.txt · Tanger Med reçoit des navires chaque jour (MAP, fr)" in out
    assert "(Aigerim Bekova, fr)" in out
    assert re.search(r"2 articles, 3 sentences · index [0-9a-f]{8}-[0-9a-f]{8}\n$", out)
    _, found, _ = kzchat(capfd, "search", "--corpus", str(folder), "blé")
    assert "(Aigerim Bekova, fr)" in found and "words 1 (" in found


def test_files_that_cannot_be_read_are_named_each_time(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4")
    (folder / "note.docx").write_bytes(b"PK")
    for _ in range(2):
        code, out, err = kzchat(capfd, "index", str(folder))
        assert code == 0 and "2 articles" in out
        assert "passing over broken.pdf: " in err and "passing over note.docx: " in err
    _, _, err = kzchat(capfd, "search", "--corpus", str(folder), "blé")
    assert err == "kzchat: 2 files cannot be read; kzchat index says why\n"


def test_copies_are_named(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "wheat2.txt").write_bytes((folder / "wheat.txt").read_bytes())
    assert "wheat2.txt has the same content as wheat.txt" in kzchat(capfd, "index", str(folder))[1]
    _, out, _ = kzchat(capfd, "search", "--json", "--corpus", str(folder), "blé du Kazakhstan")
    first = json.loads(out)[0]
    assert {first["file"], *(twin["file"] for twin in first["also_in"])} == {"wheat.txt", "wheat2.txt"}


def test_many_changes_are_reported_and_left_to_kzchat_index(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kzchat(capfd, "index", str(folder))
    monkeypatch.setenv("KZCHAT_INDEX_BEFORE_ANSWER", "1")
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"Astana accueille le congrès {name}.", encoding="utf-8")
    code, out, err = kzchat(capfd, "search", "--json", "--corpus", str(folder), "Astana congrès")
    assert code == 0 and "2 new" in err and "kzchat index" in err
    assert {row["file"] for row in json.loads(out)} == {"wheat.txt", "port.txt"}
    (folder / "b.txt").unlink()
    _, out, err = kzchat(capfd, "search", "--json", "--corpus", str(folder), "Astana congrès")
    assert err == "Indexing: 1 new\n" and json.loads(out)[0]["file"] == "a.txt"


def test_a_question_is_answered_while_another_process_indexes(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    kzchat(capfd, "index", str(folder))
    (folder / "new.txt").write_text("Astana accueille un congrès.", encoding="utf-8")
    with FileLock(Settings(corpus=folder).index_folder / "lock"):
        code, out, err = kzchat(capfd, "search", "--json", "--corpus", str(folder), "Astana")
        assert code == 0 and "Another kzchat is indexing" in err and "1 new to come" in err
        assert {row["file"] for row in json.loads(out)} == {"wheat.txt", "port.txt"}
        code, _, err = kzchat(capfd, "index", str(folder))
        assert code == 1 and "Another kzchat is indexing" in err


def test_an_extracted_text_is_what_show_prints(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = "<html><body><article><h1>Visite à Rabat</h1><p>{}</p></article></body></html>"
    (folder / "page.html").write_text(page.format("La visite a duré trois jours à Rabat. " * 8), encoding="utf-8")
    (folder / "note.md").write_text("# Du *blé*\n\nLe **blé** arrive [au port](http://x.example).\n", encoding="utf-8")
    for file, words in (("page.html", "trois jours"), ("note.md", "blé arrive")):
        _, out, _ = kzchat(capfd, "search", "--json", "--corpus", str(folder), "--file", file, words)
        hit = json.loads(out)[0]
        shown = kzchat(capfd, "show", "--corpus", str(folder), file)[1]
        assert shown[hit["start"] : hit["end"]] == hit["text"] and words in hit["text"]
        assert "<p>" not in shown and "x.example" not in shown


def test_searches_that_cannot_be_made(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for option, value, says in (
        ("--since", "yesterday", "is not a date"),
        ("--file", "none.txt", "No indexed article"),
        ("--lang", "xx", "Use one of"),
    ):
        code, _, err = kzchat(capfd, "search", "--corpus", str(folder), option, value, "blé")
        assert code == 2 and says in err.splitlines()[-1]
    code, out, _ = kzchat(capfd, "search", "--corpus", str(folder), "--since", "2020", "blé")
    assert code == 0 and out == "Nothing is found.\n"
