"""Fits the biases and norms of multilingual-e5-small for search. Writes src/kzchat/data/search_e5.npz.

    pip install jax optax && .venv/bin/python eval/calibration/fit_search.py WORK --leave-out f i

WORK is a folder for indexes. The questions are those of eval/calibration/search: about articles, and about short
lists of excerpts (149 of these are in gate.jsonl, too), that language models wrote; none is in eval/gold. Each question
is to lie nearer to a sentence that answers it than to the sentences that kzchat's search with the published model finds
for it, and than to those of the other questions of its batch (InfoNCE, van den Oord et al. 2018, arXiv:1807.03748). A
sentence of another article that answers as well is right where its author named it (`also`), else wrong. Some ten
minutes an epoch of 1,300 questions on two cores (jax 0.10.2, optax 0.2). The questions of the authors left out are only
measured, after each epoch, against the same sentences: which flatters, for the published model found these;
docs/calibration.md has what the whole search finds.
"""

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import jax
import jax.numpy as jnp
import numpy as np
import optax
from e5_in_jax import Encoder, Parameters, PublishedModel
from fit_alignment import rows as read

from kzchat.changes import find_changes
from kzchat.e5 import published_file
from kzchat.embedding import E5Embedder, alignment
from kzchat.headed import headed, under
from kzchat.index import open_index
from kzchat.ingestion import update
from kzchat.languages import detect_language
from kzchat.retrieval import Retriever
from kzchat.scoring import overlap
from kzchat.settings import Settings

DATA = Path(__file__).parent / "search"
TARGET = Path(__file__).parents[2] / "src" / "kzchat" / "data" / "search_e5.npz"
EPOCHS, RATE, TEMPERATURE = 2, 1e-3, 0.05
QUESTIONS = 12  # of a batch
WRONG = 6  # sentences held against each question beside one that answers it
FIRST = 12  # that the search finds, of which they are drawn
QUESTION_TOKENS, SENTENCE_TOKENS = 40, 72  # what is behind them is not read here; kzchat reads on


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

    @property
    def _for_search(self) -> Any:
        return self._published


def rows(work: Path) -> list[Row]:
    """All answerable questions: about lists of excerpts, then about articles."""
    return [*_about_excerpts(), *(row for folder in sorted(DATA.glob("*/")) for row in _about_articles(folder, work))]


def _about_excerpts() -> Iterator[Row]:
    for row in read(DATA, "excerpts"):
        texts = [(under(each["title"], each["text"]), detect_language(each["text"])) for each in row["excerpts"]]
        texts.insert(0, texts.pop(row["answer"]))
        yield Row(row["author"], row["question"], row["language"], tuple(texts), 1)


def _about_articles(folder: Path, work: Path) -> Iterator[Row]:
    """The wrong sentences are those that the search finds; as a whole it is better than what is fitted here."""
    settings = Settings(corpus=folder / "articles", home=work / folder.name)
    embedder = AsPublished()
    index = open_index(settings, embedder.name, embedder.dimension)
    update(settings, index, embedder, find_changes(settings, index.manifest))
    search, manifest = Retriever(index, embedder, settings).search, index.manifest
    titles = {file: article.title for file, article in manifest.by_file().items()}
    for row in read(folder, "questions"):
        if not row["answerable"]:
            continue
        right = []
        for place in (row, *row.get("also", ())):  # sentences of other articles may answer as well
            answering = [
                sentence
                for sentence in manifest.sentences_of(place["file"])
                if any(overlap(sentence.text, quote) for quote in place["quotes"])
            ]
            if not answering:
                raise ValueError(f"{folder.name}: no sentence of {place['file']} holds what answers {row['id']}")
            right += answering
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
        held = self._encoder.inputs([f"passage: {text}" for text, _ in texts], SENTENCE_TOKENS)
        asked_means = alignment().query_means_of([row.language for row in batch])
        text_means = alignment().passage_means_of([language for _, language in texts])
        self.parameters, self._state, loss = self._step(
            self.parameters, self._state, (*asked, asked_means), (*held, text_means), allowed
        )
        return float(loss)

    def share_first(self, measured: Sequence[Row]) -> float:
        """The share of questions to which a sentence that answers is nearest, of those held against it."""
        first = 0
        for row in measured:
            asked = self._encoder.inputs([f"query: {row.question}"], QUESTION_TOKENS)
            padded = [text for text, _ in row.texts] + [""] * (3 * FIRST - len(row.texts))
            texts = self._encoder.inputs([f"passage: {text}" for text in padded], SENTENCE_TOKENS)
            question = alignment().queries(np.asarray(self._vectors(self.parameters, *asked)), [row.language])[0]
            vectors = np.asarray(self._vectors(self.parameters, *texts))[: len(row.texts)]
            sentences = alignment().passages(vectors, [language for _, language in row.texts])
            first += int(np.argmax(sentences @ question)) < row.answers
        return first / len(measured)


def _aligned(vectors: Any, means: Any) -> Any:
    """As `Alignment` does, but so that jax can differentiate it."""
    aligned = (vectors - means) @ alignment().whitening
    return aligned / jnp.linalg.norm(aligned, axis=-1, keepdims=True)


def main(work: Path, left_out: list[str]) -> None:
    """Fit on the questions of all authors but those left out, measure on theirs, write."""
    chance = random.Random(1)
    everything = rows(work)
    authors = {row.author for row in everything}
    if unknown := set(left_out) - authors:
        raise SystemExit(f"Nobody of that name: {', '.join(sorted(unknown))}. There are {', '.join(sorted(authors))}.")
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
