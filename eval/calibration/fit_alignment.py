"""Fits what `kzchat.embedding.Alignment` takes off and whitens. Writes src/kzchat/data/alignment.npz.

    .venv/bin/python eval/calibration/fit_alignment.py FOLDER

FOLDER holds the public calibration sets (PIAF, NTREX, NoMIRACL; see docs/calibration.md). No label of theirs is used:
only what language a text is in, and whether it is a question. About 4 minutes on two cores; the same file each time.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from kzchat.embedding import Vectors, default_embedder
from kzchat.sentences import sentence_spans

LANGUAGES = ("fr", "en", "ru", "kk", "ar")
SAMPLE = 2000  # sentences of a language
WHITENING = 0.5  # 0: none; 1: every direction counts the same
RIDGE = 0.1  # of the median variance: keeps the weakest directions from being blown up
TARGET = Path(__file__).parents[2] / "src" / "kzchat" / "data" / "alignment.npz"


def main(folder: Path) -> None:
    """Embed, fit, write."""
    embedder = default_embedder()
    statements = _statements(folder)
    passages = {
        "fr": [*_sentences(row["text"] for row in rows(folder, "piaf_fr.corpus")), *statements["fr"]],
        "en": _sentences(context["text"] for row in rows(folder, "nomiracl_en") for context in row["contexts"]),
        "ru": _sentences(context["text"] for row in rows(folder, "nomiracl_ru") for context in row["contexts"]),
        "kk": statements["kk"],
        "ar": statements["ar"],
    }
    questions = {
        "fr": [row["question"] for row in rows(folder, "piaf_fr")],
        "en": [row["question"] for row in rows(folder, "nomiracl_en")],
        "ru": [row["question"] for row in rows(folder, "nomiracl_ru")],
    }
    vectors = {language: embedder.passages(_sample(texts)) for language, texts in passages.items()}
    passage_means = {language: rows.mean(axis=0) for language, rows in vectors.items()}
    stated = {language: _mean_query(statements[language]) for language in LANGUAGES}
    asked = {language: _mean_query(texts) for language, texts in questions.items()}
    # A query may be a question or a statement: its mean lies half-way. Where there are no questions, the way from
    # statement to question is the other languages'.
    way = np.mean([asked[language] - stated[language] for language in asked], axis=0)
    query_means = {language: stated[language] + way / 2 for language in LANGUAGES}
    query_means |= {language: (stated[language] + asked[language]) / 2 for language in asked}
    centred = np.concatenate([vectors[language] - passage_means[language] for language in ("fr", "en", "ru")])
    np.savez_compressed(
        TARGET,
        languages=np.array(LANGUAGES),
        query_means=np.stack([query_means[language] for language in LANGUAGES]).astype(np.float16),
        passage_means=np.stack([passage_means[language] for language in LANGUAGES]).astype(np.float16),
        whitening=_whitening(centred).astype(np.float16),
    )
    print(f"{TARGET}: {', '.join(f'{code} {len(rows)}' for code, rows in vectors.items())} sentences")


def _whitening(centred: Vectors) -> Vectors:
    """The covariance to the power of -WHITENING / 2, scaled to keep vectors of about length 1."""
    variances, directions = np.linalg.eigh(centred.T @ centred / len(centred))
    scale = (variances + RIDGE * np.median(variances)) ** (-WHITENING / 2)
    return np.asarray(directions @ np.diag(scale / scale.mean()) @ directions.T, dtype=np.float32)


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of FOLDER/NAME.jsonl."""
    lines = (folder / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")  # splitlines would split inside texts
    return [json.loads(line) for line in lines if line]


def _statements(folder: Path) -> dict[str, list[str]]:
    """NTREX: the same kind of sentence in every language."""
    queries = rows(folder, "ntrex_to_fr")
    french = {row["id"]: row["text"] for row in rows(folder, "ntrex_fr.corpus")}
    found = {code: [row["question"] for row in queries if row["lang"] == code] for code in LANGUAGES}
    return found | {"fr": [french[relevant] for row in queries for relevant in row["relevant"]]}


def _sentences(texts: Iterable[str]) -> list[str]:
    found = (text[span.start : span.end] for text in texts for span in sentence_spans(text))
    return [" ".join(sentence.split()) for sentence in found]


def _sample(texts: list[str]) -> list[str]:
    order = np.random.default_rng(0).permutation(len(texts))[:SAMPLE]
    return [texts[at] for at in order]


def _mean_query(texts: list[str]) -> Vectors:
    return np.asarray(np.mean([default_embedder().query(text) for text in texts], axis=0), dtype=np.float32)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
