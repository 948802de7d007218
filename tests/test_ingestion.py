import os
import shutil
import time
from pathlib import Path

import pytest
from filelock import FileLock

from hash_embedder import HashEmbedder, contents, in_step, indexed
from kzchat.changes import find_changes
from kzchat.errors import CorpusError, IndexingBusy, IndexingError
from kzchat.index import open_index
from kzchat.ingestion import update
from kzchat.settings import Settings


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
    embedder.embedded.clear()
    update(settings, index, embedder, changes)
    assert sorted(embedder.embedded) == ["A wholly new text about wheat.", "Un article de plus."]
    assert in_step(index)
    assert index.fingerprint != first
    assert index.lexical.sentences("Nurtleu", "fr", 5) and not index.lexical.sentences("Qoşanov", "fr", 5)
    found = index.lexical.sentences("wheat", "en", 5)
    assert [id_.split("#")[0] for id_, _ in found] == ["004_4c9b9a2b4256dbf4.txt"]


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
    old = index.manifest.article(file)
    unreadable = update(settings, index, HashEmbedder(), find_changes(settings, index.manifest))
    assert [passed_over.file for passed_over in unreadable] == [file] and "iconv" in unreadable[0].why
    assert index.manifest.article(file) == old and in_step(index)


def test_two_writers_at_once_are_told(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    (settings.corpus / "new.txt").write_text("Un article de plus.", encoding="utf-8")
    with (
        FileLock(settings.index_folder / "lock"),
        pytest.raises(IndexingBusy, match="Another kzchat"),
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


def settle(folder: Path) -> None:
    """Make the files old enough for their times to be trusted."""
    long_ago = time.time() - 100
    for path in folder.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    time.sleep(2.1)  # the time of the change itself cannot be set


def test_a_file_is_not_read_again_while_its_times_are_the_same(settings: Settings) -> None:
    settle(settings.corpus)
    index = indexed(settings, HashEmbedder())
    assert all(article.stamp for article in index.manifest.contents())
    file = settings.corpus / "000_779b5a5f9f36ba7a.txt"
    file.touch()
    settle(settings.corpus)
    changes = find_changes(settings, index.manifest)
    assert not changes and list(changes.restamped) == [path.name for path in sorted(settings.corpus.iterdir())]
    update(settings, index, HashEmbedder(), changes)
    assert not find_changes(settings, index.manifest).restamped
    # Same size, and the modification time put back: the change is seen all the same.
    status = file.stat()
    file.write_bytes(file.read_bytes().replace(b"Rabat", b"Tanja"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [entry.file for entry in find_changes(settings, index.manifest).changed] == [file.name]


def test_a_file_written_just_now_is_compared_by_content(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    assert not any(article.stamp for article in index.manifest.contents())
    assert not find_changes(settings, index.manifest)


def test_a_renamed_file_keeps_its_vectors(settings: Settings) -> None:
    embedder = HashEmbedder()
    index = indexed(settings, embedder)
    embedder.embedded.clear()
    (settings.corpus / "004_4c9b9a2b4256dbf4.txt").rename(settings.corpus / "renamed.txt")
    changes = find_changes(settings, index.manifest)
    assert [(old, new.file) for old, new in changes.renamed] == [("004_4c9b9a2b4256dbf4.txt", "renamed.txt")]
    assert (changes.added, changes.removed, changes.count) == ((), (), 1)
    update(settings, index, embedder, changes)
    assert embedder.embedded == []
    assert in_step(index)
    assert "renamed.txt" in index.manifest.by_file() and "004_4c9b9a2b4256dbf4.txt" not in index.manifest.by_file()


def test_a_name_that_now_holds_something_else(settings: Settings) -> None:
    index = indexed(settings, HashEmbedder())
    old = settings.corpus / "004_4c9b9a2b4256dbf4.txt"
    text = old.read_text(encoding="utf-8")
    old.rename(settings.corpus / "moved.txt")
    old.write_text("Un tout autre article.", encoding="utf-8")
    update(settings, index, HashEmbedder(), find_changes(settings, index.manifest))
    moved, other = index.manifest.article("moved.txt"), index.manifest.article(old.name)
    assert moved is not None and other is not None
    assert (moved.text, other.text) == (text, "Un tout autre article.")
    assert in_step(index)


def test_two_files_with_the_same_content_are_both_indexed_and_named(settings: Settings) -> None:
    embedder = HashEmbedder()
    index = indexed(settings, embedder)
    embedder.embedded.clear()
    shutil.copy(settings.corpus / "004_4c9b9a2b4256dbf4.txt", settings.corpus / "copy.txt")
    changes = find_changes(settings, index.manifest)
    assert changes.copies == (("copy.txt", "004_4c9b9a2b4256dbf4.txt"),)
    update(settings, index, embedder, changes)
    assert embedder.embedded == [] and len(index.manifest.contents()) == 6 and in_step(index)


def test_what_cannot_be_read_is_remembered_until_it_changes(settings: Settings) -> None:
    broken = settings.corpus / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 not really")
    settle(settings.corpus)
    index = indexed(settings, HashEmbedder())
    changes = find_changes(settings, index.manifest)
    assert not changes and [file.file for file in changes.unreadable] == ["broken.pdf"]
    broken.unlink()
    changes = find_changes(settings, index.manifest)
    assert changes.gone == ("broken.pdf",)
    update(settings, index, HashEmbedder(), changes)
    assert index.manifest.passed_over() == {}


def test_an_unreadable_subfolder_removes_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (settings.corpus / "old").mkdir()
    (settings.corpus / "old" / "a.txt").write_text("Un vieil article.", encoding="utf-8")
    index = indexed(settings, HashEmbedder())
    scandir = os.scandir

    def refuse(path: os.PathLike[str]) -> object:
        if Path(path).name == "old":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    changes = find_changes(settings, index.manifest)
    assert changes.removed == () and [file.file for file in changes.unreadable] == ["old/"]


@pytest.mark.parametrize("step", ["begin", "add", "replace", "commit", "manifest", "remove", "finish"])
def test_a_failure_at_any_step_is_finished_by_the_next_run(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A changed, a new and a removed article; the run breaks off at one step; the next one ends where it should."""
    index = indexed(settings, HashEmbedder())
    (settings.corpus / "000_779b5a5f9f36ba7a.txt").write_text("Maroc : un autre texte.", encoding="utf-8")
    (settings.corpus / "new.txt").write_text("Du blé du Kazakhstan.", encoding="utf-8")
    (settings.corpus / "001_69f7196542c3eaa4.txt").unlink()
    target, name = {
        "begin": (index.manifest, "begin"),
        "add": (index.store.passages, "add"),
        "replace": (index.lexical, "replace"),
        "commit": (index.lexical, "commit"),
        "manifest": (index.manifest, "replace"),
        "remove": (index.store, "remove"),
        "finish": (index.manifest, "finish"),
    }[step]

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(target, name, fail)
        with pytest.raises(KeyboardInterrupt):
            update(settings, index, HashEmbedder(), find_changes(settings, index.manifest))
    # The file of an interrupted change is put back as it was: nothing is left of the newer version.
    for file in ("000_779b5a5f9f36ba7a.txt", "001_69f7196542c3eaa4.txt"):
        shutil.copy(Path(__file__).parents[1] / "seeds" / file, settings.corpus / file)
    (settings.corpus / "new.txt").unlink()
    update(settings, index, HashEmbedder(), find_changes(settings, index.manifest))
    other = indexed(Settings(corpus=settings.corpus, home=tmp_path / "other"), HashEmbedder())
    assert in_step(index)
    assert contents(index) == contents(other)


def test_a_full_disk_says_what_to_do_and_loses_nothing(settings: Settings) -> None:
    embedder = HashEmbedder()
    index = indexed(settings, embedder)
    (settings.corpus / "new.txt").write_text("Un article de plus.", encoding="utf-8")
    embedder.fail_at = "article de plus"
    with pytest.raises(IndexingError, match="No space") as caught:
        update(settings, index, embedder, find_changes(settings, index.manifest))
    assert "goes on from here" in caught.value.remedy
    assert len(index.manifest.contents()) == 5 and in_step(index)
