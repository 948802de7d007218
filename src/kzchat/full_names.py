"""Two texts in: names that stand side by side in the first, and in the second only apart. Pure.

"Ibn Moroccan" has both its names in « le célèbre voyageur marocain Ibn Battuta », and is nobody there.
"""

from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import pairwise

from kzchat import concepts
from kzchat.proper_names import Vocabulary, name_spans, side_by_side
from kzchat.words import WORD

_BESIDE = 3  # words on: a middle name, an initial, "Nurtleu, Murat"
_INSIDE = "a"  # before the first word of a sentence: "Mark" counts as a name there, too


def torn(claim: str, source: str) -> list[str]:
    """The claim's pairs of names side by side, both of which the source has, but nowhere near each other.

    A country beside a name says whose it is ("Kazakhstan's", "Moroccan Minister Bourita"), and may be put there.
    """
    words = WORD.findall(source)
    found = []
    for full in _fulls(claim):
        for one, other in pairwise(full):
            if concepts.found("places", f"{one}, {other}"):
                continue
            here, there = _where(one, words), _where(other, words)
            if here and there and min(abs(a - b) for a in here for b in there) > _BESIDE:
                found.append(f"{one} {other}")
    return found


def introduced(claim: str, lacking: Collection[str], source: str, others: Iterable[str]) -> str | None:
    """The sentence that gives a person's name in full, as the claim does and its source does not; None: none does.

    « Azoulay a rendu hommage » is said of André Azoulay, where its article names him so, and no other Azoulay.

    Args:
        lacking: the claim's names that the source does not have.
        others: the other sentences of its article, in order.
    """
    fulls = [full for full in _fulls(claim) if set(full) & set(lacking)]
    if len(fulls) != 1:
        return None
    known = [name for name in fulls[0] if name not in lacking]
    introducing = [
        (text, full)
        for text in others
        for full in _fulls(f"{_INSIDE} {text}")
        if any(_offered(each).has(name) for each in full for name in known)
        and not all(_says_little(each) or any(_offered(each).has(name) for name in known) for each in full)
    ]
    if not all(Vocabulary.of(" ".join(full)).has(name) for _, full in introducing for name in fulls[0]):
        return None
    return next((text for text, _ in introducing), None)


def _fulls(text: str) -> list[list[str]]:
    return [[text[start:end] for start, end in full] for full in side_by_side(text, name_spans(text))]


def _says_little(name: str) -> bool:
    """Whether it is none of the person's own: "Minister", "Moroccan"."""
    return bool(concepts.found("functions", name) or concepts.found("places", name))


def _where(name: str, words: list[str]) -> list[int]:
    return [at for at, word in enumerate(words) if _offered(word).has(name)]


@lru_cache(maxsize=4096)
def _offered(word: str) -> Vocabulary:
    return Vocabulary.of(word)
