"""Weigh the signs that a sentence answers (`kzchat.answerability`), on questions of eval/calibration/search.

    python eval/calibration/fit_answers.py WORK [QUESTIONS]

Asks kzchat QUESTIONS (60) questions of each author whose questions the search was not fitted on, drawn by chance; some
three in ten are not answered by any article. WORK takes cases and answers, 14 seconds a question on two cores; an
interrupted run goes on, another version of kzchat wants another WORK. An answer's first quotation is right where it
is a sentence that the question's author named. Right ones and others are told apart by a logistic regression; its
constant is moved until `LOST` of the right ones would be withheld.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from fit_alignment import rows
from numpy.typing import NDArray

from kzchat.alternatives import alternatives
from kzchat.answerability import Signs, answers_log_odds, signs
from kzchat.cases import PUBLIC, load_cases
from kzchat.results import read_rows, results_of
from kzchat.schema import EvalResult
from kzchat.scoring import is_support, shown

Vectors = NDArray[np.float64]

LOST = 0.1  # of the right quotations
_RIDGE = 3.0  # on the weights of signs with a deviation of 1
_SEARCH = Path(__file__).with_name("search")
_AUTHORS = "fijklm"  # on whose questions the search was not fitted


def main(work: Path, most: int = 60) -> None:
    """Ask what is not asked yet, and print the weights."""
    work.mkdir(parents=True, exist_ok=True)
    quoted = []
    for author in _AUTHORS:
        cases, out = work / f"{author}.jsonl", work / f"{author}.results.jsonl"
        write(cases, questions(author, most))
        options: list[str | Path] = ["--cases", cases, "--corpus", _SEARCH / author / "articles", "--output", out]
        environment = os.environ | {"KZCHAT_VERIFY_WITHOUT": '["answers"]'}
        subprocess.run([sys.executable, "-m", "kzchat", "eval", *options], check=True, env=environment)
        quoted += [row for row in map(looked_at, results_of(read_rows(out)[1], load_cases(cases, None), out)) if row]
    report(quoted)


def questions(author: str, most: int) -> Iterator[dict[str, Any]]:
    """An author's questions as cases, at most so many."""
    drawn = rows(_SEARCH / author, "questions")
    random.Random(1).shuffle(drawn)
    for row in drawn[:most]:
        supports = [
            {"file": place["file"], "quote": quote}
            for place in (row, *row.get("also", ()))
            for quote in place["quotes"]
        ]
        kept = {name: row[name] for name in ("id", "language", "question", "answerable")}
        yield kept | {"kind": PUBLIC, "supports": supports}


def looked_at(result: EvalResult) -> tuple[Signs, bool, bool] | None:
    """The signs of the quotation that was shown first; whether it is right; whether the question has an answer."""
    answer = result.answer
    claims = shown(answer)
    if not claims or claims[0].verdict != "quoted" or answer.gate_log_odds is None or alternatives(answer.question):
        return None  # of the two that a question offers nothing is weighed
    citation = claims[0].citations[0]
    held = [
        each
        for each in answer.evidence
        if each.sentence.file == citation.file
        and citation.start <= each.sentence.start
        and each.sentence.end <= citation.end
    ]
    # A quotation may begin with the sentence before and go on with those behind. The first that is evidence is taken
    # for what was quoted, which is wrong where the sentence before is evidence as well.
    passage = min(held, key=lambda each: each.sentence.start)
    right = any(is_support(result.case, each.file, each.text) for each in (passage.sentence, *passage.also_in))
    return signs(answer.gate_log_odds, answer.question, passage, answer.evidence), right, result.case.answerable


def report(quoted: Sequence[tuple[Signs, bool, bool]]) -> None:
    """Fit; print the weights and what they do to all that was quoted."""
    weights = fit([seen for seen, _, _ in quoted], [right for _, right, _ in quoted])
    print(f"answers = [{', '.join(f'{weight:.3f}' for weight in weights)}]")
    for what, chosen in (
        ("right", [seen for seen, right, _ in quoted if right]),
        ("beside the question", [seen for seen, right, answerable in quoted if answerable and not right]),
        ("to unanswerable questions", [seen for seen, _, answerable in quoted if not answerable]),
    ):
        kept = sum(answers_log_odds(seen, weights) >= 0 for seen in chosen)
        print(f"  {what}: {kept} of {len(chosen)} shown")


def fit(seen: Sequence[Signs], right: Sequence[bool]) -> list[float]:
    """The constant and a weight for each sign; the constant such that `LOST` of the right ones lie below 0."""
    x = np.array([astuple(each) for each in seen], float)
    y = np.array(right, float)
    centre, spread = x.mean(axis=0), x.std(axis=0)
    _, *scaled = logistic_regression(np.column_stack([np.ones(len(y)), (x - centre) / spread]), y, _RIDGE)
    weights = np.array(scaled) / spread
    return [-float(np.quantile(x[y > 0] @ weights, LOST)), *weights.tolist()]


def logistic_regression(x: Vectors, y: Vectors, strength: float) -> Vectors:
    """Weights by Newton's method, with a ridge on all but the first; `x` of shape (rows, weights), `y` 0 or 1."""
    weights = np.zeros(x.shape[1])
    ridge = strength * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ weights)))
        hessian = (x.T * (p * (1 - p))) @ x + ridge
        weights -= np.linalg.solve(hessian, x.T @ (p - y) + ridge @ weights)
    return weights


def write(path: Path, lines: Iterator[Any]) -> None:
    """Rows as JSON Lines."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
