"""Two texts in: whether an office belongs to another country, or another person, in the second. Pure.

"The Moroccan foreign minister visited Kazakhstan" has every word of "the foreign minister of Kazakhstan visited
Morocco". What stands next to an office is what it belongs to: "le ministre kazakh", "ambassador of Kazakhstan to
Morocco" (the first country), "Kazakhstan's ambassador"; "President Tokayev", "Azoulay, conseiller du roi".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kzchat import concepts
from kzchat.languages import has_kazakh_letters
from kzchat.proper_names import Vocabulary, name_spans, side_by_side
from kzchat.spelling import fold, skeleton
from kzchat.words import FUNCTION_WORDS

_BEFORE, _AFTER = 14, 45  # characters between an office and its country
_APPOSITION = 110  # characters between an office and the name of its holder behind it
_IN_FRONT = 20  # and in front of it
_STOP = re.compile(r"[;:!?…()«»“”\"]|\.\s")
# Words that do not stand between an office and its holder: "the ambassador was received by Azoulay".
_SENTENCE = re.compile(
    r"(?<!\w)(?:a|ont|avait|est|sont|etait|fut|sera|was|were|is|are|has|have|had|will|qui|who|que|that|par|by|avec|with|"
    r"что|был[аои]?|с|со)(?!\w)"
)
# Before the country that an office belongs to: "ambassador of Kazakhstan", "ambassade du Maroc".
_OF_PLACE = frozenset("of de du des d la le les l the to au aux in en à for from".split())
# Between an office and what it belongs to: "directeur général de la", "chair of the".
_OF = re.compile(r"(?:[\w-]*\s+){0,2}(?:de|du|des|of)\s+(?:la\s+|the\s+)?|[\w-]*\s+(?:de\s+l'|d')")
_BELONGS = re.compile(r"(?<!\w)(?:de la|de l'|des|du|de|d'|of|of the)\W*$")  # in front of what an office belongs to
# Before the name of a town, as far as it is not in the list of places.
_PLACED = re.compile(r"(?<!\w)(?:in|at|from|of|to|near|à|de|du|des|en|dans|vers|pour|d['’]|в|во|из|на|до|от)\s?$")
# Between two people who do something together: the number of a king, and the office of the second.
_AND = re.compile(r"(?:\s[IVX]+)?,?\s(?:et|and|и|мен|және)\s(?:[^\s,;.]+\s){0,5}")


@dataclass(frozen=True, slots=True)
class _Held:
    """An office with its country and its holder, as far as the text puts them beside it."""

    office: str
    place: str | None
    holder: str | None  # the skeleton of the last part of the name
    text: str


def misbound(claim: str, source: str) -> list[tuple[str, str]]:
    """Offices that the claim gives to another country or person than the source does.

    Returns:
        Pairs: as the claim has it, and as the source has it.
    """
    there = list(_held(source))
    found = []
    for mine in _held(claim):
        same = [other for other in there if other.office == mine.office]
        placed = [other for other in same if other.place]
        if mine.place and placed and mine.place not in {other.place for other in placed}:
            found.append((mine.text, placed[0].text))
        elif mine.holder:
            others = [other for other in same if other.holder]
            own = [other for other in there if other.holder == mine.holder]
            if others and own and mine.holder not in {other.holder for other in others}:
                found.append((mine.text, others[0].text))
    return found


def holders(text: str) -> set[str]:
    """The people of whom a text says what their office is, as the skeletons of their last names."""
    return {held.holder for held in _held(text) if held.holder}


def names_somebody(text: str, question: str) -> bool:
    """Whether a text gives the name of a person: a full name, or one that the question does not have and that stands
    behind no "in" or "of". In Arabic, which has no capitals, it may always.
    """
    if any("\u0600" <= character <= "\u06ff" for character in text) or holders(text):
        return True
    known = Vocabulary.of(question)
    return any(
        len(name) > 1 or not (known.has(text[name[0][0] : name[0][1]]) or _PLACED.search(text[: name[0][0]].casefold()))
        for name in _full_names(text)
    )


def lends(claim: str, lacking: Sequence[tuple[str, str]], source: str) -> bool:
    """Whether another sentence may lend a claim what its own source lacks.

    An office is lent by a sentence about somebody whom the claim names: another's does not count. What an office
    belongs to is lent by none: "director of a bank" and "the bank merges into Lagune" make nobody director of Lagune.
    Nor is one of two who are said to have done something together: "A met B" and "C came" do not make A and C meet.

    Args:
        lacking: kind ("function", "name" or "place") and text, as the claim has it.
        source: the other sentence.
    """
    named = {key for _, _, key in people(claim)}
    if any(kind == "function" for kind, _ in lacking) and not named & {key for _, _, key in people(source)}:
        return False
    bound = {skeleton(fold(source[start:end])) for start, end in (*_owners(source), *_joined(source))}
    own = {claim[start:end] for start, end in (*_owners(claim), *_joined(claim))}
    return not any(kind == "name" and text in own and skeleton(fold(text)) not in bound for kind, text in lacking)


def _owners(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand that an office of the text belongs to: "director general of Lagune Sahel"."""
    folded = concepts.plain(text)
    named = _full_names(text)
    for office in concepts.matches("functions", text):
        behind = next((name for name in named if name[0][0] > office.end), None)
        if behind and _OF.fullmatch(folded, office.end, behind[0][0]):
            yield from behind


def _joined(text: str) -> Iterator[tuple[int, int]]:
    """Where the names of people stand that an "and" joins: "King Olav and the minister Anna Holm"."""
    for one, other in pairwise(_full_names(text)):
        if _AND.fullmatch(text, one[-1][1], other[0][0]) and not _PLACED.search(text[: one[0][0]].casefold()):
            yield from (*one, *other)


def _full_names(text: str) -> list[list[tuple[int, int]]]:
    return side_by_side(text, ((start, end) for start, end, _ in people(text)))


def _held(text: str) -> Iterator[_Held]:
    offices = sorted(concepts.matches("functions", text), key=lambda match: match.start)
    places = sorted(concepts.matches("places", text), key=lambda match: match.start)
    named = list(people(text))
    for office in offices:
        place = _place_of(text, office, places)
        holder = _holder_of(text, office, offices, named)
        yield _Held(office.concept, place, holder, text[office.start : office.end + _AFTER].split(",")[0])


def _place_of(text: str, office: concepts.Match, places: list[concepts.Match]) -> str | None:
    before = [place for place in places if 0 <= office.start - place.end <= _BEFORE]
    if before and not re.search(r"[,;.:]", text[before[-1].end : office.start]):
        return before[-1].concept
    if has_kazakh_letters(text):
        return None  # what an office belongs to stands before it; behind it stands where somebody went
    for place in places:
        between = text[office.end : place.start]
        if (
            0 <= place.start - office.end <= _AFTER
            and not re.search(r"[,;.:]", between)
            and _leads_to(between, _OF_PLACE)
        ):
            return place.concept
    return None


def _leads_to(between: str, words: frozenset[str] = frozenset()) -> bool:
    """Whether what stands between an office and a name lets the name belong to it: no verb stands before the name.

    In Latin script a name behind an office follows it at once, or one of `words`, a comma, a name, a title ("Mr.") or a
    country ("le ministre kazakh"), or an adjective of a title ("Affaires étrangères").
    """
    *before, last = re.findall(r"[^\s'’]+", between) or [""]
    if not last or "\u0400" <= last[0] <= "\u06ff":
        return True
    if last.casefold() in words or last.endswith(",") or last[0].isupper() or concepts.found("places", last):
        return True
    return bool(before) and before[-1][0].isupper() and last.casefold() not in FUNCTION_WORDS


def _holder_of(
    text: str, office: concepts.Match, offices: list[concepts.Match], named: list[tuple[int, int, str]]
) -> str | None:
    others = [other for other in offices if other.concept != office.concept]
    folded = concepts.plain(text.replace("à", "·"))  # which is no verb
    for at, (start, _, _) in enumerate(named):  # "the minister of foreign affairs, Murat Nurtleu"
        if _BELONGS.search(folded, office.end, start):
            continue  # "minister of Foreign Affairs and of Cooperation, Murat Nurtleu"
        if 0 <= start - office.end <= _APPOSITION and not _STOP.search(text, office.end, start):
            if _SENTENCE.search(folded, office.end, start) or any(office.end < other.start < start for other in others):
                break  # "adviser to the king, Mohammed VI": the name is the other's
            if not _leads_to(text[office.end : start]):
                break  # "the ambassador spoke to Azoulay"
            return _last_name(text, named[at:])
    for _, end, key in reversed(named):  # "Azoulay, the senior adviser to the king"
        between = text[end : office.start]
        if 0 < len(between) <= _IN_FRONT and "," in between and not concepts.found("places", between):
            return key
    return None


def _last_name(text: str, named: list[tuple[int, int, str]]) -> str:
    """What the spellings of the last of the names that stand side by side share: "Murat Nurtleu" is Nurtleu."""
    full = side_by_side(text, ((start, end) for start, end, _ in named))[0]
    return named[len(full) - 1][2]


def people(text: str) -> Iterator[tuple[int, int, str]]:
    """Where names stand (start, end) that are neither countries nor institutions, with what their spellings share."""
    others = (*concepts.matches("places", text), *concepts.matches("institutions", text))
    taken = {position for match in others for position in range(match.start, match.end)}
    for start, end in name_spans(text):
        if start not in taken:
            yield start, end, skeleton(fold(text[start:end]))
