"""A text in, the language-independent concepts of its words out: places, offices, opposites, negation, plans. Pure.

The words are in `data/concepts.toml`, five languages in one list; a concept is what they share, so that "l'ambassadrice
marocaine" and "посол Марокко" can be compared.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from anyascii import anyascii

_ARABIC_PREFIX = r"(?<!\w)[وفبكل]{0,2}(?:ال|ل)?"
_ARABIC_MARKS = re.compile(r"[\u064b-\u0652\u0640]")
_ARABIC_FOLDED = str.maketrans("أإآىة", "ااايه")


@dataclass(frozen=True, slots=True)
class Opposites:
    """Two concepts that exclude each other."""

    name: str
    a: re.Pattern[str]
    b: re.Pattern[str]


def plain(text: str) -> str:
    """The text, one character for each, in lower case without accents, with plain apostrophes."""
    return "".join(_plain(character) for character in text)


@cache
def _plain(character: str) -> str:
    if character < "\u0250":
        folded = anyascii(character).lower() if character.isalpha() else character
        return folded if len(folded) == 1 else character.lower()
    if character == "’":
        return "'"
    lowered = character.lower()
    return "е" if lowered == "ё" else lowered.translate(_ARABIC_FOLDED)


def found(patterns: Mapping[str, re.Pattern[str]], text: str) -> dict[str, str]:
    """Concept to the word by which the text has it.

    Args:
        patterns: of one section, from `section`.
        text: as written.
    """
    folded = plain(text)
    matches = ((name, pattern.search(folded)) for name, pattern in patterns.items())
    return {name: word_at(text, match) for name, match in matches if match}


def words(sections: Iterable[str], text: str, ground: str) -> set[str]:
    """The words of a text, plain, that stand for a concept of these sections that the ground has too."""
    said, there = plain(text), plain(ground)
    return {
        word
        for name in sections
        for pattern in section(name).values()
        if pattern.search(there)
        for match in pattern.finditer(said)
        for word in re.findall(r"[\w.-]+", word_at(said, match))
    }


def word_at(text: str, match: re.Match[str]) -> str:
    """The whole words that a match lies in, as written."""
    end = match.end()
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[match.start() : end]


@cache
def section(name: str) -> dict[str, re.Pattern[str]]:
    """The concepts of a section of `data/concepts.toml`, each as a pattern for `plain` text."""
    return {key: _pattern(words) for key, words in _table()[name].items()}


@cache
def opposites() -> tuple[Opposites, ...]:
    """All pairs."""
    return tuple(Opposites(pair["name"], _pattern(pair["a"]), _pattern(pair["b"])) for pair in _table()["opposites"])


def _pattern(words: str) -> re.Pattern[str]:
    alternatives = (_alternative(word) for word in words.split())
    return re.compile("|".join(alternatives))


def _alternative(word: str) -> str:
    arabic = "\u0600" <= word[0] <= "\u06ff"
    if arabic:
        word = word.translate(_ARABIC_FOLDED)
    pattern = re.sub(r"\$$", r"(?!\\w)", word).replace("_", r"\W+(?:\w{1,3}\W+){0,2}" + ("(?:ال)?" if arabic else ""))
    return (_ARABIC_PREFIX if arabic else r"(?<!\w)") + pattern


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("kzchat") / "data" / "concepts.toml").read_text(encoding="utf-8"))
