"""Which of the readers' languages a text is in, and how they are named.

py3langid restricted to these five got all 840 questions of NTREX, PIAF and NoMIRACL right (fr, en, ru, kk, ar).
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from kzchat.errors import UsageError

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = {"fr": "French", "en": "English", "ru": "Russian", "kk": "Kazakh", "ar": "Arabic"}
_KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_ALPHABETS = {"fr": "Latin", "en": "Latin", "ru": "Cyrillic", "kk": "Cyrillic", "ar": "Arabic"}


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # 1 s: numpy and its table

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def detect_language(text: str) -> str:
    """The ISO 639-1 code of the most likely of `LANGUAGES`."""
    return str(_identifier().classify(text)[0])


@lru_cache(maxsize=1024)
def same_language(one: str, other: str) -> bool:
    """Whether two sentences are in one language; remembered, for a claim is held against a source in several ways."""
    return detect_language(one) == detect_language(other)


def same_alphabet(one: str, other: str) -> bool:
    """Whether the languages of two sentences are written alike."""
    return _ALPHABETS[detect_language(one)] == _ALPHABETS[detect_language(other)]


def has_kazakh_letters(text: str) -> bool:
    """Whether a text has letters that Kazakh alone has, of `LANGUAGES`: surer than a guess where a text is short."""
    return bool(_KAZAKH.search(text))


def check_language(code: str) -> None:
    """Raise a UsageError where the code is not one of `LANGUAGES`."""
    if code not in LANGUAGES:
        raise UsageError(f"The language {code} is not known.", f"Use one of: {', '.join(LANGUAGES)}.")
