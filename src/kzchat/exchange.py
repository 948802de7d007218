"""A claim in, the same with two of its names exchanged out: who is taken for whom is what small models miss. Pure."""

import re
from itertools import combinations

from kzchat import concepts
from kzchat.proper_names import name_spans, side_by_side
from kzchat.words import WORD

_JOINED = re.compile(
    r"[\s,]*(?:(?:et|and|ou|or|и|или|және|мен|пен|бен)\s+(?:(?:en|à|au|aux|in|at|в|на)\s+)?)?(?:l[ae’']s?|the)?\s*"
)
# Before a name that says where: whoever stands in its place is nobody.
_LOCATED = re.compile(r"(?<!\w)(?:in|at|near|off|en|dans|vers|в|во|на|под)\s(?:la |le |les |l['’]|the )?$")
_AT = re.compile(r"(?<!\w)(?:à|au|aux)\s$")  # "à Oslo", but "à Lund", too

_Span = tuple[int, int]


def exchanged(claim: str, most: int) -> list[str]:
    """The claim with two of its names in each other's place, neighbours first; at most so many."""
    full = [(names[0][0], names[-1][1]) for names in side_by_side(claim, name_spans(claim))]
    pairs = sorted(combinations(range(len(full)), 2), key=lambda pair: pair[1] - pair[0])
    found = [
        (full[one], full[other])
        for one, other in pairs
        if exchangeable(claim, full[one], full[other])
        and is_located(claim, full[one][0]) == is_located(claim, full[other][0])
    ]
    return [exchange(claim, *pair) for pair in found[:most]]


def is_located(text: str, start: int) -> bool:
    """Whether a name that starts there says where something is: "in Oslo"."""
    before, name = text[:start].casefold(), WORD.match(text, start)
    if _LOCATED.search(before):
        return True
    return bool(name and _AT.search(before) and concepts.found("places", name.group()))


def exchange(text: str, one: _Span, other: _Span) -> str:
    """The text with two of its parts, of which `one` comes first, in each other's place."""
    (a, b), (c, d) = one, other
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def exchangeable(text: str, one: _Span, other: _Span, apart: int = 1) -> bool:
    """Whether exchanging two names makes another statement: not the parts of one list.

    Args:
        apart: words between the two, at the least.
    """
    between = text[one[1] : other[0]]
    if text[slice(*one)] == text[slice(*other)]:
        return False
    return len(WORD.findall(between)) >= apart and not _JOINED.fullmatch(between)
