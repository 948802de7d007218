"""Weigh the signs that a sentence answers (`kzchat.answerability`): questions with their answer, and with it taken out.

The questions are PIAF's, and those of piaf_translated.tsv beside this file. Each is asked of all articles; and some, of
the last of PIAF's and of the translated ones, of articles without the paragraphs that answer them, which are otherwise
whole: there a right answer is none. Right quotations, and those that answer unanswerable questions, are told apart by a
logistic regression; its constant is moved until only `LOST` of the right ones would be withheld.

Run: python eval/calibration/fit_answers.py FOLDER WORK

FOLDER holds piaf_fr.jsonl and piaf_fr.corpus.jsonl; WORK takes the questions and the answers, an hour's work on two
cores, which is not done again where they are there.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from fit_alignment import rows
from numpy.typing import NDArray

from kzchat.answerability import Signs, answers_log_odds, signs
from kzchat.cases import load_cases
from kzchat.results import read_rows, results_of
from kzchat.schema import EvalResult
from kzchat.scoring import is_correct, shown

Vectors = NDArray[np.float64]

LOST = 0.03  # of the right answers
_RIDGE = 0.5  # on the weights
_LAST = 90  # PIAF's questions from here on are asked without their paragraphs, too
_TRANSLATED = Path(__file__).with_name("piaf_translated.tsv")


def main(folder: Path, work: Path) -> None:
    """Ask what is not asked yet, and print the weights."""
    work.mkdir(parents=True, exist_ok=True)
    results = []
    for name, questions, corpus in experiments(folder):
        cases, out = work / f"{name}.jsonl", work / f"{name}.results.jsonl"
        write(cases, questions)
        if not out.exists():
            write(work / f"{name}.corpus.jsonl", corpus)
            options: list[str | Path] = ["--cases", cases, "--corpus", work / f"{name}.corpus.jsonl", "--output", out]
            environment = os.environ | {"KZCHAT_VERIFY_WITHOUT": '["answers"]'}
            subprocess.run([sys.executable, "-m", "kzchat", "eval", *options], check=True, env=environment)
        results += results_of(read_rows(out)[1], load_cases(cases, None), out)
    quoted = [row for row in map(looked_at, results) if row]
    fit("answers_same_language", [row for row in quoted if row[0].shared is not None])
    fit("answers_across_languages", [row for row in quoted if row[0].shared is None])


def experiments(folder: Path) -> list[tuple[str, list[Any], list[Any]]]:
    """Name, questions and paragraphs of each: as they are, and with the paragraphs that answer taken out."""
    paragraphs = rows(folder, "piaf_fr.corpus")
    french = [row for row in rows(folder, "piaf_fr") if row["answerable"]]
    known = {row["id"]: row for row in french}
    lines = [line.split("\t") for line in _TRANSLATED.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    translated = [
        known[key] | {"id": f"{key}-{language}", "lang": language, "question": question}
        for key, language, question in lines
    ]
    taken_out, left = without(french[_LAST:], paragraphs)
    translated_out, translated_left = without(translated, paragraphs)
    kept = {row["id"] for row in taken_out}
    return [
        ("french", french[:_LAST] + [row for row in french[_LAST:] if row["id"] in kept], paragraphs),
        ("french_missing", taken_out, left),
        ("translated", translated, paragraphs),
        ("translated_missing", translated_out, translated_left),
    ]


def without(questions: Sequence[Any], paragraphs: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Questions whose article goes on without what answers them, and the paragraphs that are left."""
    dropped = {each for row in questions for each in row["relevant"]}
    left = [paragraph for paragraph in paragraphs if paragraph["id"] not in dropped]
    articles: dict[str, str] = {}
    for paragraph in left:
        article = paragraph["id"].split("#")[0]
        articles[article] = f"{articles.get(article, '')} {paragraph['text']}".casefold()
    missing = []
    for row in questions:
        rest = articles.get(row["relevant"][0].split("#")[0], "")
        if rest and not any(answer.casefold() in rest for answer in row["answers"]):
            missing.append(row | {"answerable": False, "answers": [], "relevant": []})
    return missing, left


def looked_at(result: EvalResult) -> tuple[Signs, bool, bool] | None:
    """The signs of a quotation that was shown first; whether the answer is right; whether the question has none."""
    answer = result.answer
    claims = shown(answer)
    if not claims or claims[0].verdict != "quoted" or answer.gate_log_odds is None:
        return None
    citation, best = claims[0].citations[0], answer.evidence[0].sentence
    first = (citation.file, citation.start) == (best.file, best.start)
    seen = signs(answer.gate_log_odds, answer.question, claims[0].text, citation.title, first)
    return seen, result.case.answerable and is_correct(result.case, answer), not result.case.answerable


def fit(name: str, quoted: Sequence[tuple[Signs, bool, bool]]) -> None:
    """Fit on what is right and what is unanswerable; print the weights and what they do to all that was shown."""
    used = [(seen, right) for seen, right, unanswerable in quoted if right or unanswerable]
    x = np.array([[1.0, seen.gate, seen.shared or 0.0, seen.first] for seen, _ in used])
    y = np.array([1.0 if right else 0.0 for _, right in used])
    weights = logistic_regression(x, y)
    weights[0] -= np.quantile(x[y > 0] @ weights, LOST)
    print(f"{name}: [{', '.join(f'{weight:.3f}' for weight in weights)}]")
    for what, chosen in (
        ("right", [seen for seen, right, _ in quoted if right]),
        ("wrong", [seen for seen, right, unanswerable in quoted if not right and not unanswerable]),
        ("to unanswerable questions", [seen for seen, _, unanswerable in quoted if unanswerable]),
    ):
        kept = sum(answers_log_odds(seen, weights.tolist()) >= 0 for seen in chosen)
        print(f"  {what}: {kept} of {len(chosen)} shown")


def logistic_regression(x: Vectors, y: Vectors, strength: float = 2 * _RIDGE) -> Vectors:
    """Weights by Newton's method, with a ridge on all but the first; `x` of shape (rows, weights), `y` 0 or 1."""
    weights = np.zeros(x.shape[1])
    ridge = strength * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    for _ in range(50):
        p = 1 / (1 + np.exp(-(x @ weights)))
        hessian = (x.T * (p * (1 - p))) @ x + ridge
        weights -= np.linalg.solve(hessian, x.T @ (p - y) + ridge @ weights)
    return weights


def write(path: Path, lines: Sequence[Any]) -> None:
    """Rows as JSON Lines."""
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
