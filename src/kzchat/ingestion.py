"""A corpus folder in, an index out: exactly what changed is added, changed or removed, one article a transaction.

An article is embedded first and then swapped: vectors, full text, and last the manifest, which is what readers go
by. Interrupted anywhere, the next run finds the manifest as it was for that article and does it again. Each
combination of embedder, splitter and cleaner has an index of its own beside the others; the old ones go when the
new one is complete.
"""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

from kzchat import corpus, lexical, sentences
from kzchat.corpus import SourceFile, Unreadable
from kzchat.embedding import Embedder
from kzchat.errors import IndexingError
from kzchat.lexical import LexicalIndex
from kzchat.manifest import Manifest
from kzchat.schema import Article
from kzchat.settings import Settings
from kzchat.store import VectorStore

Progress = Callable[[str, int, int], None]  # file just done, number done, number to do


@dataclass(frozen=True, slots=True)
class Changes:
    """What separates the folder from the index."""

    added: tuple[SourceFile, ...]
    changed: tuple[SourceFile, ...]
    removed: tuple[str, ...]
    unchanged: int
    unreadable: tuple[Unreadable, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class Index:
    """An open index: the three stores that are kept in step."""

    folder: Path
    pipeline: str
    manifest: Manifest
    store: VectorStore
    lexical: LexicalIndex

    @property
    def fingerprint(self) -> str:
        """Which pipeline indexed which articles: changes whenever either does."""
        return f"{self.pipeline}-{self.manifest.corpus_hash()}"


def pipeline_fingerprint(embedder_name: str, dimension: int) -> str:
    """Eight hex digits that change whenever the same article would be indexed differently."""
    parts = f"{embedder_name}/{dimension}/sentences{sentences.VERSION}/corpus{corpus.VERSION}/lexical{lexical.VERSION}"
    return sha256(parts.encode()).hexdigest()[:8]


def open_index(settings: Settings, embedder_name: str, dimension: int) -> Index:
    """Open the index of a corpus, creating an empty one where there is none.

    Raises:
        IndexingError: the folder is not writable, or was made by a newer version.
    """
    pipeline = pipeline_fingerprint(embedder_name, dimension)
    folder = settings.index_folder / pipeline
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexingError(
            f"The index folder {folder} cannot be created: {error.strerror}.",
            "Set KZCHAT_HOME to a folder you may write to.",
        ) from error
    return Index(
        folder,
        pipeline,
        Manifest(folder / "manifest.sqlite"),
        VectorStore(folder / "chroma", dimension),
        LexicalIndex(folder / "lexical"),
    )


def find_changes(settings: Settings, manifest: Manifest) -> Changes:
    """Compare the folder with the manifest by content, never by file times.

    Raises:
        CorpusError: the folder is missing, unreadable or holds no article: nothing is removed because of that.
    """
    indexed = {article.file: article.sha256 for article in manifest.contents()}
    added: list[SourceFile] = []
    changed: list[SourceFile] = []
    unreadable: list[Unreadable] = []
    seen: set[str] = set()
    for source in corpus.scan(settings.corpus, settings.max_file_bytes):
        seen.add(source.file)
        if isinstance(source, Unreadable):
            unreadable.append(source)
        elif indexed.get(source.file) == source.sha256:
            continue
        elif isinstance(text := corpus.decode(source), Unreadable):
            unreadable.append(text)
        elif source.file in indexed:
            changed.append(source)
        else:
            added.append(source)
    unchanged = len(seen) - len(added) - len(changed) - len(unreadable)
    removed = tuple(sorted(set(indexed) - seen))
    return Changes(tuple(added), tuple(changed), removed, unchanged, tuple(unreadable))


def update(
    settings: Settings, index: Index, embedder: Embedder, changes: Changes, progress: Progress | None = None
) -> tuple[Unreadable, ...]:
    """Bring the index in step with the folder.

    Returns:
        The files that were passed over, with the reason. What was indexed of them before stays.

    Raises:
        IndexingError: another process is indexing, or the disk is full.
    """
    with _write_lock(settings):
        try:
            return _update(index, embedder, changes, progress)
        except OSError as error:
            raise IndexingError(
                f"The index could not be written: {error.strerror or error}.",
                "Free some space or check the folder's permissions, then run: kzchat index (it goes on from here)",
            ) from error


def _update(index: Index, embedder: Embedder, changes: Changes, progress: Progress | None) -> tuple[Unreadable, ...]:
    unreadable = list(changes.unreadable)
    to_do = (*changes.added, *changes.changed)
    total = len(to_do) + len(changes.removed)
    for done, source in enumerate(to_do, start=1):
        article = corpus.read(source)
        if isinstance(article, Unreadable):
            unreadable.append(article)
        else:
            _swap_in(index, embedder, article)
        if progress:
            progress(source.file, done, total)
    for done, file in enumerate(changes.removed, start=len(to_do) + 1):
        _remove(index, file)
        if progress:
            progress(file, done, total)
    if total:
        known = index.manifest.all_sentence_ids()
        index.store.remove([id_ for id_ in index.store.ids() if id_ not in known])  # of interrupted runs
    for other in index.folder.parent.iterdir():
        if other.is_dir() and other != index.folder:
            shutil.rmtree(other, ignore_errors=True)
    return tuple(unreadable)


def _swap_in(index: Index, embedder: Embedder, article: Article) -> None:
    from kzchat.splitting import split, to_nodes  # LlamaIndex: only where something is indexed

    sentences_ = split(article)
    vectors = embedder.passages([sentence.one_line for sentence in sentences_])
    old = index.manifest.sentence_ids(article.file)
    index.store.add(to_nodes(article), vectors)
    index.lexical.replace(article.file, sentences_)
    index.lexical.commit()
    index.manifest.replace(article, sentences_)
    index.store.remove(sorted(old - {sentence.id for sentence in sentences_}))


def _remove(index: Index, file: str) -> None:
    ids = sorted(index.manifest.sentence_ids(file))
    index.manifest.remove(file)
    index.lexical.remove(file)
    index.lexical.commit()
    index.store.remove(ids)


def _write_lock(settings: Settings) -> AbstractContextManager[object]:
    """One writer an index, whatever the process.

    Raises:
        IndexingError: another process holds the lock.
    """
    lock = FileLock(settings.index_folder / "lock", timeout=0)
    try:
        return lock.acquire()
    except Timeout as error:
        raise IndexingError(
            f"Another kzchat is indexing {settings.corpus}.", "Wait until it has finished, then try again."
        ) from error
    except OSError as error:
        raise IndexingError(
            f"The index folder {settings.index_folder} is not writable: {error.strerror}.",
            "Set KZCHAT_HOME to a folder you may write to.",
        ) from error
