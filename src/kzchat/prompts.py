"""The prompts: files in `prompts/`, loaded and checked once.

Out: `Prompts`, whose variables are exactly those that the code fills; anything else is a bug
that shows at load, not in an answer.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from kzchat.shipped import shipped

_VARIABLES = {
    "system": set[str](),
    "question": {"evidence", "question", "task"},
    "part": {"question", "part"},
    "gate": set[str](),
    "answer": {"language"},
    "entailment": {"source", "claim"},
    "complete": {"question", "answer", "followup", "language"},
}


def prompts_folder() -> Path:
    """The folder of the prompt files: inside the installed package, else at the top of the repository."""
    return shipped("prompts", "prompts")


@dataclass(frozen=True, slots=True)
class Prompts:
    """The texts of the prompt files, without their last line break."""

    system: str
    question: str
    part: str
    gate: str
    answer: str
    entailment: str
    complete: str

    def fill_question(self, evidence: str, question: str, task: str) -> str:
        """The user's message. Evidence first: it is the prefix that gate and answer share."""
        return _fill(self.question, evidence=evidence, question=question, task=task)

    def fill_part(self, question: str, part: str) -> str:
        """A question of which only a part is to be answered now, as `fill_question` takes it."""
        return _fill(self.part, question=question, part=part)

    def fill_answer(self, language: str) -> str:
        """The instruction to answer in a language, named in English."""
        return _fill(self.answer, language=language)

    def fill_entailment(self, source: str, claim: str) -> str:
        """The question whether a source supports a claim. Source first: it is the prefix of every claim about it."""
        return _fill(self.entailment, source=source, claim=claim)

    def fill_complete(self, question: str, answer: str, followup: str, language: str) -> str:
        """The instruction to rewrite a follow-up, after the question and the answer that it follows."""
        return _fill(self.complete, question=question, answer=answer or "(none)", followup=followup, language=language)


def load_prompts(folder: Path | None = None) -> Prompts:
    """Read and check every prompt.

    Raises:
        ValueError: a file lacks a variable that the code fills, or has one that it does not.
    """
    texts: dict[str, str] = {}
    for name, expected in _VARIABLES.items():
        text = ((folder or prompts_folder()) / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")
        found = set(re.findall(r"\{(\w+)\}", text))
        if found != expected:
            raise ValueError(f"prompts/{name}.txt has the variables {sorted(found)}, expected {sorted(expected)}")
        texts[name] = text
    return Prompts(**texts)


def _fill(template: str, **values: str) -> str:
    """Replace {name} in one pass: braces inside a value, such as an article's, stay as they are."""
    pieces: list[str] = []
    rest = template
    while rest:
        before, brace, after = rest.partition("{")
        pieces.append(before)
        name, closing, following = after.partition("}")
        if brace and closing and name in values:
            pieces.append(values[name])
            rest = following
        else:
            pieces.append(brace)
            rest = after
    return "".join(pieces)
