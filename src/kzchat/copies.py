"""A claim and a source of one language: what a claim that copies its source puts in, leaves out or exchanges. Pure.

A small model keeps most of a sentence and changes a word. Where so much is copied, every other word counts.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from kzchat import concepts
from kzchat.words import WORD, kind_of, stems, stems_of

_COPIED = 0.65  # of a claim's words, in the order of the source, that make it a near copy
_RUN = 6  # words in a row that make a copy
_STRANGE = 1  # words of content that a copy may add
_STRETCH = 4  # words of what is exchanged: more is another way to say it
_HELD = 2  # words copied on either side of what is exchanged
_EXACT = 0.75  # of a claim's words copied: then it may add none to a list


def edited(claim: str, source: str) -> list[tuple[str, str]]:
    """What a near copy of its source has in the place of something else, and the source has elsewhere.

    Returns:
        Pairs: as the claim has it, and what the source has in its place.
    """
    copy = Copy.of(claim, source)
    if copy is None:
        return []
    there = set(stems(source))
    found = [
        (new.group(), old.group())
        for new, old in copy.replaced
        if kind_of(new.group(), False) and kind_of(old.group(), False) and set(stems_of(new.group())) <= there
    ]
    for new, old in copy.exchanged:
        ours, theirs = set(stems(new)), set(stems(old))
        if ours and theirs and ours <= there and not ours & theirs:
            found.append((new, old))
    return found


def replaced_words(claim: str, source: str) -> list[tuple[str, str]]:
    """The words of a near copy that stand in the place of others, as (the claim's, the source's)."""
    copy = Copy.of(claim, source)
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
    strange = [match for match in outside if (own := list(stems_of(match.group()))) and not known & set(own)]
    if len(strange) <= _STRANGE:
        copied = sum(block.size for block in matcher.get_matching_blocks())
        strange = [match for match in strange if copied >= _EXACT * len(ours) and _is_listed(claim, match)]
    return " ".join(match.group() for match in strange[:4]) or None


def _is_listed(text: str, word: re.Match[str]) -> bool:
    """Whether a word is a part of a list: behind a comma or an "and", but for an article; or in front of an "and"."""
    before = re.search(r"(?:,|(?<!\w)(?:et|and|ou|or))\s+(?:[\w’']{1,5}\s+|[ld][’'])?$", text[: word.start()])
    return bool(before or re.match(r"\s+(?:et|and|ou|or)\s", text[word.end() :]))


@dataclass(frozen=True, slots=True)
class Copy:
    """How a claim that is nearly a copy of its source differs from it."""

    replaced: tuple[tuple[re.Match[str], re.Match[str]], ...]  # the claim's word, the source's
    exchanged: tuple[tuple[str, str], ...]  # the same inside the claim, each short stretch of words as a whole
    added: tuple[re.Match[str], ...]
    left_out: tuple[re.Match[str], ...]  # between words that were kept

    @classmethod
    @lru_cache(maxsize=256)
    def of(cls, claim: str, source: str) -> "Copy | None":
        """None where the claim is no near copy. Remembered: a claim is asked for it in several ways."""
        here, there = tuple(WORD.finditer(claim)), tuple(WORD.finditer(source))
        ours, theirs = ([concepts.plain(match.group()) for match in matches] for matches in (here, there))
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        if len(ours) < 4 or sum(block.size for block in matcher.get_matching_blocks()) < _COPIED * len(ours):
            return None
        replaced: list[tuple[re.Match[str], re.Match[str]]] = []
        exchanged: list[tuple[str, str]] = []
        added: list[re.Match[str]] = []
        left_out: list[re.Match[str]] = []
        steps = matcher.get_opcodes()
        for at, (kind, a, b, c, d) in enumerate(steps):
            if kind == "equal":
                continue
            replaced.extend(zip(here[a:b], there[c:d], strict=False))
            held = 0 < at < len(steps) - 1 and all(
                step[2] - step[1] >= _HELD for step in (steps[at - 1], steps[at + 1])
            )
            if kind == "replace" and held and max(b - a, d - c) <= _STRETCH:
                old = source[there[c].start() : there[d - 1].end()]
                exchanged.append((claim[here[a].start() : here[b - 1].end()], old))
            added.extend(here[a:b])
            if a > 0 and b < len(ours):
                left_out.extend(there[c:d])
        return cls(tuple(replaced), tuple(exchanged), tuple(added), tuple(left_out))
