"""Two texts in: the names and numbers that stand in the first where the second has another. Pure.

A small model keeps a sentence's words and mixes up what belongs to what. Here each name and number of the claim is
looked up in the source by what stands on either side of it.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kzchat import concepts
from kzchat.copies import Copy
from kzchat.exchange import is_located
from kzchat.moments import month_of
from kzchat.numerals import YEAR
from kzchat.roles import TO_BE
from kzchat.spelling import fold, skeleton
from kzchat.words import WORD, kind_of, stems_of

_SIDE = 3  # words that are looked at on each side of a name or number
_SIDE_BY_SIDE = 5  # words between a name and another that says whose it is
_PASSIVE = re.compile(
    rf"\b(?:{TO_BE})\s+(?:\w+\s+)?"
    r"\w+(?:e|ee|es|ees|i|is|ie|it|ite|u|ue|us|ed|en|wn|t)\b.{0,60}?\b(?:par|by)\b"
)
_FIGURES = ("number", "year")
_ASIDE = re.compile(r",[^,;.]*,")
# In front of a year.
_IN = re.compile(r"(?<!\w)(?:in|since|by|until|of|en|depuis|d['’]ici(?: à)?|fin|début|в|с|к|до)\s$")


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A name or a number with the words on either side of it."""

    text: str
    key: str  # by which two of them are compared
    kind: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    start: int  # where it stands


def misplaced(claim: str, source: str) -> list[tuple[str, str]]:
    """The names and numbers of the claim that stand where the source has another.

    Returns:
        Pairs: as the claim has it, and what the source has in its place.
    """
    if _leaves_out_asides(claim, source):
        return []
    passive = bool(_PASSIVE.search(concepts.plain(claim))) != bool(_PASSIVE.search(concepts.plain(source)))
    here, there = _anchors(claim), _anchors(source)
    found: list[tuple[str, str]] = []
    for at, anchor in enumerate(here):
        kept = _partner(here, at)
        if kept and kept in {_partner(there, i) for i, other in enumerate(there) if other.key == anchor.key}:
            continue  # "Finland 35, Estonia 15": in another order, and the same
        own = max((_alike(anchor, other, passive) for other in there if other.key == anchor.key), default=None)
        if own is None:
            continue  # another spelling, or not in the source at all: not for this to say
        rivals = [other for other in there if other.kind == anchor.kind and other.key != anchor.key]
        best = max(rivals, key=lambda other: _alike(anchor, other, passive), default=None)
        if best is None:
            continue
        rival = _alike(anchor, best, passive)
        if (own == 0 and rival >= 3) or (rival > own and _changed_places(anchor, best, own, here, there, passive)):
            found.append((anchor.text, best.text))
    return found


def _leaves_out_asides(claim: str, source: str) -> bool:
    """Whether a claim is its source without what stands there between two commas: "Ashby, who heads the unit, said"."""
    copy = Copy.of(claim, source)
    if copy is None or copy.added or copy.replaced:
        return False
    asides = [match.span() for match in _ASIDE.finditer(source)]
    return all(any(start <= word.start() < end for start, end in asides) for word in copy.left_out)


def _partner(anchors: Sequence[_Anchor], at: int) -> str | None:
    """The number that a name stands in front of, or the name in front of a number."""
    beside = at - 1 if anchors[at].kind in _FIGURES else at + 1
    if not 0 <= beside < len(anchors) or (anchors[beside].kind in _FIGURES) == (anchors[at].kind in _FIGURES):
        return None
    return anchors[beside].key


def _changed_places(
    anchor: _Anchor, rival: _Anchor, own: int, here: Sequence[_Anchor], there: Sequence[_Anchor], passive: bool
) -> bool:
    """Whether exchanging the two would bring the claim closer to the source."""
    crossed = _alike(anchor, rival, passive)
    for other in here:
        if other.key != rival.key:
            continue
        kept = max((_alike(other, source, passive) for source in there if source.key == other.key), default=0)
        back = max((_alike(other, source, passive) for source in there if source.key == anchor.key), default=0)
        return crossed + back > own + kept
    return False


def _alike(one: _Anchor, other: _Anchor, passive: bool) -> int:
    """How many words the two have in common on the same side; on either side where only one text is passive."""
    if passive:
        return len({*one.left, *one.right} & {*other.left, *other.right})
    return len(set(one.left) & set(other.left)) + len(set(one.right) & set(other.right))


def _anchors(text: str) -> list[_Anchor]:
    words = list(WORD.finditer(text))
    marked: list[tuple[str, str, tuple[str, ...], int]] = []  # kind ("" for a word), text, its stems, where it stands
    for at, match in enumerate(words):
        word = match.group()
        kind = kind_of(word, at == 0 or text[: match.start()].rstrip().endswith((".", "!", "?", ":")))
        if kind == "number" and YEAR.fullmatch(word) and _IN.search(text[: match.start()].casefold()):
            kind = "year"  # nobody takes it for an amount
        elif kind and month_of(word.casefold()):
            kind = ""
        joined = (
            marked
            and kind
            and kind == marked[-1][0] not in _FIGURES
            and text[words[at - 1].end() : match.start()].isspace()
        )
        if joined:
            marked[-1] = (kind, f"{marked[-1][1]} {word}", (), marked[-1][3])
        else:
            marked.append((kind, word, () if kind else tuple(stems_of(word)), match.start()))
    anchors = []
    for at, (kind, word, _, start) in enumerate(marked):
        if kind:
            left = [stem for _, _, own, _ in marked[:at] for stem in own][-_SIDE:]
            right = [stem for _, _, own, _ in marked[at + 1 :] for stem in own][:_SIDE]
            key = word if kind in _FIGURES else skeleton(fold(word.split()[-1]))
            anchors.append(_Anchor(word, key, kind, tuple(left), tuple(right), start))
    return anchors


def reordered(claim: str, source: str) -> list[tuple[str, str]]:
    """Pairs of names that two languages have in another order, where neither text is passive."""
    if any(_PASSIVE.search(concepts.plain(text)) for text in (claim, source)):
        return []
    here, there = ([anchor for anchor in _anchors(text) if anchor.kind not in _FIGURES] for text in (claim, source))
    places = {anchor.key: at for at, anchor in reversed(list(enumerate(there)))}
    known = [(anchor, places[anchor.key]) for anchor in here if anchor.key in places]
    return [
        (one.text, two.text)
        for (one, a), (two, b) in itertools.pairwise(known)
        if a > b
        and not any(is_located(claim, each.start) for each in (one, two))
        and not _beside(source, there[b].text, there[a].text)
        and not _beside(claim, one.text, two.text)
    ]


def _beside(text: str, first: str, second: str) -> bool:
    """Whether one name says whose the other is: "the speaker of the Mazhilis, Erlan Koshanov", "Brandt, its head"."""
    start = text.find(first) + len(first)
    between = text[start : text.find(second, start)]
    words = len(WORD.findall(between))
    return words <= _SIDE_BY_SIDE and ("," in between or bool(concepts.found("functions", between)))
