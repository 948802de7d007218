"""One name, many spellings: Tokayev, Tokaïev, Токаев, توكاييف; Qoşanov, Koshanov. Text in, comparable forms out.

No list of names: letters are transliterated to Latin, then those that alphabets and newspapers write differently
are merged. What is left is compared letter by letter, the beginning counting most, for endings are where languages
differ (Sailaukzy, Sailaukyzy, Saïlaoukiéva). Arabic leaves most vowels out: against it only consonants are compared.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

_MERGED_SOUNDS = (
    ("tch", "ch"),
    ("zh", "j"),
    ("dj", "j"),
    ("sh", "s"),
    ("ch", "s"),
    ("kh", "h"),
    ("ou", "u"),
    ("h", ""),
)
_MERGED_LETTERS = str.maketrans("qcyjwb", "kkiivv")
_NOT_CONSONANTS = re.compile(r"[aeiouwyh]")
_MERGED_CONSONANTS = str.maketrans("qcvgj", "kkfzz")  # g: the Arabic jim is j or g
_ARTICLE = re.compile(r"^(?:wal|bal|fal|al|ll|l)(?=.{4})")  # what Arabic writes in front of a noun, without its space
_VOWEL_SIGNS = re.compile(r"[\u064b-\u0652\u0640]")
_NAME_MIN_CHARS = 5  # of a form; a shorter one has too many neighbours
_MIN_CONSONANTS = 3
_SIMILAR = 0.86  # Jaro-Winkler similarity from which two forms may be one name
_SAME_CONSONANTS = 0.9
_SPELLINGS = 12  # of one name, at most
_WORD = re.compile(r"[^\W\d_]+")


def fold(text: str) -> str:
    """Plain lower-case Latin letters, whatever the script and the accents: "Тоқаев" becomes "toqaev"."""
    return anyascii(text).casefold()


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """What the spellings of a folded name have in common: "koshanov" and "qosanov" both become "kosanov"."""
    for written, merged in _MERGED_SOUNDS:
        word = word.replace(written, merged)
    return re.sub(r"(.)\1+", r"\1", word.translate(_MERGED_LETTERS))


def consonants(word: str) -> str:
    """The consonants of a folded name, doubled ones once: "tokayev" and "twkayyf" both become "tkf"."""
    merged = word.replace("kh", "k").replace("zh", "j").replace("ou", "u").translate(_MERGED_CONSONANTS)
    return re.sub(r"(.)\1+", r"\1", _NOT_CONSONANTS.sub("", merged))


def names(text: str, any_case: bool = False) -> list[str]:
    """The words of a text that may be names, as written: capitalised, or in a script without capitals.

    Args:
        text: any text.
        any_case: take words in lower case too, for a reader who types a name without its capital.
    """
    return [word for word in _WORD.findall(text) if any_case or not word[0].islower()]


def forms(word: str) -> list[str]:
    """The spelling-tolerant forms under which a word is indexed, if it is long enough to be compared."""
    return [form for part in _parts(word) if len(form := skeleton(part)) >= _NAME_MIN_CHARS]


def _parts(word: str) -> list[str]:
    folded = re.findall(r"[a-z]+", fold(word))
    return [_ARTICLE.sub("", part) for part in folded] if is_arabic(word) else folded


def without_vowel_signs(text: str) -> str:
    """A text without the vowel signs of Arabic and its lengthened strokes, which most newspapers leave out."""
    return _VOWEL_SIGNS.sub("", text)


def is_arabic(word: str) -> bool:
    """Whether a word is written in the Arabic script."""
    return "\u0600" <= word[:1] <= "\u06ff"


class NameLexicon:
    """The names that a corpus holds, to be asked which of them a reader may have meant."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the names as written, each once."""
        self._forms: set[str] = set()
        self._by_consonants: dict[str, set[str]] = {}
        self._arabic_by_consonants: dict[str, set[str]] = {}
        for word in words:
            for form in forms(word):
                self._forms.add(form)
            for part in _parts(word):
                table = self._arabic_by_consonants if is_arabic(word) else self._by_consonants
                if len(key := consonants(part)) >= _MIN_CONSONANTS and len(skeleton(part)) >= _NAME_MIN_CHARS:
                    table.setdefault(key, set()).add(skeleton(part))

    def spellings(self, name: str) -> dict[str, float]:
        """The indexed forms that may be this name, with how alike they are (0 to 1)."""
        found: dict[str, float] = {}
        for part in _parts(name):
            form = skeleton(part)
            if len(form) >= _NAME_MIN_CHARS:
                similar = process.extract(
                    form, self._forms, scorer=JaroWinkler.similarity, score_cutoff=_SIMILAR, limit=_SPELLINGS
                )
                found.update((other, float(score)) for other, score, _ in similar)
            key = consonants(part)
            if len(key) >= _MIN_CONSONANTS:
                others = self._arabic_by_consonants.get(key, set()) | (
                    self._by_consonants.get(key, set()) if is_arabic(name) else set()
                )
                found.update((other, max(_SAME_CONSONANTS, found.get(other, 0.0))) for other in others)
        return found
