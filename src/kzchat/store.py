"""The vectors of sentences and of passages, in two collections of an embedded Chroma.

Writing goes through LlamaIndex's ChromaVectorStore. Reading asks the collection itself: the adapter returns
exp(-distance) instead of the cosine, and importing it costs seconds that a reader would wait for.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import chromadb
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.api.types import Where
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from kzchat.embedding import Vectors
from kzchat.errors import IndexingError, not_written
from kzchat.schema import Filters

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode, TextNode

_BATCH = 2000  # Chroma refuses more than 5,461 rows at once
_PAGE = 10_000  # reading more than about 32,000 rows in one call fails


class VectorStore:
    """A Chroma database in a folder, cosine distance. One process writes: the caller holds the index lock."""

    def __init__(self, folder: Path, dimension: int) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            client = chromadb.PersistentClient(
                str(folder), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=False)
            )
            self.sentences = VectorCollection(client, "sentences", dimension)
            self.passages = VectorCollection(client, "passages", dimension)
        except (ChromaError, OSError, ValueError, RuntimeError) as error:
            raise IndexingError(
                f"The vector store {folder} cannot be opened: {error}.",
                "Check that its folder is writable, or delete the folder and run: kzchat index",
            ) from error

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these sentences and passages; unknown ids are ignored."""
        self.sentences.remove(ids)
        self.passages.remove(ids)


def forget_open_stores() -> None:
    """Open every store from its folder when it is opened next: Chroma keeps databases open by their paths, and one that
    was moved away cannot be written any more.
    """
    SharedSystemClient.clear_system_cache()


class VectorCollection:
    """Ids with their vectors, all of one dimension. Writing raises IndexingError where the disk does not take it."""

    def __init__(self, client: Any, name: str, dimension: int) -> None:
        self.dimension = dimension
        self._collection: chromadb.Collection = client.get_or_create_collection(
            name,
            configuration={"hnsw": {"space": "cosine"}},  # cannot be changed later
            embedding_function=None,
        )

    def add(self, nodes: Sequence["TextNode"], vectors: Vectors) -> None:
        """Store nodes with their vectors, shape (len(nodes), dimension); the same id is replaced."""
        from llama_index.vector_stores.chroma import ChromaVectorStore

        if vectors.shape != (len(nodes), self.dimension):
            raise ValueError(f"vectors of shape {vectors.shape} for {len(nodes)} nodes of {self.dimension} dimensions")
        adapter = ChromaVectorStore(chroma_collection=self._collection)
        for node, vector in zip(nodes, vectors, strict=True):
            node.embedding = [float(value) for value in vector]
        with _written():
            for start in range(0, len(nodes), _BATCH):
                batch: list[BaseNode] = list(nodes[start : start + _BATCH])
                adapter.add(batch)

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these ids; unknown ones are ignored."""
        with _written():
            for start in range(0, len(ids), _BATCH):
                self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def search(self, vector: Vectors, limit: int, filters: Filters | None = None) -> list[tuple[str, float]]:
        """The nearest.

        Returns:
            At most `limit` pairs of id and cosine, best first.
        """
        queries: list[Sequence[float] | Sequence[int]] = [[float(value) for value in vector]]
        result = self._collection.query(
            query_embeddings=queries, n_results=limit, where=_where(filters), include=["distances"]
        )
        distances = (result["distances"] or [[]])[0]
        return [(id_, 1.0 - distance) for id_, distance in zip(result["ids"][0], distances, strict=True)]

    def vectors(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """Id to vector, shape (dimension,), of those that are stored."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(ids), _BATCH):
            result = self._collection.get(ids=list(ids[start : start + _BATCH]), include=["embeddings"])
            rows = np.asarray(result["embeddings"], dtype=np.float32).reshape(-1, self.dimension)
            found.update(zip(result["ids"], rows, strict=True))
        return found

    def ids(self) -> Iterator[str]:
        """Every stored id."""
        for offset in range(0, self._collection.count(), _PAGE):
            yield from self._collection.get(limit=_PAGE, offset=offset, include=[])["ids"]


@contextmanager
def _written() -> Iterator[None]:
    """Chroma's errors while writing, most often of a full disk, as one that says what to do."""
    try:
        yield
    except (ChromaError, RuntimeError) as error:
        raise not_written(f"the vector store says: {error}") from error


def _where(filters: Filters | None) -> Where | None:
    """The filters as Chroma's conditions on the metadata of nodes (`splitting.metadata`)."""
    if not filters:
        return None
    conditions: list[Where] = []
    if filters.language:
        conditions.append({"language": filters.language})
    if filters.files is not None:
        conditions.append(cast("Where", {"file": {"$in": list(filters.files)}}))
    if filters.since:
        conditions.append(cast("Where", {"day": {"$gte": filters.since_day}}))
    if filters.until:
        conditions.append(cast("Where", {"day": {"$lte": filters.until_day}}))
        conditions.append(cast("Where", {"day": {"$gt": 0}}))
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}
