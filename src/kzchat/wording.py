"""Two texts of one language in: which words changed places, what was denied or only planned, how much is shared. Pure.

A small model keeps a sentence's words and mixes up what belongs to what. Here each name and number of the claim is
looked up in the source by what stands on either side of it.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kzchat import concepts
from kzchat.clauses import clauses
from kzchat.copies import Copy
from kzchat.exchange import is_located
from kzchat.moments import month_of
from kzchat.numerals import YEAR
from kzchat.spelling import fold, skeleton
from kzchat.words import WORD, kind_of, stems, stems_of

_SIDE = 3  # words that are looked at on each side of a name or number
_SIDE_BY_SIDE = 5  # words between a name and another that says whose it is
_ROOT = 4  # letters that the tenses of a verb have in common
_PASSIVE = re.compile(
    r"\b(?:ete|est|sont|fut|furent|etait|etaient|sera|seront|was|were|is|are|been|being|be)\s+(?:\w+\s+)?"
    r"\w+(?:e|ee|es|ees|i|is|ie|it|ite|u|ue|us|ed|en|wn|t)\b.{0,60}?\b(?:par|by)\b"
)
_FIGURES = ("number", "year")
_ASIDE = re.compile(r",[^,;.]*,")
_IN = re.compile(
    r"(?<!\w)(?:in|since|by|until|of|en|depuis|d['’]ici(?: à)?|fin|début|в|с|к|до)\s$"
)  # in front of a year
_SHARED = 0.4  # the share of a claim's words that its source must have
_STRANGE = 4  # words from which a claim that has less is foreign, and of those that are named


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A name or a number with the words on either side of it."""

    text: str
    key: str  # by which two of them are compared
    kind: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    start: int  # where it stands


def shared(claim: str, ground: str) -> float:
    """The share of the claim's words, 0 to 1, that the ground has too; 1 where there is none."""
    wanted = set(stems(claim))
    return len(wanted & set(stems(ground))) / len(wanted) if wanted else 1.0


def foreign(claim: str, ground: str) -> str | None:
    """The first words of a claim that mostly speaks of what the ground does not; None where it does not."""
    said, known = set(stems(claim)), set(stems(ground))
    if len(said & known) >= _SHARED * len(said):
        return None
    strange = [
        match.group() for match in WORD.finditer(claim) if (own := set(stems_of(match.group()))) and not own & known
    ]
    return " ".join(strange[:_STRANGE]) if len(strange) >= _STRANGE else None


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


def denied_in_one(claim: str, source: str, told: Sequence[str]) -> str | None:
    """The word by which only one of two texts of two languages denies something.

    Args:
        told: the clauses of the source that the claim is about. What another one denies is another matter.
    """
    here, there = _denials(claim), _denials(source)
    if here and not there and not concepts.found("refusals", source):
        return here[0][0]
    denials = [_denials(clause) for clause in told]
    if there and not here and all(denials) and not concepts.found("refusals", claim):
        return there[0][0]
    return None


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


def denied(claim: str, source: str) -> str | None:
    """The word by which only one of the two denies what both speak of; None where they agree."""
    in_claim, in_source = _denials(claim), _denials(source)
    if (in_claim and concepts.found("refusals", source)) or (in_source and concepts.found("refusals", claim)):
        return None  # "she did not win", "she failed to win"
    if len(in_claim) != len(in_source) and (copy := Copy.of(claim, source)):
        for match in (*copy.added, *copy.left_out):
            if concepts.found("negation", match.group()):
                return match.group()
    if in_claim and not in_source:
        return in_claim[0][0]
    if in_source and not in_claim:
        said = stems(claim)
        for cue, words in in_source:
            if words and _begins(words[0], said) and concepts.plain(cue) != "pas":  # what "ne" denies is the verb
                return cue
    return None


def only_planned(claim: str, source: str) -> str | None:
    """The word by which the source plans or proposes what the claim reports as done; None where it does not."""
    parts = clauses(claim)
    reported = list(itertools.takewhile(lambda clause: not _tells_of_plans(clause), parts))
    if len(reported) < len(parts):
        return _left_out("planned", " ".join(reported), source)
    if copy := Copy.of(claim, source):
        cues = {match.start for match in concepts.matches("planned", source)}
        for match in copy.left_out:
            if match.start() in cues:
                return match.group()
    return _left_out("planned", claim, source)


def _tells_of_plans(text: str) -> bool:
    return any(concepts.found(section, text) for section in ("planned", "to_come", "refusals"))


def contrasted(claim: str, source: str) -> str | None:
    """The words by which the source excludes what the claim says: "a poor harvest rather than weaker demand"."""
    if _CONTRAST.search(concepts.plain(claim)) or denies(claim):
        return None
    said = _sounds(claim)
    for contrast in _CONTRAST.finditer(concepts.plain(source)):
        excluded = _sounds(contrast["other"]) - _sounds(source[: contrast.start()] + source[contrast.end() :])
        first = next((word for word in WORD.findall(contrast["other"]) if stems(word)), "")
        if excluded & said & _sounds(first) and 2 * len(excluded & said) >= len(excluded):
            return contrast["cue"]
    return None


def _sounds(text: str) -> set[str]:
    """The beginnings of its words as languages share them: "demand", "demande"."""
    return {form for stem in stems(text) if len(form := skeleton(fold(stem))) > 3}


def left_open(claim: str, source: str) -> str | None:
    """The word by which the source leaves open what the claim reports as certain; None where it does not."""
    return None if concepts.found("hedges", claim) else _left_out("hedges", claim, source)


def _left_out(section: str, claim: str, source: str) -> str | None:
    """The cue of a section in front of a word of the source that the claim has too."""
    said = stems(claim)
    for _, cue, words in _cues(section, source):
        if words and _begins(words[0], said):
            return cue
    return None


def _begins(stem: str, others: Sequence[str]) -> bool:
    """Whether one of the others begins as this one does: a verb in another tense."""
    return any(other[:_ROOT] == stem[:_ROOT] for other in others)


_CONTRAST = re.compile(
    r"(?<!\w)(?P<cue>rather than|instead of|as opposed to|plutot que|au lieu d[eu]|et non|and not|а не|بدلا من)"
    r"(?!\s+(?:only|just|seulement|только|лишь))\s+(?P<other>[^,;.]{3,80})"
)
_NOT_DENIALS = re.compile(
    r"(?<!\w)(?:non seulement|not only|не только|sans doute|not just|no doubt|"
    r"n(?:e\s|')(?:(?!(?:pas|point|jamais|plus|guere|aucune?|nul(?:le)?|personne|rien|ni|parce|avant|depuis|afin|alors)"
    r"(?!\w))[\w’'-]+\s+){1,8}qu(?:e(?!\w)|['’])|"
    r"no longer|no (?:more|less|fewer|later|earlier|sooner) than|не (?:менее|более|меньше|больше)|لا يقل عن)"
)


def denies(text: str) -> bool:
    """Whether a text says of anything that it is not so."""
    return bool(_denials(text))


def _denials(text: str) -> list[tuple[str, list[str]]]:
    seeming = {at for match in _NOT_DENIALS.finditer(concepts.plain(text)) for at in range(*match.span())}
    return [(cue, words) for start, cue, words in _cues("negation", text) if start not in seeming]


def _cues(section: str, text: str) -> Iterator[tuple[int, str, list[str]]]:
    """Where each cue of a section stands, the cue, and the words that follow it."""
    matches = concepts.matches(section, text)
    cues = {match.start for match in matches}
    for match in sorted(matches, key=lambda each: each.start):
        following = [word for word in WORD.finditer(text, match.end) if word.start() not in cues]
        words = [stem for word in following for stem in stems_of(word.group())]
        yield match.start, text[match.start : match.end], words[:3]
