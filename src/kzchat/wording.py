"""Two texts in: what only one of them denies, plans or leaves open, and how many words they share. Pure."""

import itertools
import re
from collections.abc import Iterator, Sequence

from kzchat import concepts
from kzchat.clauses import clauses
from kzchat.copies import Copy
from kzchat.spelling import fold, skeleton
from kzchat.words import WORD, stems, stems_of

_ROOT = 4  # letters that the tenses of a verb have in common
_SHARED = 0.4  # the share of a claim's words that its source must have
_STRANGE = 4  # words from which a claim that has less is foreign, and of those that are named


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
