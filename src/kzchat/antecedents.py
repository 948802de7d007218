"""A sentence of an article in, out the same with the sentence before it, where it cannot be understood alone. Pure.

« Ces chantiers sont considérés comme des leviers » says nothing to who did not read which: quoted, it is quoted with
its antecedent. Which words lean on what was said before is listed by language in `data/followup.toml`.
"""

import re
from collections.abc import Collection, Sequence
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
    at = next((at for at, other in enumerate(article) if other.start == sentence.start), 0)
    before = article[at - 1] if at else None
    if before is None or not leans_back(sentence) or not _ENDED.search(before.text):
        return None
    if text[before.end : sentence.start].strip():
        return None  # something that is not the article stands between them
    return replace(sentence, start=before.start, text=text[before.start : sentence.end])


def leans_back(sentence: Sentence) -> bool:
    """Whether a sentence says "he", "these plans" or "his brother" of whom or what it does not name itself."""
    if sentence.language not in LANGUAGES:
        return False
    known = cues(sentence.language)
    said = normalised(sentence.one_line).lstrip("«»“”\"'—–- ")
    if _SPEAKER[sentence.language].search(said) or (sentence.language == "fr" and _OBJECT.search(said)):
        return True
    words = WORD.findall(said)
    if not words or known.expletive.match(said) or _IMPERSONAL.match(said):
        return False
    following = words[1] if len(words) > 1 else ""
    if words[0] in known.demonstratives | known.possessives:
        return not _tells_when(following, known.deictic) and not _STYLE.match(fold(following))
    return words[0] in known.subjects | known.bare


def _tells_when(word: str, deictic: Collection[str]) -> bool:
    """Whether "this" before it leans on the article's date alone: "this week", « cet été »."""
    return word in deictic or word in weekday_names() or bool(month_of(word) or _SEASON.match(word))
