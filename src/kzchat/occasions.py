"""Two texts in: whether the first dates to one occasion what the second dates to another. Pure.

« Le ministre est venu en février, suivi en novembre par le président »: every part of "the minister came in November"
and of "the minister came in February and November" stands in it. Which date is whose is told by its clause.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kzchat import concepts
from kzchat.bindings import people
from kzchat.clauses import BOUNDARY
from kzchat.moments import Moment, moments
from kzchat.numerals import YEAR
from kzchat.words import WORD, stems

_LONE_YEAR = re.compile(rf"(?<![\d.,]){YEAR.pattern}(?![\d.,]\d|\d)")

_Date = Moment | int  # an int is a year without a month
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Occasion:
    """A part of a sentence with its dates."""

    text: str
    dates: tuple[_Date, ...]


def misdated(claim: str, source: str) -> list[tuple[str, str]]:
    """What the claim has on a date on which the source has another.

    Returns:
        Pairs: the claim's date or dates, and the part of the source where (the first of) them stands.
    """
    there = _occasions(source)
    if len(there) < 2:
        return []
    found = []
    whom = ""
    for mine in _occasions(claim):
        whom = mine.text if any(_actors(mine.text)) else f"{whom} {mine.text}"  # who is named goes on acting
        holding = [[each for each in there if any(_same(date, other) for other in each.dates)] for date in mine.dates]
        if not all(holding):
            continue  # a date that the source does not have is not for this to say
        if not any(all(each in group for group in holding) for each in there):
            found.append((" / ".join(map(_written, mine.dates)), holding[0][0].text.strip(" ,;:")))
            continue
        for date, group in zip(mine.dates, holding, strict=True):
            if _another_acts(whom, " ".join(each.text for each in group), source):
                found.append((_written(date), group[0].text.strip(" ,;:")))
    return found


def _another_acts(claim: str, occasion: str, source: str) -> bool:
    """Whether a part of the source names another actor than the claim, whose own stands elsewhere in the source."""
    kinds = zip(_actors(claim), _actors(occasion), _actors(source), strict=True)
    return any(here - mine and mine & anywhere - here for mine, here, anywhere in kinds)


def _actors(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The offices and the people of a text."""
    return frozenset(concepts.found("functions", text)), frozenset(key for _, _, key in people(text))


def _occasions(text: str) -> list[_Occasion]:
    """The parts of a text that have a date of their own, in order; what lies between two belongs to both."""
    dated = list(_dates(text))
    inside = {at for start, end, _ in dated for at in range(start, end)}
    cuts = [match.start() for match in BOUNDARY.finditer(text) if match.start() not in inside]
    found: list[tuple[list[_Span], list[_Date]]] = []
    waiting: list[_Span] = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        dates = [date for at, _, date in dated if start <= at < end]
        rest = "".join(" " if at in inside else text[at] for at in range(start, end))
        if dates and (_says_something(rest) or not found):
            found.append(([*waiting, (start, end)], dates))
            waiting = []
        elif found:  # also "and November" behind "in February"
            found[-1][0].append((start, end))
            found[-1][1].extend(dates)
        if not dates:
            waiting.append((start, end))
    return [_Occasion("".join(text[a:b] for a, b in spans), tuple(dates)) for spans, dates in found]


def _dates(text: str) -> Iterator[tuple[int, int, _Date]]:
    """Each date with where it stands, in order."""
    end = 0
    for moment in moments(text):
        yield from _years(text, end, moment.start)
        yield moment.start, moment.end, moment
        end = moment.end
    yield from _years(text, end, len(text))


def _years(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    return ((match.start(), match.end(), int(match.group())) for match in _LONE_YEAR.finditer(text, start, end))


def _says_something(text: str) -> bool:
    """Whether there are words of content in it, but for "year" and the like."""
    return any(stems(word) and not concepts.found("durations", word) for word in WORD.findall(text))


def _same(one: _Date, other: _Date) -> bool:
    if isinstance(one, int):
        return one == (other if isinstance(other, int) else other.year)
    return isinstance(other, Moment) and one.within(other, other.year or one.year)


def _written(date: _Date) -> str:
    return str(date) if isinstance(date, int) else date.text
