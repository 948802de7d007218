"""A question that offers a choice in, the two things that it offers out. Pure.

"Which came first: the visit or the congress?" has its answer in two sentences, often of two articles; one that speaks
of the visit alone answers half of it.
"""

import re
from dataclasses import dataclass

from kzchat import concepts
from kzchat.moments import months
from kzchat.words import WORD, stems

_OR = re.compile(r"(?<!\w)(?:ou(?: bien)?|or|или|либо|немесе|әлде|أم|أو)(?!\w)", re.IGNORECASE)
_SET_OFF = re.compile(r"[:,،—–]\s")  # what an open question offers stands behind it


@dataclass(frozen=True, slots=True)
class Alternatives:
    """What a question offers to choose from."""

    offered: tuple[str, str]
    compared: bool  # "which of them?": an answer must say something of both

    @property
    def searched(self) -> tuple[str, ...]:
        """The words to search for, side by side; none where a side is but a date or a number."""
        return self.offered if all(map(_says_what, self.offered)) else ()


def alternatives(question: str) -> Alternatives | None:
    """The alternatives of a question; None where it offers none.

    A question that is open ("which projects or agreements …?") offers something only behind a colon or a comma.
    """
    ors = list(_OR.finditer(question))
    if not ors:
        return None
    left, right = question[: ors[-1].start()].rstrip(" ,،"), question[ors[-1].end() :].rstrip(" ?؟")
    compared = bool(concepts.found("open", left))
    if compared:
        *opening, left = _SET_OFF.split(left)
        if not opening or concepts.found("open", left):
            return None
    if not WORD.search(left) or not WORD.search(right):
        return None
    return Alternatives((left.strip(), right.strip()), compared)


def _says_what(side: str) -> bool:
    """Whether there is more to search for than a date or a number."""
    dated = {word.casefold() for _, word in months(side)}
    return any(stems(word) for word in WORD.findall(side) if not word.isdigit() and word.casefold() not in dated)
