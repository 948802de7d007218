"""What the comparison of texts needs to know of words: what one is, and which say little. Pure."""

import re
from functools import cache
from importlib.resources import files

LOCALES = ("fr", "en", "ru", "kk", "ar")
WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
# A capital at the start of a sentence says nothing: these words are no names there (nor in titles in English).
FUNCTION_WORDS = frozenset(
    """the a an this that these those he she it they we his her its their according during after before in on at by to
    from for of with and but or as when while if there here both all some no not yes both following since under over
    among between within against what who which where how why also moreover however furthermore additionally
    le la les l un une des du de d ce cet cette ces il elle ils elles on nous son sa ses leur leurs selon lors pendant
    après avant dans en au aux à par pour sur avec sans sous entre et mais ou où donc car si quand comme tandis ainsi
    aussi enfin puis cela ceci celui celle ceux oui non y qui que dont depuis vers chez afin outre notamment
    cependant toutefois néanmoins parallèlement ensuite également
    в на по с к от до за из о об и а но или он она оно они это эти этот эта как что кто когда где также согласно после
    перед во время для при между однако так нет да его её их
    ол олар бұл осы сол және бірақ немесе мен үшін кейін дейін туралы бойынша оның олардың
    """.split()
)


@cache
def lower_case_words() -> frozenset[str]:
    """English and French words that newspapers write in lower case: at the start of a sentence they are no names."""
    folder = files("kzchat") / "data" / "lowercase"
    return frozenset(
        word for code in ("en", "fr") for word in (folder / f"{code}.txt").read_text(encoding="utf-8").split()
    )
