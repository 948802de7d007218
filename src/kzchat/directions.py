"""Two texts in: whether what comes from a country goes to it in the second. Pure.

"Wheat from Kazakhstan to Africa" has every word of "wheat from Africa to Kazakhstan". Only words that say nothing else
count: « de » and "в" may also say where something is, or whose.
"""

import re

from kzchat import concepts

_ARTICLE = r"\W+(?:(?:la|le|les|l|the|republic|republique|royaume|kingdom|of|de|du)\W+){0,4}$"
_OF = r"d(?:e|u|es)?"
_FROM = re.compile(
    rf"(?<!\w)(?:from|en provenance {_OF}|a partir {_OF}|venu\w* {_OF}|из|(?<!كل )من){_ARTICLE}"  # كل من is "both"
)
_TO = re.compile(
    r"(?<!\w)(?<!according )(?<!thanks )(?<!due )(?<!compared )"
    rf"(?:to|towards?|into|bound for|vers|a destination {_OF}|jusqu'(?:a|au|aux|en)|إلى|الى|نحو){_ARTICLE}"
)
_LEAD = 40  # characters in front of a country that are read


def turned(claim: str, source: str) -> list[tuple[str, str]]:
    """The countries from which the claim lets come what the source lets go to them, or the other way round.

    Returns:
        Pairs: as the claim has it, and as the source has it.
    """
    origins, goals = _places(claim, _FROM), _places(claim, _TO)
    if not origins and not goals:
        return []
    source_origins, source_goals = _places(source, _FROM), _places(source, _TO)
    return [
        (mine[place], theirs[place])
        for mine, theirs, agreed in ((goals, source_origins, source_goals), (origins, source_goals, source_origins))
        for place in mine
        if place in theirs and place not in agreed
    ]


def _places(text: str, lead: re.Pattern[str]) -> dict[str, str]:
    """The countries and cities of a text behind such a word, with both as they are written."""
    folded = concepts.plain(text)
    found = {}
    for match in concepts.matches("places", text):
        begin = max(0, match.start - _LEAD)
        if before := lead.search(folded[begin : match.start]):
            found[match.concept] = " ".join(text[begin + before.start() : match.end].split())
    return found
