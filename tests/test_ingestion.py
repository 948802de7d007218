import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from conftest import SEEDS
from kzchat.embedding import Vectors
from kzchat.errors import CorpusError, IndexingError
from kzchat.ingestion import Index, find_changes, open_index, update
from kzchat.retrieval import Retriever
from kzchat.schema import RetrievedPassage
from kzchat.settings import Settings


class HashEmbedder:
    """Deterministic, fast, and able to fail."""

    name = "hash"
    dimension = 8

    def __init__(self) -> None:
        self.fail_at: str | None = None
        self.embedded = 0

    def query(self, text: str) -> Vectors:
        return np.asarray(self.passages([text])[0], dtype=np.float32)

    def passages(self, texts: list[str]) -> Vectors:
        if self.fail_at and any(self.fail_at in text for text in texts):
            raise OSError(28, "No space left on device")
        self.embedded += len(texts)
        rows = [np.frombuffer(text.encode().ljust(8)[:8], dtype=np.uint8).astype(np.float32) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32).reshape(len(texts), 8)


def indexed(settings: Settings, embedder: HashEmbedder) -> Index:
    index = open_index(settings, embedder.name, embedder.dimension)
    update(settings, index, embedder, find_changes(settings, index.manifest))
    return index


def in_step(index: Index) -> bool:
    """The three stores hold the same sentences."""
    ids = {id_ for entry in index.manifest.contents() for id_ in index.manifest.sentence_ids(entry.file)}
    return ids == set(index.store.ids()) and all(
        article.text[s.start : s.end] == s.text
        for s in index.manifest.sentences(ids).values()
        if (article := index.manifest.article(s.file))
    )


@pytest.fixture
def settings(corpus: Path, tmp_path: Path) -> Settings:
    return Settings(corpus=corpus, home=tmp_path / "home")


def test_only_what_changed_is_done(settings: Settings) -> None:
    embedder = HashEmbedder()
    index = indexed(settings, embedder)
    first = index.fingerprint
    assert in_step(index)
    assert not find_changes(settings, index.manifest)

    (settings.corpus / "004_4c9b9a2b4256dbf4.txt").write_text("A wholly new text about wheat.", encoding="utf-8")
    (settings.corpus / "000_779b5a5f9f36ba7a.txt").unlink()
    (settings.corpus / "new.txt").write_text("Un article de plus.", encoding="utf-8")
    changes = find_changes(settings, index.manifest)
    assert ([c.file for c in changes.added], [c.file for c in changes.changed], changes.removed) == (
        ["new.txt"], ["004_4c9b9a2b4256dbf4.txt"], ("000_779b5a5f9f36ba7a.txt",),
    )  # fmt: skip
    assert changes.unchanged == 3
    before = embedder.embedded
    update(settings, index, embedder, changes)
    assert embedder.embedded - before == 2
    assert in_step(index)
    assert index.fingerprint != first
    assert index.lexical.search("Nurtleu Qoşanov", 5) and not index.lexical.search("Qoşanov", 5)
    assert [id_.split("#")[0] for id_, _ in index.lexical.search("wheat", 5)] == ["004_4c9b9a2b4256dbf4.txt"]


def test_an_emptied_or_missing_folder_removes_nothing(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    shutil.rmtree(settings.corpus)
    with pytest.raises(CorpusError):
        find_changes(settings, index.manifest)
    settings.corpus.mkdir()
    with pytest.raises(CorpusError):
        find_changes(settings, index.manifest)
    assert len(index.manifest.contents()) == 5


def test_a_failed_article_keeps_its_old_version(settings: Settings) -> None:
    embedder = HashEmbedder()
    index = indexed(settings, embedder)
    file = "001_69f7196542c3eaa4.txt"
    old = index.manifest.article(file)
    (settings.corpus / file).write_text("Marrakech remplace tout. Une autre phrase.", encoding="utf-8")
    embedder.fail_at = "Marrakech remplace"
    with pytest.raises(IndexingError, match="No space"):
        update(settings, index, embedder, find_changes(settings, index.manifest))
    assert index.manifest.article(file) == old
    assert in_step(index)
    embedder.fail_at = None
    update(settings, index, embedder, find_changes(settings, index.manifest))
    article = index.manifest.article(file)
    assert article is not None and article.text.startswith("Marrakech")
    assert in_step(index)


def test_an_unreadable_new_version_keeps_the_old_one(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    file = "001_69f7196542c3eaa4.txt"
    (settings.corpus / file).write_bytes(b"\xff\xfe\x00")
    changes = find_changes(settings, index.manifest)
    assert not changes and [passed_over.file for passed_over in changes.unreadable] == [file]
    update(settings, index, HashEmbedder(), changes)
    assert index.manifest.article(file) is not None


def test_two_writers_at_once_are_told(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    (settings.corpus / "new.txt").write_text("Un article de plus.", encoding="utf-8")
    with (
        FileLock(settings.index_folder / "lock"),
        pytest.raises(IndexingError, match="Another kzchat"),
    ):
        update(settings, index, HashEmbedder(), find_changes(settings, index.manifest))


def test_a_newer_index_is_refused(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    index.manifest._db.execute("PRAGMA user_version=99")
    index.manifest._db.commit()
    with pytest.raises(IndexingError, match="newer"):
        open_index(settings, HashEmbedder.name, HashEmbedder.dimension)


def test_another_embedder_rebuilds_beside_and_then_replaces(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    other = HashEmbedder()
    other.name = "hash2"
    beside = open_index(settings, other.name, other.dimension)
    assert index.folder.exists() and beside.folder != index.folder
    update(settings, beside, other, find_changes(settings, beside.manifest))
    assert in_step(beside) and not index.folder.exists()


_KILLED = """
import sys, pathlib
sys.path[:0] = {path!r}
from test_ingestion import HashEmbedder, indexed
from kzchat.settings import Settings
settings = Settings(corpus=pathlib.Path({corpus!r}), home=pathlib.Path({home!r}))
print("ready", flush=True)
indexed(settings, HashEmbedder())
print("done", flush=True)
"""


@pytest.mark.parametrize("delay", [0.02, 0.3, 0.6])
def test_a_killed_run_is_finished_by_the_next(settings: Settings, delay: float) -> None:
    script = _KILLED.format(path=[str(Path(__file__).parent)], corpus=str(settings.corpus), home=str(settings.home))
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ})
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    index = indexed(settings, HashEmbedder())
    assert in_step(index)
    assert [entry.file for entry in index.manifest.contents()] == sorted(path.name for path in SEEDS.iterdir())


def search(seeds_index: tuple[Settings, Index], question: str) -> list[RetrievedPassage]:
    from kzchat.embedding import default_embedder

    settings, index = seeds_index
    return Retriever(index, default_embedder(), settings).search(question, 5)


@pytest.mark.parametrize(
    ("question", "file", "words"),
    [
        ("Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?", "003", "novembre 2025"),
        ("When did Kazakhstan join the Abraham Accords?", "003", "novembre 2025"),
        ("Когда Казахстан присоединился к Авраамским соглашениям?", "003", "novembre 2025"),
        ("Қазақстан Авраам келісімдеріне қашан қосылды?", "003", "novembre 2025"),
        ("متى انضمت كازاخستان إلى اتفاقيات أبراهام؟", "003", "novembre 2025"),
        ("Koshanov", "000", "Qoşanov"),
    ],
)
def test_the_sentence_is_found_from_every_language(
    seeds_index: tuple[Settings, Index], question: str, file: str, words: str
) -> None:
    found = search(seeds_index, question)
    assert any(p.sentence.file.startswith(file) and words in p.sentence.text for p in found)


def test_boilerplate_is_never_found(seeds_index: tuple[Settings, Index]) -> None:
    for question in (
        "Le club sportif de Kénitra",
        "Leave a Reply",
        "Croissance des échanges et convergence stratégique",
    ):
        for passage in search(seeds_index, question):
            assert "Kénitra" not in passage.sentence.text
            assert "Lire aussi" not in passage.sentence.text
