"""An open index: the manifest, the vectors and the full text of one corpus, kept in step by `ingestion`.

Each combination of embedder, splitter and cleaner has a folder of its own, named after the fingerprint of its
pipeline. Vectors and full text are opened when they are first needed: a command that finds nothing changed does
without them.
"""

from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from kzchat import corpus, headed, lexical, manifest, sentences, splitting
from kzchat.errors import IndexingError
from kzchat.lexical import LexicalIndex
from kzchat.manifest import Manifest
from kzchat.settings import Settings

if TYPE_CHECKING:
    from kzchat.store import VectorStore


class Index:
    """The three stores of one corpus under one pipeline."""

    def __init__(self, folder: Path, pipeline: str, dimension: int) -> None:
        self.folder = folder
        self.pipeline = pipeline
        self.manifest = Manifest(folder / "manifest.sqlite")
        self._dimension = dimension

    @cached_property
    def store(self) -> "VectorStore":
        """The vectors."""
        from kzchat.store import VectorStore  # Chroma takes a second to load

        return VectorStore(self.vectors_folder, self._dimension)

    @property
    def vectors_folder(self) -> Path:
        """Where the vectors are."""
        return self.folder / "chroma"

    def forget_store(self) -> None:
        """Open the vectors anew when they are next needed."""
        self.__dict__.pop("store", None)

    @cached_property
    def lexical(self) -> LexicalIndex:
        """The full text."""
        return LexicalIndex(self.folder / "lexical")

    @property
    def fingerprint(self) -> str:
        """Which pipeline indexed which articles: changes whenever either does."""
        return f"{self.pipeline}-{self.manifest.corpus_hash()}"

    def others(self) -> list[Path]:
        """The indexes that other pipelines made of the same corpus."""
        return [path for path in self.folder.parent.iterdir() if path.is_dir() and path != self.folder]


def pipeline_fingerprint(embedder_name: str, dimension: int) -> str:
    """Eight hex digits that change whenever the same article would be indexed differently."""
    versions = (
        corpus.VERSION, sentences.VERSION, splitting.VERSION, headed.VERSION, lexical.VERSION, manifest.SCHEMA_VERSION,
    )  # fmt: skip
    parts = f"{embedder_name}/{dimension}/{'/'.join(map(str, versions))}"
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
    return Index(folder, pipeline, dimension)
