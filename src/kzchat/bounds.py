"""Two texts in: numbers and dates that are another limit in the second than in the first. Pure.

"Up to 5,000" is not "5,000", « jusqu'au 6 mai » not "from 6 May".
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import eq
from typing import TypeVar

from kzchat import concepts
from kzchat.moments import Moment, moments
from kzchat.numerals import YEAR, latin_digits, numbers

_Limited = TypeVar("_Limited")  # a number or a date

_CHANGES = re.compile(
    r"(?<!\w)(?:вырос|выраст|возрос|подн[яи]|повы[сш]|увелич|"
    r"көтер|арт(?:ты|қан|тыр)|өс(?:ті|кен|ір)|жет(?:ті|кен|кіз)|төменде|азай|"
    r"сокра[тщ]|сниз|сниж|упал|уменьш|довел|доведе|дорос|расшир)"
)
_FROM = re.compile(
    r"(?<!\w)(?:a (?:partir|compter) d[ue]|des|depuis|from|since|starting(?: on)?|со?|начиная со?|"
    r"ابتداء من|اعتبارا من|منذ)\s(?:le |the )?$"
)
_UNTIL = re.compile(r"(?<!\w)(?:jusqu.(?:au|a|en)|until|till|до|حتي)\s(?:le |the )?$")
_FROM_BEHIND, _UNTIL_BEHIND = re.compile(r"\w*\sбастап"), re.compile(r"\w*\sдейін")
_BEFORE = 4  # characters between the words of a limit and its number: a space, a currency sign
_AFTER = 14  # characters between a number and those words behind it: "500 personnes au moins", "500-ден астам"


def unbound(claim: str, source: str) -> list[tuple[str, str]]:
    """The numbers of the claim that the source only has with another limit, or with none.

    Returns:
        Pairs: as the claim has it, and as the source has it.
    """
    return _otherwise(_limited(claim), list(_limited(source)), eq)


def turned(claim: str, source: str) -> list[tuple[str, str]]:
    """The dates of the claim from which something lasts that in the source lasts until then, or the other way round.

    Returns:
        Pairs: as the claim has it, and as the source has it.
    """
    return _otherwise(_spans(claim), list(_spans(source)), _is_same_date)


def _otherwise(
    mine: Iterable[tuple[_Limited, str | None, str]],
    there: Sequence[tuple[_Limited, str | None, str]],
    same: Callable[[_Limited, _Limited], bool],
) -> list[tuple[str, str]]:
    """What is limited in both, and in the second never so: as the first has it, and as the second has it first."""
    found = []
    for limited, limit, text in mine:
        others = [(other, instead) for each, other, instead in there if same(limited, each)]
        if others and limit not in {other for other, _ in others}:
            found.append((text, others[0][1]))
    return found


def _is_same_date(one: Moment, other: Moment) -> bool:
    years = {one.year, other.year} - {None}
    return (one.month, one.days) == (other.month, other.days) and len(years) < 2


def _spans(text: str) -> Iterator[tuple[Moment, str, str]]:
    """Each date that is a beginning or an end: the date, "from" or "until", and how it is written with that."""
    for date in moments(text):
        before = concepts.plain(text[: date.start])
        for limit, front, behind in (("from", _FROM, _FROM_BEHIND), ("until", _UNTIL, _UNTIL_BEHIND)):
            start, end = front.search(before), behind.match(text, date.end)
            if start or end:
                written = text[start.start() if start else date.start : end.end() if end else date.end]
                yield date, limit, written.strip()


def _is_reached(text: str, limit: concepts.Match) -> bool:
    """Whether "до 5" or "5-ке дейін" is what something rose or fell to, and no limit."""
    word = text[limit.start : limit.end].casefold()
    if word == "до":
        clause = re.split(r"[.;]", text[: limit.start])[-1]
    elif word == "дейін":
        clause = re.split(r"[.;,]", text[limit.end :])[0]
    else:
        return False
    return bool(_CHANGES.search(concepts.plain(clause)))


def _limited(text: str) -> Iterator[tuple[str, str | None, str]]:
    """Each number in digits that is no date: its value, "most", "least" or None, and how it is written with that."""
    plain = latin_digits(text)
    dates = moments(text)
    words = sorted(concepts.matches("bounds", text), key=lambda match: match.start)  # of two, the longer comes first
    position = 0
    for value, written in numbers(text):
        if not written[0].isdigit() or (start := plain.find(written, position)) < 0:
            continue
        position = end = start + len(written)
        if YEAR.fullmatch(written) or any(date.start <= start < date.end for date in dates):
            continue
        before = next((each for each in words if 0 <= start - each.end <= _BEFORE), None)
        after = next((each for each in words if 0 <= each.start - end <= _AFTER), None)
        if before and not _is_reached(text, before):
            yield value, before.concept, text[before.start : end]
        elif after and after.concept.endswith("_behind") and not _is_reached(text, after):
            yield value, after.concept.removesuffix("_behind"), text[start : after.end]
        else:
            yield value, None, written
