"""The words by which a question leans on its conversation, by language: `data/followup.toml` in, `Cues` out."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kzchat.languages import detect_language
from kzchat.schema import Exchange
from kzchat.spelling import without_vowel_signs

WORD = re.compile(r"[^\W_]+|[,;:\"]")


@dataclass(frozen=True, slots=True)
class Cues:
    """The words of one language by what they do; see `data/followup.toml`."""

    openers: frozenset[str]
    subjects: frozenset[str]
    objects: frozenset[str]
    possessives: frozenset[str]
    demonstratives: frozenset[str]
    bare: frozenset[str]
    places: frozenset[str]
    determiners: frozenset[str]
    boundaries: frozenset[str]
    specifiers: frozenset[str]
    accompanying: frozenset[str]
    auxiliaries: frozenset[str]
    deictic: frozenset[str]
    persons: frozenset[str]
    relational: frozenset[str]
    sequence: frozenset[str]  # in front of what leans on the sentence before
    questions: dict[str, frozenset[str]]
    asking: frozenset[str]  # all question words
    empty: frozenset[str]  # words that say nothing about the subject
    expletive: re.Pattern[str]
    always: re.Pattern[str]

    def asks(self, words: Iterable[str]) -> set[str]:
        """What is asked for: "when", "who", "many" and so on."""
        given = set(words)
        return {kind for kind, known in self.questions.items() if known & given}


@cache
def cues(language: str) -> Cues:
    """The cues of a language of `LANGUAGES`."""
    text = (files("kzchat") / "data" / "followup.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)[language]
    questions = {kind: frozenset(words.split()) for kind, words in table.pop("questions").items()}
    expletive, always = (re.compile(table.pop(name)[1:] or "(?!)") for name in ("expletive", "always"))
    sets = {name: frozenset(words.split()) for name, words in table.items()}
    sets["accompanying"] = sets.pop("with")
    asking = frozenset().union(*questions.values())
    empty = asking.union(*(words for name, words in sets.items() if name not in ("relational", "deictic", "sequence")))
    del sets["generic"]
    return Cues(questions=questions, asking=asking, empty=empty, expletive=expletive, always=always, **sets)


def normalised(text: str) -> str:
    """Lower case, plain apostrophes; Russian without ё, Arabic without vowel signs and hamza on its alef."""
    text = text.casefold().replace("’", "'").replace("ё", "е")
    return re.sub(r"[إأآ]", "ا", without_vowel_signs(text))


def language_of(question: str, history: Sequence[Exchange]) -> str:
    """The question's language; the conversation's where the question is too short to tell ("Tokayev?", "Ал ол ше?")."""
    language = detect_language(question)
    words = WORD.findall(normalised(question))
    if not history or len(words) > 4:
        return language
    before = detect_language(history[-1].question)
    if _script(before) != _script(language):
        return language
    known, known_before = (sum(word in cues(code).empty for word in words) for code in (language, before))
    return before if known_before > known or not known else language


def _script(language: str) -> str:
    return {"ru": "Cyrillic", "kk": "Cyrillic", "ar": "Arabic"}.get(language, "Latin")
