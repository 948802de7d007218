"""Two texts in: whether what comes from a country, or from somebody, goes there in the second. Pure.

"Wheat from Kazakhstan to Africa" has every word of "wheat from Africa to Kazakhstan". Only words that say nothing else
count: « de » and "в" may also say where something is, or whose.
"""

import re
from collections.abc import Iterable

from kzchat import concepts
from kzchat.proper_names import name_spans, side_by_side
from kzchat.spelling import fold, skeleton

_ARTICLE = r"\W+(?:(?:la|le|les|l|the|republic|republique|royaume|kingdom|of|de|du)\W+){0,4}$"
_OF = r"d(?:e|u|es)?"
_FROM = re.compile(
    rf"(?<!\w)(?:from(?: and to)?|en provenance {_OF}|a partir {_OF}|venu\w* {_OF}|из|(?<!كل )من){_ARTICLE}"
)  # "كل من" is "both"
_TO = re.compile(
    r"(?<!\w)(?<!according )(?<!thanks )(?<!due )(?<!compared )"
    rf"(?:to(?: and from)?|towards?|into|bound for|vers|a destination {_OF}|jusqu'(?:a|au|aux|en)|الي|نحو){_ARTICLE}"
)
# Whatever it is that something comes from or goes to.
_ANY_ORIGIN = re.compile(rf"(?<!\w)(?:from|en provenance {_OF}|из)(?!\w)")
_ANY_GOAL = re.compile(rf"(?<!\w)(?:towards?|bound for|vers|a destination {_OF}|الي|نحو)(?!\w)")
_LEAD = 40  # characters in front of a country that are read


def turned(claim: str, source: str) -> list[tuple[str, str]]:
    """Where a claim and its source have the opposite direction: to a country, a town or a club, and from it.

    Of countries the source must say both from where and to where: "an invitation from Morocco" is no journey, and does
    not deny that he was invited to Morocco.

    Returns:
        Pairs: as the claim has it, and as the source has it.
    """
    return [*_of_countries(claim, source), *_of_names(claim, source)]


def _of_countries(claim: str, source: str) -> list[tuple[str, str]]:
    origins, goals = _places(claim, _FROM), _places(claim, _TO)
    if not origins and not goals:
        return []
    folded = concepts.plain(source)
    source_origins, source_goals = _places(source, _FROM), _places(source, _TO)
    found = []
    if source_goals or _ANY_GOAL.search(folded):
        found += [(goals[at], source_origins[at]) for at in goals if at in source_origins and at not in source_goals]
    if source_origins or _ANY_ORIGIN.search(folded):
        found += [(origins[at], source_goals[at]) for at in origins if at in source_goals and at not in source_origins]
    return found


def _of_names(claim: str, source: str) -> list[tuple[str, str]]:
    origins, goals, source_origins, source_goals = (
        _names(text, lead) for text in (claim, source) for lead in (_FROM, _TO)
    )
    found = [
        (goals[at], source_origins[at]) for at in source_origins if at in goals and at not in origins | source_goals
    ]
    return found + [
        (origins[at], source_goals[at]) for at in source_goals if at in origins and at not in goals | source_origins
    ]


def _names(text: str, lead: re.Pattern[str]) -> dict[str, str]:
    """The names of a text, but for countries, that stand behind such a word; by what their spellings share."""
    full = [(names[0][0], names[-1]) for names in side_by_side(text, name_spans(text))]
    named = [
        (skeleton(fold(text[last:end])), start, end)
        for start, (last, end) in full
        if not concepts.found("places", text[start:end])
    ]
    return _behind(text, lead, named)


def _places(text: str, lead: re.Pattern[str]) -> dict[str, str]:
    """The countries of a text that stand behind such a word."""
    places = [(match.concept, match.start, match.end) for match in concepts.matches("places", text)]
    return _behind(text, lead, places)


def _behind(text: str, lead: re.Pattern[str], spans: Iterable[tuple[str, int, int]]) -> dict[str, str]:
    """Those of the spans (key, start, end) that stand behind such a word, each with the two as they are written."""
    folded = concepts.plain(text)
    found = {}
    for key, start, end in spans:
        begin = max(0, start - _LEAD)
        if before := lead.search(folded[begin:start]):
            found[key] = " ".join(text[begin + before.start() : end].split())
    return found
