"""Two texts of one language in: which words changed places, what was denied or only planned, how much is shared. Pure.

A small model keeps a sentence's words and mixes up what belongs to what. Here each name and number of the claim is
looked up in the source by what stands on either side of it.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

from kzchat import concepts
from kzchat.spelling import fold, skeleton
from kzchat.words import FUNCTION_WORDS, LOCALES, WORD, lower_case_words

_SIDE = 3  # words that are looked at on each side of a name or number
_COPIED = 0.65  # of a claim's words, in the order of the source, that make it a near copy
_RUN = 6  # words in a row that make a copy
_STRANGE = 1  # words of content that a copy may add
_EXACT = 0.75  # of a claim's words copied: then it may add none to a list
_ROOT = 4  # letters that the tenses of a verb have in common
_STEM = 5  # letters by which two words are one: endings are grammar
_ENDING = re.compile(r"(?<=\w{3})(?:e?s|ee?)$")
_PASSIVE = re.compile(
    r"\b(?:ete|est|sont|fut|furent|etait|etaient|sera|seront|was|were|is|are|been|being|be)\s+(?:\w+\s+)?"
    r"\w+(?:e|ee|es|ees|i|is|ie|it|ite|u|ue|us|ed|en|wn|t)\b.{0,60}?\b(?:par|by)\b"
)


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A name or a number with the words on either side of it."""

    text: str
    key: str  # by which two of them are compared
    kind: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@cache
def _stopwords() -> frozenset[str]:
    folder = files("kzchat") / "data" / "stopwords"
    listed = (word for code in LOCALES for word in (folder / f"{code}.txt").read_text(encoding="utf-8").split())
    return frozenset(concepts.plain(word) for word in (*listed, *FUNCTION_WORDS))


def stems(text: str) -> list[str]:
    """The beginnings of the words of a text that say something, in order."""
    return [stem for word in WORD.findall(text) for stem in _stems_of(word)]


def _stems_of(word: str) -> Iterator[str]:
    for part in re.split(r"['’-]", concepts.plain(word)):
        if len(part) > 2 and part not in _stopwords():
            yield _ENDING.sub("", part)[:_STEM] if part.isalpha() else part


def shared(claim: str, ground: str) -> float:
    """The share of the claim's words, 0 to 1, that the ground has too; 1 where there is none."""
    wanted = set(stems(claim))
    return len(wanted & set(stems(ground))) / len(wanted) if wanted else 1.0


def misplaced(claim: str, source: str) -> list[tuple[str, str]]:
    """The names and numbers of the claim that stand where the source has another.

    Returns:
        Pairs: as the claim has it, and what the source has in its place.
    """
    passive = bool(_PASSIVE.search(concepts.plain(claim))) != bool(_PASSIVE.search(concepts.plain(source)))
    here, there = _anchors(claim), _anchors(source)
    found: list[tuple[str, str]] = []
    for anchor in here:
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
    marked: list[tuple[str, str, tuple[str, ...]]] = []  # kind ("" for a word), text, its stems
    for at, match in enumerate(words):
        word = match.group()
        kind = _kind(word, at == 0 or text[: match.start()].rstrip().endswith((".", "!", "?", ":")))
        joined = (
            marked
            and kind
            and kind == marked[-1][0] != "number"
            and text[words[at - 1].end() : match.start()].isspace()
        )
        if joined:
            marked[-1] = (kind, f"{marked[-1][1]} {word}", ())
        else:
            marked.append((kind, word, () if kind else tuple(_stems_of(word))))
    anchors = []
    for at, (kind, word, _) in enumerate(marked):
        if kind:
            left = [stem for _, _, own in marked[:at] for stem in own][-_SIDE:]
            right = [stem for _, _, own in marked[at + 1 :] for stem in own][:_SIDE]
            key = word if kind == "number" else skeleton(fold(word.split()[-1]))
            anchors.append(_Anchor(word, key, kind, tuple(left), tuple(right)))
    return anchors


def _kind(word: str, at_start: bool) -> str:
    if word[0].isdigit():
        return "number"
    bare = re.sub(r"^(?:[ldcjmnstLDCJMNST]|qu|Qu)[’']", "", word)
    if not bare[:1].isupper() or bare.casefold() in FUNCTION_WORDS:
        return ""
    if at_start and bare.casefold() in lower_case_words():
        return ""
    return "place" if concepts.found("places", bare) else "name"


def edited(claim: str, source: str) -> list[tuple[str, str]]:
    """Names and numbers that a near copy of its source has in another's place.

    Returns:
        Pairs: as the claim has it, and what the source has in its place.
    """
    copy = _Copy.of(claim, source)
    if copy is None:
        return []
    there = {word for words in copy.source_words for word in _stems_of(word_of(words))}
    return [
        (new.group(), old.group())
        for new, old in copy.replaced
        if _kind(new.group(), False) and _kind(old.group(), False) and set(_stems_of(new.group())) <= there
    ]


def replaced_words(claim: str, source: str) -> list[tuple[str, str]]:
    """The words of a near copy that stand in the place of others, as (the claim's, the source's)."""
    copy = _Copy.of(claim, source)
    return [(new.group(), old.group()) for new, old in copy.replaced] if copy else []


def put_in(claim: str, source: str, about: str) -> str | None:
    """What a claim that copies a run of its source's words adds to it; None where that is little.

    A faithful sentence in other words shares words here and there; one that is pieced together copies one run and goes
    on with another matter.
    """
    here, there = list(WORD.finditer(claim)), list(WORD.finditer(source))
    ours, theirs = ([concepts.plain(match.group()) for match in matches] for matches in (here, there))
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    run = matcher.find_longest_match(0, len(ours), 0, len(theirs))
    if run.size < _RUN:
        return None
    known = set(stems(f"{source} {about}"))
    outside = [match for at, match in enumerate(here) if not run.a <= at < run.a + run.size]
    strange = [match for match in outside if (own := list(_stems_of(match.group()))) and not known & set(own)]
    if len(strange) <= _STRANGE:
        copied = sum(block.size for block in matcher.get_matching_blocks())
        strange = [match for match in strange if copied >= _EXACT * len(ours) and _is_listed(claim, match)]
    return " ".join(match.group() for match in strange[:4]) or None


def _is_listed(text: str, word: re.Match[str]) -> bool:
    """Whether a word is a part of a list: behind a comma or an "and", but for an article; or in front of an "and"."""
    before = re.search(r"(?:,|(?<!\w)(?:et|and|ou|or))\s+(?:[\w’']{1,5}\s+|[ld][’'])?$", text[: word.start()])
    return bool(before or re.match(r"\s+(?:et|and|ou|or)\s", text[word.end() :]))


def word_of(match: re.Match[str]) -> str:
    """The word that was found."""
    return match.group()


@dataclass(frozen=True, slots=True)
class _Copy:
    """How a claim that is nearly a copy of its source differs from it."""

    source_words: tuple[re.Match[str], ...]
    replaced: tuple[tuple[re.Match[str], re.Match[str]], ...]  # the claim's word, the source's
    added: tuple[re.Match[str], ...]
    left_out: tuple[re.Match[str], ...]  # between words that were kept

    @classmethod
    def of(cls, claim: str, source: str) -> "_Copy | None":
        """None where the claim is no near copy."""
        here, there = tuple(WORD.finditer(claim)), tuple(WORD.finditer(source))
        ours, theirs = ([concepts.plain(match.group()) for match in matches] for matches in (here, there))
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        if len(ours) < 4 or sum(block.size for block in matcher.get_matching_blocks()) < _COPIED * len(ours):
            return None
        replaced: list[tuple[re.Match[str], re.Match[str]]] = []
        added: list[re.Match[str]] = []
        left_out: list[re.Match[str]] = []
        for kind, a, b, c, d in matcher.get_opcodes():
            if kind == "equal":
                continue
            replaced.extend(zip(here[a:b], there[c:d], strict=False))
            added.extend(here[a:b])
            if a > 0 and b < len(ours):
                left_out.extend(there[c:d])
        return cls(there, tuple(replaced), tuple(added), tuple(left_out))


def denied_in_one(claim: str, source: str) -> str | None:
    """The word by which only one of two texts denies something."""
    here, there = _denials(claim), _denials(source)
    if bool(here) == bool(there):
        return None
    return (here or there)[0][0]


def reordered(claim: str, source: str) -> list[tuple[str, str]]:
    """Pairs of names that two languages have in another order, where neither text is passive."""
    if any(_PASSIVE.search(concepts.plain(text)) for text in (claim, source)):
        return []
    here, there = ([anchor for anchor in _anchors(text) if anchor.kind != "number"] for text in (claim, source))
    places = {anchor.key: at for at, anchor in reversed(list(enumerate(there)))}
    known = [(anchor, places[anchor.key]) for anchor in here if anchor.key in places]
    return [
        (one.text, two.text)
        for (one, a), (two, b) in itertools.pairwise(known)
        if a > b and not _beside(source, there[b].text, there[a].text)
    ]


def _beside(source: str, first: str, second: str) -> bool:
    """Whether two names stand next to each other across a comma: "the speaker of the Mazhilis, Erlan Koshanov"."""
    start = source.find(first) + len(first)
    between = source[start : source.find(second, start)]
    return "," in between and len(WORD.findall(between)) <= 4


def denied(claim: str, source: str) -> str | None:
    """The word by which only one of the two denies what both speak of; None where they agree."""
    in_claim, in_source = _denials(claim), _denials(source)
    if copy := _Copy.of(claim, source):
        for match in (*copy.added, *copy.left_out):
            if concepts.found("negation", match.group()):
                return match.group()
    if in_claim and not in_source:
        return in_claim[0][0]
    if in_source and not in_claim:
        said = stems(claim)
        for cue, words in in_source:
            if words and _begins(words[0], said):
                return cue
    return None


def only_planned(claim: str, source: str) -> str | None:
    """The word by which the source plans or proposes what the claim reports as done; None where it does not."""
    if concepts.found("planned", claim):
        return None
    if copy := _Copy.of(claim, source):
        for match in copy.left_out:
            if concepts.found("planned", match.group()):
                return match.group()
    said = stems(claim)
    for cue, words in _cues("planned", source):
        if words and _begins(words[0], said):
            return cue
    return None


def _begins(stem: str, others: Sequence[str]) -> bool:
    """Whether one of the others begins as this one does: a verb in another tense."""
    return any(other[:_ROOT] == stem[:_ROOT] for other in others)


_NOT_DENIALS = re.compile(
    r"(?<!\w)(?:non seulement|not only|не только|sans doute|n[e']\W?(?:\w+\W+){1,3}que?(?!\w)|not just|no doubt|"
    r"no longer)"
)


def _denials(text: str) -> list[tuple[str, list[str]]]:
    folded = concepts.plain(text)
    if any(mark in folded for mark in (" pas ", " jamais ", " aucun")) is False and _NOT_DENIALS.search(folded):
        return []
    return list(_cues("negation", text))


def _cues(section: str, text: str) -> Iterator[tuple[str, list[str]]]:
    """Each cue of a section with the words that follow it."""
    matches = concepts.matches(section, text)
    cues = {match.start for match in matches}
    for match in sorted(matches, key=lambda each: each.start):
        following = [word for word in WORD.finditer(text, match.end) if word.start() not in cues]
        words = [stem for word in following for stem in _stems_of(word.group())]
        yield text[match.start : match.end], words[:3]
