"""A vector store that a killed run left broken."""

from pathlib import Path

import pytest

from hash_embedder import HashEmbedder, contents, in_step, indexed
from kzchat import recovery
from kzchat.settings import Settings


def test_a_store_is_tried_in_a_process_of_its_own(corpus: Path, tmp_path: Path) -> None:
    index = indexed(Settings(corpus=corpus, home=tmp_path / "home"), HashEmbedder())
    before = contents(index)
    assert recovery.works(index.vectors_folder, HashEmbedder.dimension)
    assert contents(index)["stored"] == before["stored"]
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "chroma.sqlite3").write_text("no database", encoding="utf-8")
    assert not recovery.works(broken, HashEmbedder.dimension)


def test_a_broken_store_is_built_anew(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(corpus=corpus, home=tmp_path / "home")
    whole = indexed(Settings(corpus=corpus, home=tmp_path / "whole"), HashEmbedder())
    index = indexed(settings, HashEmbedder())
    file = next(iter(index.manifest.by_file()))
    index.manifest.begin({file: index.manifest.ids(file)})  # as a killed run leaves it
    monkeypatch.setattr(recovery, "works", lambda folder, dimension: False)
    again = indexed(settings, HashEmbedder())
    assert not again.manifest.pending()
    assert in_step(again)
    assert contents(again) == contents(whole)
    assert {path.name for path in again.folder.iterdir() if "chroma" in path.name} == {"chroma"}


def test_a_rebuilding_that_was_killed_is_finished_or_forgotten(corpus: Path, tmp_path: Path) -> None:
    index = indexed(Settings(corpus=corpus, home=tmp_path / "home"), HashEmbedder())
    new = index.vectors_folder.with_name("chroma.new")
    new.mkdir()
    recovery.finish_swap(index)
    assert not new.exists() and index.vectors_folder.exists()
    index.vectors_folder.rename(new)
    recovery.finish_swap(index)
    assert not new.exists() and index.vectors_folder.exists()


def test_a_store_in_the_place_of_one_that_is_open_is_opened(corpus: Path, tmp_path: Path) -> None:
    settings = Settings(corpus=corpus, home=tmp_path / "home")
    index = indexed(settings, HashEmbedder())
    kept = sorted(index.store.sentences.ids())
    recovery.rebuild(index, HashEmbedder())
    index.store.sentences.remove(kept[:1])  # Chroma would write to the one that was moved away, and fail
    assert sorted(index.store.sentences.ids()) == kept[1:]
