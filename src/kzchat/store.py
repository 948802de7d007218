"""The vectors of the sentences, in an embedded Chroma collection.

Writing goes through LlamaIndex's ChromaVectorStore. Reading asks the collection itself: the adapter returns
exp(-distance) instead of the cosine, and importing it costs seconds that a reader would wait for.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import chromadb
import numpy as np
from chromadb.api.types import Where
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from kzchat.embedding import Vectors
from kzchat.errors import IndexingError

if TYPE_CHECKING:
    from llama_index.core.schema import BaseNode, TextNode

_COLLECTION = "sentences"
_BATCH = 2000  # Chroma refuses more than 5,461 rows at once
_PAGE = 10_000  # reading more than about 32,000 rows in one call fails


class VectorStore:
    """A Chroma collection in a folder, cosine distance."""

    def __init__(self, folder: Path, dimension: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.dimension = dimension
        try:
            self._client = chromadb.PersistentClient(
                str(folder), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=False)
            )
            self._collection = self._client.get_or_create_collection(
                _COLLECTION,
                configuration={"hnsw": {"space": "cosine"}},  # cannot be changed later
                embedding_function=None,
            )
        except (ChromaError, OSError, ValueError, RuntimeError) as error:
            raise IndexingError(
                f"The vector store {folder} cannot be opened: {error}.",
                "Check that its folder is writable, or delete the folder and run: kzchat index",
            ) from error

    def add(self, nodes: Sequence["TextNode"], vectors: Vectors) -> None:
        """Store nodes with their vectors, shape (len(nodes), dimension); the same id is replaced."""
        from llama_index.vector_stores.chroma import ChromaVectorStore

        if vectors.shape != (len(nodes), self.dimension):
            raise ValueError(f"vectors of shape {vectors.shape} for {len(nodes)} nodes of {self.dimension} dimensions")
        if not nodes:
            return
        self._collection.delete(ids=[node.node_id for node in nodes])  # left behind by an interrupted run
        adapter = ChromaVectorStore(chroma_collection=self._collection)
        for node, vector in zip(nodes, vectors, strict=True):
            node.embedding = [float(value) for value in vector]
        for start in range(0, len(nodes), _BATCH):
            batch: list[BaseNode] = list(nodes[start : start + _BATCH])
            adapter.add(batch)

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these ids; unknown ones are ignored."""
        for start in range(0, len(ids), _BATCH):
            self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def search(self, vector: Vectors, limit: int, language: str | None = None) -> list[tuple[str, float]]:
        """The nearest sentences, of one language or of all.

        Returns:
            At most `limit` pairs of id and cosine, best first.
        """
        count = min(limit, self._collection.count())
        if count == 0:
            return []
        where: Where | None = {"language": language} if language else None
        queries: list[Sequence[float] | Sequence[int]] = [[float(value) for value in vector]]
        result = self._collection.query(query_embeddings=queries, n_results=count, where=where, include=["distances"])
        distances = (result["distances"] or [[]])[0]
        return [(id_, 1.0 - distance) for id_, distance in zip(result["ids"][0], distances, strict=True)]

    def ids(self) -> Iterator[str]:
        """Every stored id."""
        for offset in range(0, self._collection.count(), _PAGE):
            yield from self._collection.get(limit=_PAGE, offset=offset, include=[])["ids"]

    def centroid(self, language: str, sample: int) -> Vectors | None:
        """The mean vector of at most `sample` sentences of a language, shape (dimension,); None where it has none."""
        result = self._collection.get(where={"language": language}, limit=sample, include=["embeddings"])
        embeddings = result["embeddings"]
        if embeddings is None or len(embeddings) == 0:
            return None
        return np.asarray(np.asarray(embeddings, dtype=np.float32).mean(axis=0))
