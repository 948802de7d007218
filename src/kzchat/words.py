"""What the comparison of texts needs to know of words: what one is, its beginning, which say little. Pure."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from kzchat import concepts

LISTED = ("en", "fr")  # languages of which lower-case words are listed
LOCALES = ("fr", "en", "ru", "kk", "ar")
_STEM = 5  # letters by which two words are one: endings are grammar
_ENDING = re.compile(r"(?<=\w{3})(?:e?s|ee?)$")
_ASKS = re.compile(r"[?؟][!?.…\s]*$|^\s*[«“\"][^«“\"]*[?؟][\s»”\"]*$")
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


def is_question(text: str) -> bool:
    """Whether a sentence asks, as its last mark says; one that tells what somebody asked does not."""
    return bool(_ASKS.search(text))


@cache
def lower_case_words() -> frozenset[str]:
    """English and French words that newspapers write in lower case: at the start of a sentence they are no names."""
    return frozenset().union(*(lower_case_words_of(code) for code in LISTED))


@cache
def lower_case_words_of(code: str) -> frozenset[str]:
    """Those of one of the languages in `LISTED`."""
    return frozenset((files("kzchat") / "data" / "lowercase" / f"{code}.txt").read_text(encoding="utf-8").split())


@cache
def _stopwords() -> frozenset[str]:
    folder = files("kzchat") / "data" / "stopwords"
    listed = (word for code in LOCALES for word in (folder / f"{code}.txt").read_text(encoding="utf-8").split())
    return frozenset(concepts.plain(word) for word in (*listed, *FUNCTION_WORDS))


def stems(text: str) -> list[str]:
    """The beginnings of the words of a text that say something, in order."""
    return [stem for word in WORD.findall(text) for stem in stems_of(word)]


def stems_of(word: str) -> Iterator[str]:
    """The same of one word, which may be made of several."""
    for part in re.split(r"['’-]", concepts.plain(word)):
        if len(part) > 2 and part not in _stopwords():
            yield _ENDING.sub("", part)[:_STEM] if part.isalpha() else part


def asked_about(question: str) -> set[str]:
    """The beginnings of what a question says beside its question words."""
    asking = {stem for match in concepts.matches("open", question) for stem in stems(question[match.start : match.end])}
    return set(stems(question)) - asking


def kind_of(word: str, at_start: bool) -> str:
    """ "number", "place" or "name"; empty for any other word. At the start of a sentence a capital says nothing."""
    if word[0].isdigit():
        return "number"
    bare = re.sub(r"^(?:[ldcjmnstLDCJMNST]|qu|Qu)[’']", "", word)
    if not bare[:1].isupper() or bare.casefold() in FUNCTION_WORDS:
        return ""
    if at_start and bare.casefold() in lower_case_words():
        return ""
    return "place" if concepts.found("places", bare) else "name"
