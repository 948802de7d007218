"""A question that asks two things in, each of them as a question of its own out. Pure.

"Who was the mayor before her, and why did he step down?" A small model answers the half that it comes to first, and no
sentence need hold both: each part is answered, and checked, alone.
"""

import re

from kzchat import concepts
from kzchat.proper_names import names
from kzchat.words import WORD, stems

_END = re.compile(r"[?؟]\s+")
# "And" between two things that are asked for. In Arabic it is written on the word behind it, of which only those are
# taken that mean nothing else.
_AND = re.compile(
    r"(?P<comma>[,،;:—–]?)\s+(?:(?:et|and|и|а|және)(?=\s)|و(?=(?:متى|كم|كيف|لماذا|ماذا|أين|من ه[وي]|ما ه[وي])(?!\w)))",
    re.IGNORECASE,
)
# They also join what is told ("he said that … and that …"): as question words they stand behind a comma.
_AMBIGUOUS = re.compile(r"\s*(?:qu['’]|que\b|что\b)", re.IGNORECASE)
_OPENING = 3  # words: a question word among the first asks, one behind them may only relate
_FEWEST = 3  # words of a part in front, two of one behind: "where and when" asks one thing


def parts(question: str) -> tuple[str, ...]:
    """The questions that a question joins, two or more; the question alone where it joins none.

    A part that names nobody and nothing gets the names of the others behind it: they are what it is about.
    """
    found = [piece for sentence in _asking(question) for piece in _split(sentence)]
    if len(found) < 2:
        return (question,)
    return tuple(_named(piece, found) for piece in found)


def _asking(question: str) -> list[str]:
    """Its sentences, where each of them asks."""
    sentences = [sentence for sentence in _END.split(question) if WORD.search(sentence)]
    return sentences if all(map(_asks, sentences)) else [question]


def _split(sentence: str) -> list[str]:
    for joint in _AND.finditer(sentence):
        left, right = sentence[: joint.start()], sentence[joint.end() :].strip()
        if _AMBIGUOUS.match(right) and not joint["comma"]:
            continue
        if len(WORD.findall(left)) >= _FEWEST and _asks(left) and _says_what(left) and _opens(right):
            return [left, *_split(right)]
    return [sentence]


def _asks(text: str) -> bool:
    return bool(concepts.found("open", text))


def _opens(text: str) -> bool:
    """Whether it begins with what it asks for, and says what that is of; in Kazakh it need not begin with it."""
    words = list(WORD.finditer(text))
    if len(words) < 2 or not _says_what(text):
        return False
    kazakh = bool(re.search(r"[әғқңөұүһі]", text, re.IGNORECASE))
    opening = text if kazakh else text[: words[min(_OPENING, len(words)) - 1].end()]
    return _asks(opening)


def _says_what(text: str) -> bool:
    asked = {word for match in concepts.matches("open", text) for word in stems(text[match.start : match.end])}
    return bool(set(stems(text)) - asked)


def _named(piece: str, pieces: list[str]) -> str:
    text = piece.strip(" ?؟,،;:")
    others = [] if names(piece) else list(dict.fromkeys(name for other in pieces for name in names(other)))
    return f"{text} ({', '.join(others)}) ?" if others else f"{text} ?"
