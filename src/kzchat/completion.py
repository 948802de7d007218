"""A follow-up, its conversation and what the model made of them in; the question that is searched out. Pure.

The model's rewriting is only taken where code finds nothing in it that the conversation and the reader did not say,
and nothing missing that the reader said. Else the reader's own words are put behind the question that they follow.
"""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import Prefix

from kzchat.cues import WORD, cues, normalised
from kzchat.facts import missing
from kzchat.followup import content_words, needs_completion
from kzchat.languages import detect_language
from kzchat.schema import Exchange
from kzchat.spelling import fold

MAX_TOKENS = 48
_MAX_CHARS = 300
_SHOWN = 400  # characters of the question and of the answer that the model sees
_FEW_NAMES = 5  # words: an answer with more of them is no hint at whom a pronoun means
_JOINT = " — "
_LABEL = re.compile(
    r"^\s*(?:[-*>]\s+|(?:follow-up|rewritten question|question|вопрос|сұрақ|سؤال)\s*:\s*)+", re.IGNORECASE
)
_QUOTES = "\"'«»“”„` \u00a0\n"
_END = re.compile(r"[?؟][\s»\"”]*")


def shown(text: str) -> str:
    """As much of a text of the conversation as the model is shown, on one line."""
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[:_SHOWN].rsplit(" ", 1)[0] + " …"


def hint(exchange: Exchange) -> str:
    """What an answer tells about who is meant: nothing, where it names so many that any could be."""
    absent = missing(exchange.answer_text, exchange.understood)
    return exchange.answer_text if sum(miss.kind == "name" for miss in absent) <= _FEW_NAMES else ""


def checked(written: str, followup: str, history: Sequence[Exchange], language: str) -> str | None:
    """The question that the model wrote, where it may be used in place of the follow-up; else None.

    Args:
        written: the model's reply.
        followup: as the reader typed it.
        history: the conversation, not empty.
        language: of the follow-up.
    """
    question = _LABEL.sub("", written.strip(_QUOTES)).strip(_QUOTES)
    end = _END.search(question)
    if end is None or end.end() != len(question) or len(question) > _MAX_CHARS or "\n" in question:
        return None
    if detect_language(question) != language or needs_completion(question, history):
        return None
    said = "\n".join([followup, *(f"{one.question}\n{one.understood}\n{hint(one)}" for one in history)])
    if missing(question, said) or not _all_known(question, said, language):
        return None
    if _same(question, followup) or any(_same(question, one.understood) for one in history):
        return None
    return question if _keeps(question, followup, language) else None


def _keeps(question: str, followup: str, language: str) -> bool:
    """Whether everything the reader said is still there, and the same thing is asked for."""
    if missing(followup, question):
        return False
    if not _all_known(followup, question, language):
        return False
    asked = cues(language).asks(_words(followup))
    return not asked or bool(asked & cues(language).asks(_words(question)))


def _all_known(question: str, said: str, language: str) -> bool:
    """Whether each word of content was said, in this or another inflection."""
    known = {_bare_word(word) for word in _words(said)}
    return all(any(_inflects(_bare_word(word), other) for other in known) for word in content_words(question, language))


def joined(followup: str, history: Sequence[Exchange]) -> str:
    """The follow-up behind the question that it follows, and at most one follow-up between them."""
    parts = history[-1].understood.split(_JOINT)
    before = [shown(part) for part in (parts if len(parts) < 3 else [parts[0], parts[-1]])]
    said = "\n".join([*before, followup])
    answered = [miss.text for miss in missing(hint(history[-1]), said) if miss.kind == "name"]
    who = " ".join(dict.fromkeys(answered))
    return _JOINT.join([*before, *([who] if who else []), followup])


def _words(text: str) -> list[str]:
    return [normalised(word) for word in WORD.findall(text)]


def _bare_word(word: str) -> str:
    """In plain Latin letters; Arabic without its article."""
    return fold(re.sub(r"^(?:و?ال|لل)(?=.{3})", "", word))


def _inflects(word: str, other: str) -> bool:
    """Whether two words differ by an ending of at most three letters ("reçue", "reçoit": not "marocain", "Maroc")."""
    common = Prefix.similarity(word, other)
    longest = max(len(word), len(other))
    return word == other or (common >= 3 and common >= longest - 3 and 2 * common >= longest)


def _same(one: str, other: str) -> bool:
    return _bare(_words(one)) == _bare(_words(other))


def _bare(words: Iterable[str]) -> list[str]:
    return [word for word in words if word.isalnum()]
