"""A sentence that a model wrote in, why it is not worth reading out: where it does not know a word, it mixes alphabets.
Pure.
"""

import re
from collections.abc import Iterable

_MIXED = re.compile(r"[A-Za-z][\u0400-\u04ff\u0600-\u06ff]|[\u0400-\u04ff\u0600-\u06ff][A-Za-z]")
# A letter of none of the readers' alphabets (Latin, Greek in formulas, Cyrillic, Arabic), such as Chinese.
_FOREIGN = re.compile(r"[^\W\d_\u0041-\u052f\u0600-\u077f\u08a0-\u08ff\u1e00-\u1fff\ufb00-\ufdff\ufe70-\ufeff]")


def garbled(text: str, sources: Iterable[str]) -> str | None:
    """Why a sentence is not worth reading, for a reader; None where nothing speaks against it.

    Args:
        sources: what it was made from: letters that stand there may stand in it.
    """
    if _MIXED.search(text):
        return "a word of it mixes alphabets"
    foreign = set(_FOREIGN.findall(text))
    known = foreign and set("".join(sources))
    return "it is partly in another alphabet" if foreign - known else None
