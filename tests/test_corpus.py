from pathlib import Path

import pytest

from conftest import SEEDS
from kzchat.cleaning import boilerplate_spans
from kzchat.corpus import content_spans, describe, read
from kzchat.errors import CorpusError
from kzchat.folder import Entry, SourceFile, Unreadable, scan
from kzchat.schema import Article


def outcomes(folder: Path, max_file_bytes: int = 10**7) -> list[Article | Unreadable]:
    found: list[Article | Unreadable] = []
    for entry in scan(folder, max_file_bytes, 0):
        source = entry.load() if isinstance(entry, Entry) else entry
        found.append(source if isinstance(source, Unreadable) else read(source))
    return found


def articles(folder: Path) -> dict[str, Article]:
    return {article.file[:3]: article for article in outcomes(folder) if isinstance(article, Article)}


def test_the_seeds_say_who_when_and_where() -> None:
    seeds = articles(SEEDS)
    assert [a.language for a in seeds.values()] == ["fr", "fr", "fr", "fr", "en"]
    assert seeds["004"].date == "2026-01-29"
    assert seeds["004"].outlet == "Ministry of Foreign Affairs of the Republic of Kazakhstan"
    assert seeds["003"].author == "Hassan Ammari"
    assert seeds["002"].outlet == "MAP"
    assert seeds["003"].title.startswith("Dans un monde en pleine mutation")


def test_texts_are_the_files_to_the_letter() -> None:
    for article in articles(SEEDS).values():
        assert article.text == (SEEDS / article.file).read_bytes().decode()


def test_boilerplate_of_the_seeds_is_marked() -> None:
    seeds = articles(SEEDS)
    marked = {key: [a.text[s.start : s.end] for s in a.boilerplate] for key, a in seeds.items()}
    assert marked["000"] == [
        "Lire aussi: Maroc-Kazakhstan : Croissance des échanges et convergence stratégique au cœur des relations "
        "bilatérales"
    ]
    assert marked["001"][-1].startswith("Loading") and marked["001"][-1].endswith(
        "Le club sportif de Kénitra a informé son"
    )
    assert any("- in Politique" in piece for piece in marked["001"])
    assert marked["004"] == ["date 2026-01-29 Tell a friend"]
    assert marked["003"] == []
    kept = "".join(seeds["001"].text[s.start : s.end] for s in content_spans(seeds["001"]))
    assert kept.count("renforcent leur coopération bilatérale dans les domaines de la paix") == 1


def test_content_and_boilerplate_cover_the_text() -> None:
    for article in articles(SEEDS).values():
        pieces = sorted([*content_spans(article), *article.boilerplate])
        assert "".join(article.text[s.start : s.end] for s in pieces) == article.text


def test_an_article_about_sharing_keeps_its_first_half() -> None:
    text = "Share\nLoading docks of Tanger Med were busy on Monday, the port said in a statement.\n" + "More. " * 50
    assert boilerplate_spans(text)[-1].end < 20


def test_describe_guesses_nothing() -> None:
    article = describe("a.txt", "Rien ici ne dit la date, ni le journal, ni l'auteur.", "0" * 64)
    assert (article.date, article.outlet, article.author) == (None, None, None)


def test_files_that_cannot_be_read_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Une phrase.", encoding="utf-8")
    (tmp_path / "latin.txt").write_bytes("é".encode("latin-1"))
    (tmp_path / "binary.txt").write_bytes(b"a\x00b")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "large.txt").write_text("x" * 2000, encoding="utf-8")
    (tmp_path / "away.txt").symlink_to("/etc/passwd")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "script.html").write_text("<html><script>x()</script></html>", encoding="utf-8")
    found = outcomes(tmp_path, 1000)
    why = {outcome.file: outcome.why for outcome in found if isinstance(outcome, Unreadable)}
    assert set(why) >= {"latin.txt", "binary.txt", "empty.txt", "large.txt", "away.txt", "broken.pdf", "script.html"}
    assert "UTF-8" in why["latin.txt"] and "binary" in why["binary.txt"] and "link" in why["away.txt"]
    assert [outcome.file for outcome in found if isinstance(outcome, Article)] == ["good.txt"]


@pytest.mark.parametrize("make", [False, True])
def test_a_missing_or_empty_folder_is_an_error(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "articles"
    if make:
        folder.mkdir()
    with pytest.raises(CorpusError, match="articles") as caught:
        list(scan(folder, 1000, 0))
    assert "--corpus" in caught.value.remedy


def test_a_jsonl_corpus_is_read_by_rows(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_text('{"id": "a:1", "text": "Une phrase."}\nnot json\n', encoding="utf-8")
    good, bad = scan(file, 1000, 0)
    assert isinstance(good, Entry) and isinstance(source := good.load(), SourceFile) and source.file == "a:1"
    assert isinstance(bad, Unreadable) and bad.file == "corpus.jsonl:2"
