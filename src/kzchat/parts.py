"""A question that asks two things in, each of them as a question of its own out. Pure.

"Who was the mayor before her, and why did he step down?" A small model answers the half that it comes to first, and no
sentence need hold both: each part is answered, and checked, alone.
"""

import re

from kzchat import concepts
from kzchat.languages import has_kazakh_letters
from kzchat.proper_names import name_spans, side_by_side
from kzchat.words import WORD, asked_about

_END = re.compile(r"[?؟]\s+")
# "And" between two things that are asked for. In Arabic it is written on the word behind it, of which only those are
# taken that mean nothing else: "and what is its cost", not "and what is around it".
_AND = re.compile(
    r"(?P<comma>[,،;:—–]?)\s+(?:(?:et|and|и|а|және)(?=\s)|"
    r"و(?=(?:متى|كيف|لماذا|ماذا|أين|لمن|[بل]?(?:أي|كم)|من ه[وي]|ما ه[وي]|"
    r"ما (?!(?:حول|فوق|تحت|بعد|قبل|بين|عند|لدي|علي|في|من|مع|ل|ب)ه)\w+ه(?:م|ما|ن|ا)?)(?!\w)))",
    re.IGNORECASE,
)
# They also join what is told ("he said that … and that …"): as question words they stand behind a comma.
_AMBIGUOUS = re.compile(r"\s*(?:qu['’]|que\b|что\b)", re.IGNORECASE)
_PREPOSITIONS = frozenset(
    "a de d dans en par pour avec sur chez depuis contre at by for from in of on since to until with в во до за из к "
    "на о об от по под с со у".split()
)
_FEWEST = 3  # words of a part in front, two of one behind: "where and when" asks one thing
_INVERTED = re.compile(r"-(?:t-)?(?:ce|on|ils?|elles?|tu|vous|nous|je)$")  # "Sait-on" at the beginning is no name


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
        if len(WORD.findall(left)) >= _FEWEST and _asks(left) and asked_about(left) and _opens(right, left):
            return [left, *_split(right)]
    return [sentence]


def _asks(text: str) -> bool:
    return bool(concepts.found("open", text))


def _opens(text: str, before: str) -> bool:
    """Whether it begins by asking, and says what it asks of; in Kazakh the question word stands anywhere.

    Args:
        text: what stands behind the "and".
        before: what stands in front of it. Where its last question word is the same and not its only one, both relate:
            "who is the minister who signed and who resigned?"
    """
    words = [concepts.plain(word) for word in re.findall(r"\w+", text)]
    asking = [at for at, word in enumerate(words) if _asks(word)]
    if len(words) < 2 or not asking or not asked_about(text):
        return False
    if not has_kazakh_letters(text) and not all(word in _PREPOSITIONS for word in words[: asking[0]]):
        return False
    earlier = [word for word in re.findall(r"\w+", concepts.plain(before)) if _asks(word)]
    return not (len(earlier) > 1 and earlier[-1] == words[asking[0]])


def _named(piece: str, pieces: list[str]) -> str:
    text = piece.strip(" .?؟,،;:")
    others = [] if _names(piece) else list(dict.fromkeys(name for other in pieces for name in _names(other)))
    about = f" ({', '.join(others)})" if others else ""
    return f"{text}{about}" + ("؟" if "؟" in "".join(pieces) else "?")


def _names(text: str) -> list[str]:
    """The names of a text, those side by side as one."""
    spans = ((start, end) for start, end in name_spans(text) if not _INVERTED.search(text[start:end]))
    return [text[full[0][0] : full[-1][1]] for full in side_by_side(text, spans)]
