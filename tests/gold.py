"""Cases and answers built by hand, for the tests of the eval."""

import json
from pathlib import Path
from typing import Any

from kzchat.schema import Answer, Citation, Claim, EvalCase, Quote, RetrievedPassage, Sentence, Timings

TEXTS = {"a.txt": "Le roi a reçu l’ambassadrice.\nElle repart en mars.", "b.txt": "The king met her."}
GOLD: dict[str, Any] = {
    "id": "fr-01",
    "language": "fr",
    "question": "Qui a reçu l'ambassadrice ?",
    "kind": "fact",
    "answerable": True,
    "answers": ["roi|king"],
    "supports": [{"file": "a.txt", "quote": "Le roi a reçu l’ambassadrice."}],
    "why": "The article says so.",
}
PUBLIC: dict[str, Any] = {
    "id": "p1",
    "lang": "ru",
    "question": "Кто?",
    "answers": ["король", "the king"],
    "answerable": True,
    "relevant": ["b.txt"],
}
CASE = EvalCase(
    "fr-01", "fr", "Qui ?", "fact", True, ("roi|king",), (Quote("a.txt", "Le roi a reçu\nl’ambassadrice."),)
)
UNANSWERABLE = EvalCase("fr-02", "fr", "Combien ?", "not_stated", False)


def write(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "cases.jsonl"
    written = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text("\n".join(written), encoding="utf-8")
    return path


def sentence(file: str, text: str) -> Sentence:
    return Sentence(file, 0, len(text), text, "fr", "0" * 64)


def passage(file: str, text: str, *also_in: Sentence) -> RetrievedPassage:
    return RetrievedPassage(sentence(file, text), "Title", None, None, 1.0, also_in=also_in)


def claim(text: str, *files: str, verdict: Any = "supported") -> Claim:
    return Claim(text, verdict, tuple(Citation(n, file, 0, 3, "Le ", "0" * 64) for n, file in enumerate(files, 1)))


def answered(*claims: Claim, evidence: tuple[RetrievedPassage, ...] = (), seconds: float = 2.0) -> Answer:
    timings = Timings(10.0, 10.0, 500 * seconds, 1000 * seconds, 100, 20)
    return Answer("Qui ?", "fr", "answered", None, claims, evidence, "fake", "embedded", "f1", timings)


def abstained(message: str = "Les articles ne le disent pas.") -> Answer:
    timings = Timings(10.0, 10.0, None, 4000.0)
    return Answer("Qui ?", "fr", "abstained", "not_stated", (), (), "fake", "embedded", "f1", timings, message)
