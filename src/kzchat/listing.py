"""Two texts of one language in: a part of a list that the second does not have beside the others. Pure.

"Food security, industry and climate change" for "food security, health and climate change": the parts around it are the
source's, and it is not.
"""

import re
from collections.abc import Iterator

from kzchat.words import WORD, stems, stems_of

_AND = re.compile(r",?\s(?:et|and|ou|or|и|или|және)\s|\sainsi que\s")
_LONGEST = 6  # words of a part
_AROUND = 12  # words of the source on either side of the parts that it has, among which the others stand


def strange_parts(claim: str, source: str) -> list[str]:
    """The parts of the claim's lists that are not where the source has the parts on either side of them."""
    words = [tuple(stems_of(match.group())) for match in WORD.finditer(source)]
    found: list[str] = []
    for first, middle, last in _lists(claim):
        at = [_places(each, words) for each in (first, last)]
        if not all(at):
            continue
        here, there = min(((a, b) for a in at[0] for b in at[1]), key=lambda pair: abs(pair[0] - pair[1]))
        near = range(min(here, there) - _AROUND, max(here, there) + _AROUND + 1)
        known = {stem for place, own in enumerate(words) if place in near for stem in own}
        found.extend(part for part in middle if (own := set(stems(part))) and not own & known)
    return found


def lengths(text: str) -> set[int]:
    """How many parts the lists of a text have: 3 of "A, B and C are the three"."""
    return {len(middle) + 2 for _, middle, _ in _lists(text)}


def _lists(text: str) -> Iterator[tuple[str, list[str], str]]:
    """Each "A, B and C" of a text: the last word of A that says something, the parts between, the first of C."""
    for joint in _AND.finditer(text):
        *before, middle = text[: joint.start()].split(", ")
        if not before or "." in middle:
            continue
        parts = [middle]
        while len(before) > 1 and len(WORD.findall(before[-1])) <= _LONGEST:
            parts.append(before.pop())
        first, last = stems(before[-1]), stems(text[joint.end() :])
        if first and last and all(len(WORD.findall(part)) <= _LONGEST for part in parts):
            yield first[-1], parts, last[0]


def _places(stem: str, words: list[tuple[str, ...]]) -> list[int]:
    return [at for at, own in enumerate(words) if stem in own]
