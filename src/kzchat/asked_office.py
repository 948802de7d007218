"""A question in, the office whose holder it asks for out; and whether a sentence has that office. Pure.

"Who is Norway's consul in Lima?" is not answered by a sentence on Norway's trade with Peru, nor "who was elected deputy
mayor?" by one on the mayor: it must name the office, in whatever language, and somebody.
"""

import re
from functools import lru_cache
from itertools import groupby

from kzchat import concepts
from kzchat.bindings import names_somebody, people

# What asks for the holder, in front of the office; in Kazakh it stands behind.
_ASKS = re.compile(
    r"(?<!\w)(?:"
    r"(?:c'est )?qui (?:est|sont|etait|etaient|fut|furent|sera|seront|a ete|ont ete|devient|est devenue?|vient d'etre)"
    r"|c'est qui|qui occupe le poste(?: de| d(?='))?"
    r"|comment s'appelle(?:nt)?|quels? (?:est|sont|etait) les? noms?(?: complets?)?(?: de la| de| du| des| d(?='))?"
    r"|who(?:'s| is| are| was| were| became| has been| have been| will be)"
    r"|who (?:serves as|holds the (?:post|office) of)|what(?:'s| is| was| are) the names? of"
    r"|кто(?: такой| такая| такие)?(?: является| стал[аи]?| был[аи]?| будет)?|кто занимает (?:пост|должность)|как зовут"
    r"|من (?:هو|هي|هم|كان|كانت|يشغل منصب)|ما (?:هو |هي )?اسم"
    r")(?!\w)"
)
_ASKS_BEHIND = re.compile(r"(?:\W+(?:болып|қазір|бүгін|деген))?\W+(?:кім|кімдер)(?!\w)")
# Offices in a case in which something is done to them, in Kazakh and Russian; the latter's instrumental is also that of
# "who was (became, was elected) mayor".
_KAZAKH_CASE = re.compile(r"(?:[нд][ыі]|тт[ыі]|[ыі]н|[ндт][ыі]ң|(?<!төра)[ғгқк][ае]|[мбп]ен|[ндт][ае]н)$")
_RUSSIAN_CASE = re.compile(r"(?<!глав)(?<!судь)(?<!пап)[аяую]$|[еёо]го$|[еу]$|(?P<instrumental>[оеё]м|ой)$")
_BECOMES = re.compile(r"явля|ста[лн]|был|будет|избран|назначен|занимает")
# Words between the two, besides the country or the name that the office belongs to: none by which something is done to
# its holder ("who was received by the mayor?"), and in Arabic none that is itself asked for ("the mayor's wife").
_CHOSEN = r"(?:elue?s?|nommee?s?|designee?s?|elected|appointed|named|chosen|избран[аы]?|назначен[аы]?)"
_DONE = (
    r"(?:by|to|with|for|from|in|on|behind|near|beside|against|under|over|that|who|which|"
    r"par|a|au|aux|avec|pour|de|du|des|d|dans|sur|sous|contre|chez|que|qui|с|со|у|к|при|перед)\W"
    r"|(?!acting|sitting|outgoing|incoming|reigning)\w{2,}(?:ed|ing)\W"
    r"|(?!избран|назначен)\w{2,}(?:ден|лен|щен|сан|нят)[аоы]?\W"
    r"|(?!اول\W|اخر\W)[\u0600-\u06ff]"
)
_BETWEEN = re.compile(rf"(?:[^\w,]+{_CHOSEN})?(?:[^\w,]+(?:comme|as))?(?:[^\w,]+(?!{_DONE})[\w'.-]+){{0,3}}[^\w,]+")
# Behind an office that is not asked for: "the mayor's lawyer", "who is the president visiting?", "… received by?".
_NOT_IT = re.compile(r"'s(?!\w)|\s(?!acting)\w{2,}ing(?!\w)|\s\w+ed by(?!\w)|\s(?:alle|venu)e?(?!\w)")
# Who wrote or founded a thing is said by a verb, and many are experts: these are no posts.
_NO_POSTS = frozenset({"writer", "founder", "student", "soldier", "police", "candidate", "expert", "officer"})
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
        concerned = frozenset(match.concept for match in words)
        if concerned <= _NO_POSTS or _NOT_IT.match(folded, end):
            continue
        if end + 1 in named and folded[end - 1] < "\u0400":  # "who is Doctor Holm?"; "кто мэр Бреста?" asks for one
            continue
        if _asks_in_front(folded, start, end) or _asks_behind(folded, start, end):
            by_word = groupby(words, key=lambda match: match.start)
            return tuple(frozenset(match.concept for match in group) for _, group in by_word)
    return ()


def _asks_in_front(folded: str, start: int, end: int) -> bool:
    asks = [match for match in _ASKS.finditer(folded) if match.end() <= start <= match.end() + _FARTHEST]
    if not asks or not _BETWEEN.fullmatch(folded, asks[-1].end(), start):
        return False
    if not asks[-1].group().startswith("кто"):
        return True
    case = _RUSSIAN_CASE.search(folded[start:end])
    lead = folded[asks[-1].start() : start]
    return not case or bool(case["instrumental"] and _BECOMES.search(lead))


def _asks_behind(folded: str, start: int, end: int) -> bool:
    return bool(_ASKS_BEHIND.match(folded, end)) and not _KAZAKH_CASE.search(folded[start:end])


def lacks_office(question: str, sentence: str) -> bool:
    """Whether a question asks who holds an office, and a sentence does not name that office or names nobody."""
    offices = asked_offices(question)
    if not offices:
        return False
    said = set(concepts.found("functions", sentence))
    return not all(said & each for each in offices) or not names_somebody(sentence, question)


def _offices(text: str) -> list[list[concepts.Match]]:
    """The words that stand for offices, those that make up one office together."""
    found: list[list[concepts.Match]] = []
    for match in sorted(concepts.matches("functions", text), key=lambda match: match.start):
        if found and (match.start < found[-1][-1].end or _JOINED.fullmatch(text, found[-1][-1].end, match.start)):
            found[-1].append(match)
        else:
            found.append([match])
    return found
