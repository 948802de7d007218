"""The hand-checked boundaries as data, and how a splitter is scored on them (README.md says what the marks mean)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kzchat.schema import Span
from kzchat.sentences import sentence_spans

FOLDER = Path(__file__).parent
# Where a splitter that knows nothing but end marks and lines would see a boundary.
_TRAP = re.compile(r"[.!?…؟]+|\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Case:
    """One short text and the sentences a reader finds in it."""

    title: str
    language: str
    text: str
    expected: tuple[Span, ...]

    @property
    def boundaries(self) -> set[int]:
        """Where a sentence ends and another follows."""
        return {span.end for span in self.expected[:-1]}

    @property
    def traps(self) -> int:
        """How many places inside sentences look like a boundary and are none."""
        return sum(
            any(span.start <= match.start() and match.end() < span.end - 3 for span in self.expected)
            for match in _TRAP.finditer(self.text)
        )


@dataclass(slots=True)
class Score:
    """Counts over several texts."""

    hits: int = 0
    false: int = 0
    missed: int = 0
    exact: int = 0
    texts: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall of boundaries."""
        return 2 * self.hits / (2 * self.hits + self.false + self.missed)

    def __str__(self) -> str:
        precision, recall = self.hits / (self.hits + self.false), self.hits / (self.hits + self.missed)
        return f"P {precision:.3f}  R {recall:.3f}  F1 {self.f1:.3f}  exact texts {self.exact}/{self.texts}"


def parse(path: Path) -> list[Case]:
    """The texts of one file; the language is in its name, or before a colon in each title."""
    cases = []
    for block in re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, marked = block.partition("\n")
        language = path.stem if len(path.stem) == 2 else title[:2]
        marked = marked.strip("\n").replace("⍽", "\u00a0").replace("␣", "\u202f")
        spans, at = [], 0
        for piece in marked.split("|"):
            begin = at + len(piece) - len(piece.lstrip())
            spans.append(Span(begin, begin + len(piece.strip())))
            at += len(piece)
        cases.append(Case(title, language, marked.replace("|", ""), tuple(spans)))
    return cases


def found(text: str) -> list[str]:
    """The sentences of a text as strings."""
    return [text[span.start : span.end] for span in sentence_spans(text)]


def score(cases: Iterable[Case]) -> Score:
    """Compare the splitter with the reader."""
    total = Score()
    for case in cases:
        spans = sentence_spans(case.text)
        boundaries = {span.end for span in spans[:-1]}
        total.hits += len(boundaries & case.boundaries)
        total.false += len(boundaries - case.boundaries)
        total.missed += len(case.boundaries - boundaries)
        total.texts += 1
        total.exact += tuple(spans) == case.expected
        for kind, places in (("false", boundaries - case.boundaries), ("missed", case.boundaries - boundaries)):
            for at in sorted(places):
                around = f"{case.text[max(0, at - 30) : at]}┃{case.text[at : at + 25]}"
                total.errors.append(f"{case.language} {kind}: {around!r} ({case.title})")
    return total
