"""A sentence of an article in, out the same with the sentence before it or behind it. Pure.

« Ces chantiers sont considérés comme des leviers » says nothing to who did not read which: quoted, it is quoted with
its antecedent. Which words lean on what was said before is listed by language in `data/followup.toml`. And what the
press tells, it often tells in two sentences: "The grain was worth less. The reason is its quality."
"""

import re
from collections.abc import Collection, Container, Sequence
from dataclasses import replace

from kzchat.cues import WORD, cues, normalised
from kzchat.languages import LANGUAGES
from kzchat.moments import month_of, weekday_names
from kzchat.schema import Sentence
from kzchat.spelling import fold

_ENDED = re.compile(r"[.!?…؟][»”\"’)\]\s]*$")  # as headings and titles do not
_STYLE = re.compile(r"majest|excellen|altess|highness|eminen|velichestv|prevoskhodit")  # "His Majesty the King"
# « Le ministère les a démenties », « la région n'en recycle que 7 % ».
_OBJECT = re.compile(r"\b(?:les|l['’]) ?(?:a|ont|avait|avaient) \w|\bn'en \w")
_SEASON = re.compile(r"(?:printemps|été|automne|hiver|spring|summer|autumn|winter|весн|лет|осен|зим|matin|soir|nuit)")
_IMPERSONAL = re.compile(
    r"(?:it (?:is|was) (?:\w+ ){1,4}(?:that|to)\b|it is the \w+ time|il est \w+ (?:que|d['e])|il y a\b)"
)
# Who speaks is "he" or "she", or, in Arabic, in the verb alone.
_SPEAKER = {
    "fr": re.compile(r"[»”\",] (?:\w+')?\w+-(?:t-)?(?:ils?|elles?)\b|\b(?:selon|d'après) (?:lui|elle|eux|elles)\b"),
    "en": re.compile(
        r"[»”\",] (?:he|she|they) (?:\w+ )?(?:said|added|told|warned|noted|stressed|explained|wrote|continued)\b|"
        r"[»”\",] (?:said|added) (?:he|she|they)\b|\baccording to (?:him|her|them)\b"
    ),
    "ru": re.compile(r"[—–-] \w+(?:л|ла|ли|ет|ит) (?:он|она|они)\b|\bпо (?:его|ее|их) (?:словам|мнению|данным)\b"),
    "kk": re.compile(r"[—–-] (?:деді|дейді|деп \w+) (?:ол|олар)\b|\bоның (?:айтуынша|сөзінше|пікірінше)\b"),
    "ar": re.compile(r"^و(?:قال|قالت|اضاف|اضافت|تابع|تابعت|اوضح|اوضحت|اكد|اكدت) ?(?:[:«\"]|ان )"),
}


def led_in(sentence: Sentence, article: Sequence[Sentence], text: str) -> Sentence | None:
    """The sentence and the one before it as one, where it leans on that; None where it stands alone.

    Args:
        article: the sentences of its article, or of some of it, in order.
        text: of the whole article, whose characters the places of its sentences count.
    """
    before = _beside(sentence, article, -1)
    if before is None or not leans_back(sentence):
        return None
    return _joined(before, sentence, text)


def goes_on(sentence: Sentence, article: Sequence[Sentence], text: str, found: Container[str]) -> tuple[Sentence, ...]:
    """The sentence and the first one behind it as one, then with the second, and so on, as far as a search found them.

    Args:
        article, text: as of `led_in`.
        found: ids of what the search found.
    """
    runs: list[Sentence] = []
    last = whole = sentence
    while (behind := _beside(last, article, 1)) is not None and behind.id in found and _ENDED.search(behind.text):
        joined = _joined(whole, behind, text)
        if joined is None:
            break
        last, whole = behind, joined
        runs.append(whole)
    return tuple(runs)


def _beside(sentence: Sentence, article: Sequence[Sentence], step: int) -> Sentence | None:
    at = next((at for at, other in enumerate(article) if other.id == sentence.id), None)
    return article[at + step] if at is not None and 0 <= at + step < len(article) else None


def _joined(one: Sentence, next_: Sentence, text: str) -> Sentence | None:
    """Both as one; None where the first is a heading, something stands between them, or the text is another by now."""
    if not _ENDED.search(one.text) or text[one.end : next_.start].strip() or text[one.start : one.end] != one.text:
        return None
    return replace(one, end=next_.end, text=text[one.start : next_.end])


def leans_back(sentence: Sentence) -> bool:
    """Whether a sentence says "he", "these plans" or "his brother" of whom or what it does not name itself."""
    if sentence.language not in LANGUAGES:
        return False
    known = cues(sentence.language)
    said = normalised(sentence.one_line).lstrip("«»“”\"'—–- ")
    if _SPEAKER[sentence.language].search(said) or (sentence.language == "fr" and _OBJECT.search(said)):
        return True
    opened = re.match(r"(\w+),? ", said)
    later = bool(opened and opened[1] in known.sequence)  # "Previously, he"
    said = said[opened.end() :] if opened and later else said
    words = WORD.findall(said)
    if not words or known.expletive.match(said) or _IMPERSONAL.match(said):
        return False
    if later:
        return words[0] in known.subjects
    following = words[1] if len(words) > 1 else ""
    if words[0] in known.demonstratives | known.possessives:
        return not _tells_when(following, known.deictic) and not _STYLE.match(fold(following))
    return words[0] in known.subjects | known.bare


def _tells_when(word: str, deictic: Collection[str]) -> bool:
    """Whether "this" before it leans on the article's date alone: "this week", « cet été »."""
    return word in deictic or word in weekday_names() or bool(month_of(word) or _SEASON.match(word))
