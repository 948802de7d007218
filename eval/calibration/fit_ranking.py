"""Weighs the lists of the search. Prints what src/kzchat/retrieval.py has as constants.

    .venv/bin/python eval/calibration/fit_ranking.py WORK

WORK is a folder for indexes. The questions are those of eval/calibration/search by authors whom the embedding model was
not fitted on; language models wrote them, none is in eval/gold. A sentence that answers is to have more than the others
that the search finds: listwise softmax (Cao et al., ICML 2007), its weights drawn a little to those of before. Printed
are also the shares of questions whose answer is first, among three, five and eight, each author with weights fitted on
the others (a minute on two cores, after some ten for the indexes). The cosines beside a sentence are those of the 64
that are found; the search itself looks into all of its list.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from fit_alignment import rows as read
from numpy.typing import NDArray

from kzchat.answering import lacks
from kzchat.asked_office import lacks_office
from kzchat.assistant import Assistant
from kzchat.languages import detect_language
from kzchat.lexical import is_keywords
from kzchat.retrieval import neighbours
from kzchat.schema import RetrievedPassage
from kzchat.scoring import overlap
from kzchat.settings import Settings
from kzchat.words import is_question

DATA = Path(__file__).parent / "search"
AUTHORS = "fijklm"  # `left_out` of search_e5.npz, and who wrote after it was fitted
FOUND = 64  # sentences that are held against each other
# The cosine and the words that it shares with the question, of the sentence and of its passage; the cosines beside it.
SIGNS = "cosine words passage_cosine passage_words heading title question unasked before behind".split()
BEFORE = np.array([1.0, 0.2, 1.0, 0.5, -0.06, 0.0, 0.0, -0.3, 0.0, 0.0])  # as chosen by hand until 2026-11-28
STEPS, RATE, RIDGE, SHARPNESS = 120, 0.15, 1e-4, 14.0  # Adam; 14: of the softmax, per unit of score

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A question's sentences: their signs, shape (sentences, signs), and which of them answer."""

    author: str
    signs: Floats
    right: NDArray[np.bool_]


def rows(author: str, work: Path) -> Iterator[Row]:
    """The author's answerable questions that are more than keywords."""
    settings = Settings(
        corpus=DATA / author / "articles", home=work / author, search_without=("asked", "collapse", "quota")
    )
    assistant = Assistant.open(settings)
    search, manifest = assistant.search, assistant.index.manifest
    for row in read(DATA / author, "questions"):
        question = row["question"]
        if not row["answerable"] or is_keywords(question, detect_language(question)):
            continue
        quotes = [(place["file"], quote) for place in (row, *row.get("also", ())) for quote in place["quotes"]]
        found = search(question, FOUND)
        groups = manifest.sentences_of_passages({passage.sentence.passage for passage in found})
        beside = {id_: pair for group in groups.values() for id_, pair in neighbours(group).items()}
        right = [
            any(file == passage.sentence.file and overlap(passage.sentence.text, quote) for file, quote in quotes)
            for passage in found
        ]
        yield Row(author, _signs(question, found, beside), np.array(right))


def _signs(question: str, found: Sequence[RetrievedPassage], beside: dict[str, tuple[str, str]]) -> Floats:
    near = {passage.sentence.id: passage.dense.score for passage in found if passage.dense}
    lowest = min(near.values(), default=0.0)
    passage_lowest = min((each.passage_dense.score for each in found if each.passage_dense), default=0.0)
    signs = []
    for passage in found:
        line = passage.sentence.one_line
        before, behind = beside[passage.sentence.id]
        signs.append(
            (
                near.get(passage.sentence.id, lowest),
                min(passage.lexical.score, 1.5) if passage.lexical else 0.0,
                passage.passage_dense.score if passage.passage_dense else passage_lowest,
                min(passage.passage_lexical.score, 1.5) if passage.passage_lexical else 0.0,
                len(passage.sentence.text) < 60,
                line == " ".join(passage.title.split()),
                is_question(line),
                bool(lacks(question, line) or lacks_office(question, line)),
                near.get(before, lowest),
                near.get(behind, lowest),
            )
        )
    return np.array(signs, dtype=np.float64)


def fit(known: Sequence[Row]) -> Floats:
    """Weights against the cosine's."""
    weights, slope, square = SHARPNESS * BEFORE, np.zeros(len(SIGNS)), np.zeros(len(SIGNS))
    for step in range(1, STEPS + 1):
        gradient = RIDGE * (weights - SHARPNESS * BEFORE)
        for row in known:
            if row.right.any():
                odds = np.exp(row.signs @ weights - np.max(row.signs @ weights))
                meant = odds * row.right
                gradient += (odds / odds.sum() - meant / meant.sum()) @ row.signs / len(known)
        slope, square = 0.9 * slope + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        moved = slope / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = weights - RATE * moved
    return np.asarray(weights / weights[0])


def shares(known: Sequence[Row], weights: Floats) -> NDArray[np.int64]:
    """Of the questions, how many have an answer first, among the first three, five and eight."""
    scores = [(row.signs @ weights, row.right) for row in known if row.right.any()]
    places = [int((score > score[right].max()).sum()) for score, right in scores]
    return np.array([sum(place < most for place in places) for most in (1, 3, 5, 8)])


def main(work: Path) -> None:
    """Fit, measure, print."""
    by_author = {author: list(rows(author, work)) for author in AUTHORS}
    everything = [row for known in by_author.values() for row in known]
    print(f"{len(everything)} questions; first, in 3, in 5, in 8")
    print("as before:", shares(everything, BEFORE))
    others = {author: [row for row in everything if row.author != author] for author in AUTHORS}
    print("each author by the others:", sum(shares(by_author[author], fit(others[author])) for author in AUTHORS))
    for sign, weight in zip(SIGNS, fit(everything), strict=True):
        print(f"{sign}: {weight:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    main(**vars(parser.parse_args()))
