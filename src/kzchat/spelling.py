"""One name, many spellings: Tokayev, Tokaïev, Токаев; Qoşanov, Koshanov. Text in, comparable forms out.

No list of names: letters are transliterated to Latin, then those that alphabets and newspapers write differently
are merged.
"""

import re
from functools import lru_cache

from anyascii import anyascii

_MERGED_SOUNDS = (("zh", "j"), ("dj", "j"), ("sh", "s"), ("ch", "s"), ("kh", "h"), ("ou", "u"), ("h", ""))
_MERGED_LETTERS = str.maketrans("qcyjwb", "kkiivv")


def fold(text: str) -> str:
    """Plain lower-case Latin letters, whatever the script and the accents: "Тоқаев" becomes "toqaev"."""
    return anyascii(text).casefold()


@lru_cache(maxsize=50_000)
def skeleton(word: str) -> str:
    """What the spellings of a folded name have in common: "koshanov" and "qosanov" both become "kosanov"."""
    for written, merged in _MERGED_SOUNDS:
        word = word.replace(written, merged)
    return re.sub(r"(.)\1+", r"\1", word.translate(_MERGED_LETTERS))
