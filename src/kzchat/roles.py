"""Two texts in: whether who does what to whom is the other way round in the second. Pure.

"The ambassador was received by Azoulay", « la réception d'Azoulay par l'ambassadrice », "посол принял Азуле": the verbs
of `data/concepts.toml` with the names, offices and countries on either side of them, active or passive.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kzchat import concepts
from kzchat.proper_names import names
from kzchat.spelling import fold, skeleton

_BY = re.compile(r"(?<!\w)(?:par|by)(?!\w)")
_CLAUSE = re.compile(r"[;:!?…]|\.\s|,\s(?=(?:et|and|mais|but|qui|who|tandis|while|ou|where|а|но|и)\s)")
TO_BE = "ete|est|sont|fut|furent|etait|etaient|sera|seront|was|were|is|are|been|being|be"  # without accents
_PASSIVE = re.compile(
    rf"(?<!\w)(?:{TO_BE}|был[аои]?|будет)\W+"
    r"(?:\w+(?:ment|ly|но)\W+)?$"
)
_NOUN = re.compile(r"(?<!\w)(?:l'|(?:la|une|sa|cette|the|an|his|her|its|their|this)\W+)(?:\w+\W+)?$")
_RELATIVE = re.compile(r",\s(?:qui|who|which|dont|котор\w+)\s[^,]{3,60},")
_NOBODY: frozenset[str] = frozenset()
_REACH = 90  # characters on each side of a verb
_DONE_BY = re.compile(
    r"(?<!\w)(?P<stem>\w{5,})(?:ee?s?|ie?s?|ue?s?|ed|en|wn|it)\W+(?:by|par)\W+"
    r"(?:(?:the|an?|his|her|its|their|l[ae]s?|une?|sa|son|ses|leurs?)\W+|l')?"
)
_FINITE = r"(?:e|es|ed|s|a|ait|ent|aient|erent|era|eront|it|isit|isent|i|u)?(?!\w)"  # behind the stem of who does it
_WHERE = r"(?<!\w)(?:at|in|on|during|after|before|since|lors|a|au|aux|en|dans|pendant|apres|avant|depuis|sur)(?!\w)"
_ADJUNCT = re.compile(_WHERE)
_AGENT_ENDS = re.compile(rf"[,;:.(—–]|(?<!\w)(?:le|for|to|from|when|while|who|which|pour|qui|quand)(?!\w)|{_WHERE}")
_NOT_ACTIVE = re.compile(rf"(?<!\w)(?:etre|etai\w+|{TO_BE})(?!\w)")


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what to whom, each as the names, offices and countries that it is said with."""

    verb: str
    agent: frozenset[str]
    patient: frozenset[str]
    text: str


def reversed_roles(claim: str, source: str) -> list[tuple[str, str]]:
    """The deeds that the source has the other way round.

    Returns:
        Pairs: the verb's part of the claim, and the source's.
    """
    there = deeds(source)
    return [
        (mine.text, other.text)
        for mine in deeds(claim)
        for other in there
        if mine.verb == other.verb and _crossed(mine, other) and not any(_agrees(mine, each) for each in there)
    ]


def other_agents(claim: str, source: str) -> list[tuple[str, str]]:
    """The deeds that the claim gives to another than the source does: in "announced by A at B", it was not B.

    Only what is plain is found: a clause begins with B and goes on with the verb, and nowhere in the source B does it.

    Args:
        claim, source: in the same language, French or English.

    Returns:
        Pairs: the claim's part up to the verb, and the source's "announced by A".
    """
    folded, told = concepts.plain(claim), concepts.plain(source)
    found = []
    for passive in _DONE_BY.finditer(told):
        ends = _AGENT_ENDS.search(told, passive.end())
        if ends is None or not _ADJUNCT.match(told, ends.start()):
            continue  # "by A, …": who A is may follow
        agent = _who(source[passive.end() : ends.start()])
        beside = _who(source[ends.start() : _clause(told, passive.start(), ends.end())[1]])
        for start, verb in _active(folded, passive["stem"]):
            doer = _who(claim[start : verb.start()])
            if not agent or agent & doer or not doer & beside - set(concepts.found("places", claim)):
                continue
            if not any(doer & _who(source[begins : same.start()]) for begins, same in _active(told, passive["stem"])):
                found.append((claim[start : verb.end()].strip(), source[passive.start() : ends.start()].strip()))
    return found


def _active(folded: str, stem: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Where a verb has its doer in front of it: the beginning of the clause, and the verb."""
    for verb in re.finditer(rf"(?<!\w){re.escape(stem)}{_FINITE}", folded):
        start, end = _clause(folded, verb.start(), verb.end())
        before, behind = folded[start : verb.start()], folded[verb.end() :].lstrip()
        if start == verb.start() - _REACH or _ADJUNCT.match(before.lstrip()) or _NOUN.search(before):
            continue  # cut off, "at the session, she announced", "the announce"
        if not (_NOT_ACTIVE.search(before) or _BY.search(folded, verb.end(), end) or _ADJUNCT.match(behind)):
            yield start, verb


def _crossed(one: Deed, other: Deed) -> bool:
    return bool(one.agent & other.patient or one.patient & other.agent) and not _agrees(one, other)


def _agrees(one: Deed, other: Deed) -> bool:
    return one.verb == other.verb and bool(one.agent & other.agent or one.patient & other.patient)


def deeds(text: str) -> list[Deed]:
    """Every verb of the list that has somebody on both sides, "Holm, who founded it, was replaced by Dahl" included."""
    text = _RELATIVE.sub(",", text)
    folded = concepts.plain(text)
    found = []
    for match in concepts.matches("verbs", text):
        start, end = _clause(folded, match.start, match.end)
        before, after = text[start : match.start], text[match.end : end]
        lead = folded[start : match.start]
        by = _BY.search(folded, match.end, end)
        if _PASSIVE.search(lead):  # "P was received by A", "P был принят A"
            patient, agent = (
                _who(before),
                _who(text[by.end() : end] if by else after if max(lead, default="") > "\u0400" else ""),
            )
        elif _NOUN.search(lead):  # « la réception de P par A »; without a "by" nothing says who did it
            patient, agent = (_who(text[match.end : by.start()]), _who(text[by.end() : end])) if by else (_NOBODY,) * 2
        else:
            agent, patient = _who(before), _who(after)
        if agent and patient:
            found.append(Deed(match.concept, agent, patient, " ".join(text[start:end].split())))
    return found


def _clause(folded: str, start: int, end: int) -> tuple[int, int]:
    """The clause around a verb, as far as it matters."""
    left = max((m.end() for m in _CLAUSE.finditer(folded, max(0, start - _REACH), start)), default=start - _REACH)
    right = next((m.start() for m in _CLAUSE.finditer(folded, end, end + _REACH)), end + _REACH)
    return max(0, left), min(len(folded), right)


def _who(text: str) -> frozenset[str]:
    """The names and offices of a part of a sentence; its countries where it has neither."""
    people = {skeleton(fold(part)) for name in names(text) for part in re.split(r"[-\s]", name) if len(part) > 2}
    places = concepts.found("places", text)
    people -= {skeleton(fold(word)) for word in places.values()}
    return frozenset(people | set(concepts.found("functions", text))) or frozenset(places)
