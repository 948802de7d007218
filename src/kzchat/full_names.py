"""Two texts in: names that stand side by side in the first, and in the second only apart. Pure.

"Ibn Moroccan" has both its names in « le célèbre voyageur marocain Ibn Battuta », and is nobody there.
"""

from functools import lru_cache
from itertools import pairwise

from kzchat import concepts
from kzchat.languages import has_kazakh_letters
from kzchat.proper_names import Vocabulary, name_spans, side_by_side
from kzchat.words import WORD

_BESIDE = 3  # words on: a middle name, an initial, "Nurtleu, Murat"


def torn(claim: str, source: str) -> list[str]:
    """The claim's pairs of names side by side, both of which the source has, but nowhere near each other.

    A country beside a name says whose it is ("Kazakhstan's", "Moroccan Minister Bourita"), and may be put there.
    """
    words, kazakh = WORD.findall(source), has_kazakh_letters(claim)
    found = []
    for full in side_by_side(claim, name_spans(claim)):
        names = [claim[start:end] for start, end in full]
        for one, other in pairwise(names):
            if concepts.found("places", f"{one}, {other}"):
                continue
            here, there = _where(one, words, kazakh), _where(other, words, kazakh)
            if here and there and min(abs(a - b) for a in here for b in there) > _BESIDE:
                found.append(f"{one} {other}")
    return found


def _where(name: str, words: list[str], kazakh: bool) -> list[int]:
    return [at for at, word in enumerate(words) if _offered(word).has(name, kazakh)]


@lru_cache(maxsize=4096)
def _offered(word: str) -> Vocabulary:
    return Vocabulary.of(word)
