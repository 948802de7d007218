"""A corpus folder in, an index out: exactly what changed is added, changed or removed, one article a transaction.

Articles are embedded first and then swapped: noted as pending, then vectors, full text, and last the manifest, which
is what readers go by. Interrupted anywhere, the next run first tidies up what is pending and does those articles
again. Each combination of embedder, splitter and cleaner has an index of its own beside the others; the old ones go
when the new one is complete.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from kzchat import corpus, recovery
from kzchat.changes import Changes
from kzchat.embedding import Embedder, Vectors
from kzchat.errors import IndexingBusy, IndexingError, not_written
from kzchat.folder import Entry, Unreadable
from kzchat.headed import vectors_of
from kzchat.index import Index
from kzchat.manifest import PassedOver
from kzchat.schema import Article, Excerpt, Passage, Sentence
from kzchat.settings import Settings
from kzchat.spelling import names
from kzchat.splitting import split

if TYPE_CHECKING:
    from kzchat.store import VectorCollection

_BATCH_CHARS = 12_000  # articles are embedded and committed together until they have so much text: about 3 seconds

Progress = Callable[[str, int, int], None]  # file just done, number done, number to do


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An article on its way into the index."""

    entry: Entry
    article: Article
    sentences: list[Sentence]
    passages: list[Passage]

    @property
    def items(self) -> list[Excerpt]:
        """Everything of it that has a vector."""
        return [*self.sentences, *self.passages]


def update(
    settings: Settings, index: Index, embedder: Embedder, changes: Changes, progress: Progress | None = None
) -> tuple[Unreadable, ...]:
    """Bring the index in step with the folder.

    Returns:
        The files that were passed over, with the reason. What was indexed of them before stays.

    Raises:
        IndexingBusy: another process is indexing.
        IndexingError: the disk is full, or the index cannot be written.
    """
    with _write_lock(settings):
        try:
            unreadable = _update(index, embedder, changes, progress)
            index.lexical.end_writing()
        except OSError as error:
            raise not_written(error.strerror or str(error)) from error
        except sqlite3.OperationalError as error:
            raise not_written(str(error)) from error
        finally:
            index.lexical.abandon_writing()
        return unreadable


def _update(index: Index, embedder: Embedder, changes: Changes, progress: Progress | None) -> tuple[Unreadable, ...]:
    _tidy_up(index, embedder)
    unreadable = list(changes.unreadable)
    to_do = (*changes.added, *changes.changed, *(new for _, new in changes.renamed))
    removed = (*changes.removed, *(old for old, _ in changes.renamed))
    total, done = len(to_do) + len(removed), 0
    for batch in _batches(_prepare(index, to_do, unreadable)):
        _swap_in(index, embedder, batch)
        for prepared in batch:
            done += 1
            if progress:
                progress(prepared.entry.file, done, total)
    for file in removed:  # last: the vectors of a renamed file come from its old name
        _remove(index, file)
        done += 1
        if progress:
            progress(file, done, total)
    index.manifest.restamp(changes.restamped)
    index.manifest.forget_passed_over(changes.gone)
    for other in index.others():
        shutil.rmtree(other, ignore_errors=True)
    return tuple(unreadable)


def _prepare(index: Index, entries: Iterable[Entry], unreadable: list[Unreadable]) -> Iterator[_Prepared]:
    """Read and split; what cannot be read is noted and passed over."""
    for entry in entries:
        source = entry.load()
        article = source if isinstance(source, Unreadable) else corpus.read(source)
        if isinstance(article, Unreadable):
            unreadable.append(article)
            digest = "" if isinstance(source, Unreadable) else source.sha256
            index.manifest.pass_over(entry.file, PassedOver(entry.stamp, digest, article.why))
        else:
            yield _Prepared(entry, article, *split(article))


def _batches(prepared: Iterable[_Prepared]) -> Iterator[list[_Prepared]]:
    batch: list[_Prepared] = []
    for item in prepared:
        batch.append(item)
        if sum(len(one.article.text) for one in batch) >= _BATCH_CHARS:
            yield batch
            batch = []
    if batch:
        yield batch


def _swap_in(index: Index, embedder: Embedder, batch: Sequence[_Prepared]) -> None:
    """Put articles in the place of their older versions."""
    from kzchat.nodes import to_nodes  # LlamaIndex: only where something is indexed

    vectors = _vectors(index, embedder, batch)
    old = {one.article.file: index.manifest.ids(one.article.file) for one in batch}
    new = {one.article.file: {item.id for item in one.items} for one in batch}
    index.manifest.begin({file: old[file] | new[file] for file in new})
    sentence_nodes = [node for one in batch for node in to_nodes(one.article, one.sentences)]
    passage_nodes = [node for one in batch for node in to_nodes(one.article, one.passages)]
    for collection, nodes in ((index.store.sentences, sentence_nodes), (index.store.passages, passage_nodes)):
        collection.add(nodes, _stacked([vectors[node.node_id] for node in nodes], embedder.dimension))
    for one in batch:
        article = one.article
        index.lexical.replace(article.file, article.title, article.date, one.sentences, one.passages)
    index.lexical.commit()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for one in batch:
        named = {name for sentence in one.sentences for name in names(sentence.text)}
        index.manifest.replace(one.article, one.sentences, one.passages, named, one.entry.stamp, now)
    index.store.remove(sorted(id_ for file in new for id_ in old[file] - new[file]))
    index.manifest.finish(new)


def _vectors(index: Index, embedder: Embedder, batch: Sequence[_Prepared]) -> dict[str, Vectors]:
    """Id to vector of every sentence and passage. A file whose content is indexed under another name has them."""
    found: dict[str, Vectors] = {}
    for one in batch:
        twin = index.manifest.file_with(one.article.sha256)
        if twin and PurePosixPath(twin).suffix == PurePosixPath(one.article.file).suffix:
            found |= _copied(index, one, twin)
    missing = [(item, one.article.title) for one in batch for item in one.items if item.id not in found]
    rows = vectors_of(missing, embedder)
    return found | {item.id: row for (item, _), row in zip(missing, rows, strict=True)}


def _copied(index: Index, one: _Prepared, twin: str) -> dict[str, Vectors]:
    pairs: tuple[tuple[VectorCollection, Sequence[Excerpt], Sequence[Excerpt]], ...] = (
        (index.store.sentences, index.manifest.sentences_of(twin), one.sentences),
        (index.store.passages, index.manifest.passages_of(twin), one.passages),
    )
    found: dict[str, Vectors] = {}
    for collection, theirs, ours in pairs:
        stored = collection.vectors([item.id for item in theirs])
        by_span = {(item.start, item.end): stored[item.id] for item in theirs if item.id in stored}
        found |= {item.id: by_span[item.start, item.end] for item in ours if (item.start, item.end) in by_span}
    return found


def _stacked(rows: Sequence[Vectors], dimension: int) -> Vectors:
    return np.stack(rows) if rows else np.empty((0, dimension), dtype=np.float32)


def _remove(index: Index, file: str) -> None:
    ids = index.manifest.ids(file)
    index.manifest.begin({file: ids})
    index.manifest.remove(file)
    index.lexical.remove(file)
    index.lexical.commit()
    index.store.remove(sorted(ids))
    index.manifest.finish([file])


def _tidy_up(index: Index, embedder: Embedder) -> None:
    """Make the other stores agree with the manifest about what an interrupted run was doing."""
    recovery.finish_swap(index)
    pending = index.manifest.pending()
    if pending and index.vectors_folder.exists() and not recovery.works(index.vectors_folder, embedder.dimension):
        recovery.rebuild(index, embedder)
    for file, ids in pending.items():
        index.store.remove(sorted(ids - index.manifest.ids(file)))
        article = index.manifest.article(file)
        if article is None:
            index.lexical.remove(file)
        else:
            sentences, passages = index.manifest.sentences_of(file), index.manifest.passages_of(file)
            index.lexical.replace(file, article.title, article.date, sentences, passages)
    if pending:
        index.lexical.commit()
        index.manifest.finish(pending)


def _write_lock(settings: Settings) -> AbstractContextManager[object]:
    """One writer an index, whatever the process.

    Raises:
        IndexingBusy: another process holds the lock.
        IndexingError: the index folder cannot be written.
    """
    lock = FileLock(settings.index_folder / "lock", timeout=0)
    try:
        return lock.acquire()
    except Timeout as error:
        raise IndexingBusy(
            f"Another kzchat is indexing {settings.corpus}.", "Wait until it has finished, then try again."
        ) from error
    except OSError as error:
        raise IndexingError(
            f"The index folder {settings.index_folder} is not writable: {error.strerror}.",
            "Set KZCHAT_HOME to a folder you may write to.",
        ) from error
