"""A question in, the office whose holder it asks for out; and whether a sentence has that office. Pure.

"Who is Norway's consul in Lima?" is not answered by a sentence on Norway's trade with Peru, nor "who was elected deputy
mayor?" by one on the mayor: it must name the office, in whatever language.
"""

import re
from functools import lru_cache
from itertools import groupby

from kzchat import concepts
from kzchat.bindings import names_somebody, people

# What asks for the holder, in front of the office; in Kazakh it stands behind.
_ASKS = re.compile(
    r"(?<!\w)(?:"
    r"qui (?:est|sont|etait|etaient|fut|furent|sera|seront|a ete|ont ete|devient|est devenue?)"
    r"|comment s'appelle(?:nt)?|quels? (?:est|sont|etait) les? noms?"
    r"|who(?:'s| is| are| was| were| became| has been| have been| will be)"
    r"|what (?:is|was|are) the names? of"
    r"|кто(?: такой| такая| такие)?(?: является| стал[аи]?| был[аи]?| будет)?|как зовут"
    r"|من (?:هو|هي|هم|كان|كانت)|ما اسم"
    r")(?!\w)"
)
_ASKS_BEHIND = re.compile(r"(?:\W+\w+)?\W+(?:кім|кімдер)(?!\w)")
# Words between the two, besides the country or the name that the office belongs to.
_CHOSEN = r"(?:elue?s?|nommee?s?|designee?s?|elected|appointed|named|chosen|избран[аы]?|назначен[аы]?)"
_BETWEEN = re.compile(
    rf"(?:[^\w,]+{_CHOSEN})?"
    r"(?:[^\w,]+(?:comme|as))?"
    r"(?:[^\w,]+(?!(?:by|to|with|for|from|in|on|par|a|au|aux|avec|pour|de|du|des|d|dans|sur|que|qui|who|that|which)\W)"
    r"(?!\w{3,}ed\W)[\w'.-]+){0,3}[^\w,]+"
)
_POSSESSIVE = re.compile(r"'s(?!\w)")  # "the mayor's lawyer"
# Of a predecessor it may only be said who succeeds him.
_OTHER_TIMES = re.compile(r"(?<!\w)(?:before|after|avant|apres|до|после|дейін|кейін|قبل|بعد)(?!\w)")
_FARTHEST = 60  # characters between what asks and the office
_JOINED = re.compile(r"[\W_]{0,2}")  # between the parts of an office such as "vice-president"


@lru_cache(maxsize=64)
def asked_offices(question: str) -> tuple[frozenset[str], ...]:
    """The office whose holder is asked for, as one set of concepts for each of its words; empty where none is.

    A word may stand for several ("president" for a state's and for a board's): any of them is meant. Remembered: every
    sentence of a search is held against the same question.
    """
    folded = concepts.plain(question)
    if _OTHER_TIMES.search(folded):
        return ()
    named = {start for start, _, _ in people(question)}
    for words in _offices(question):
        start, end = words[0].start, words[-1].end
        if end + 1 in named or _POSSESSIVE.match(folded, end):  # "who is Doctor Holm?", "who is the mayor's lawyer?"
            continue
        asks = [match for match in _ASKS.finditer(folded) if match.end() <= start <= match.end() + _FARTHEST]
        in_front = bool(asks) and _BETWEEN.fullmatch(folded, asks[-1].end(), start) is not None
        if in_front or _ASKS_BEHIND.match(folded, end):
            return tuple(frozenset(match.concept for match in group) for group in _by_word(words))
    return ()


def lacks_office(question: str, sentence: str) -> bool:
    """Whether a question asks who holds an office, and a sentence does not name that office or names nobody."""
    offices = asked_offices(question)
    if not offices:
        return False
    said = set(concepts.found("functions", sentence))
    return not all(said & each for each in offices) or not names_somebody(sentence)


def _offices(text: str) -> list[list[concepts.Match]]:
    """The words that stand for offices, those that make up one office together."""
    found: list[list[concepts.Match]] = []
    for match in sorted(concepts.matches("functions", text), key=lambda match: match.start):
        if found and (match.start < found[-1][-1].end or _JOINED.fullmatch(text, found[-1][-1].end, match.start)):
            found[-1].append(match)
        else:
            found.append([match])
    return found


def _by_word(words: list[concepts.Match]) -> list[list[concepts.Match]]:
    return [list(group) for _, group in groupby(words, key=lambda match: match.start)]
