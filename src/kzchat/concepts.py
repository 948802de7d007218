"""A text in, the language-independent concepts of its words out: places, offices, opposites, negation, plans. Pure.

The words are in `data/concepts.toml`, five languages in one list; a concept is what they share, so that "l'ambassadrice
marocaine" and "посол Марокко" can be compared.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from anyascii import anyascii

_ARABIC_PREFIX = r"[وفبكل]{0,2}(?:ال|ل)?"
_ARABIC_FOLDED = str.maketrans("أإآىة", "ااايه")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Match:
    """A concept where a text has it."""

    concept: str
    start: int
    end: int  # of its last word


@dataclass(frozen=True, slots=True)
class _Section:
    """The words of a section: most are beginnings of one word, looked up; the others are patterns."""

    beginnings: dict[str, tuple[str, ...]]
    whole: dict[str, tuple[str, ...]]
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    longest: int


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The text, one character for each, in lower case without accents, with plain apostrophes."""
    return "".join(map(_plain, text))


@cache
def _plain(character: str) -> str:
    if character < "\u0250":
        folded = anyascii(character).lower() if character.isalpha() else character
        return folded if len(folded) == 1 else character.lower()
    if character == "’":
        return "'"
    lowered = character.lower()
    return "е" if lowered == "ё" else lowered.translate(_ARABIC_FOLDED)


@lru_cache(maxsize=4096)
def matches(section: str, text: str) -> tuple[Match, ...]:
    """Every concept of a section of `data/concepts.toml` in a text, in no order.

    Args:
        section: "places", "functions", "institutions", "opposites" ("up+", "up-"), "negation", "planned" and others.
        text: as written.
    """
    folded, known = plain(text), _section(section)
    found: dict[tuple[str, int], Match] = {}
    for word in _WORD.finditer(folded):
        for form in _forms(word.group()):
            for concept in _named(form, known):
                found[concept, word.start()] = Match(concept, word.start(), word.end())
    for concept, pattern in known.patterns:
        for match in pattern.finditer(folded):
            end = match.end()
            while end < len(folded) and folded[end].isalnum():
                end += 1
            found[concept, match.start()] = Match(concept, match.start(), end)
    return tuple(match for match in found.values() if text[match.start : match.end] != "May")  # the month


def _forms(word: str) -> Iterator[str]:
    """The word, and for Arabic without what is written in front of it."""
    yield word
    if "\u0600" <= word[0] <= "\u06ff":
        rest = word
        for _ in range(2):
            if rest[:1] in "وفبكل" and len(rest) > 3:
                rest = rest[1:]
                yield rest
        for form in (word, word[1:], word[2:]):
            if form.startswith("ال"):
                yield form[2:]


def _named(word: str, known: _Section) -> Iterator[str]:
    yield from known.whole.get(word, ())
    for length in range(1, min(len(word), known.longest) + 1):
        yield from known.beginnings.get(word[:length], ())


def found(section: str, text: str) -> dict[str, str]:
    """Concept to the word by which the text has it; arguments as for `matches`."""
    return {match.concept: text[match.start : match.end] for match in matches(section, text)}


def words(sections: Iterable[str], text: str, ground: str) -> set[str]:
    """The words of a text, plain, that stand for a concept of these sections that the ground has too."""
    said = plain(text)
    return {
        word
        for section in sections
        for match in matches(section, text)
        if match.concept in found(section, ground)
        for word in re.findall(r"[\w.-]+", said[match.start : match.end])
    }


@cache
def _section(name: str) -> _Section:
    beginnings: dict[str, list[str]] = {}
    whole: dict[str, list[str]] = {}
    patterns: list[tuple[str, re.Pattern[str]]] = []
    for concept, listed in _table()[name].items():
        for word in listed.split():
            form = word.translate(_ARABIC_FOLDED)
            if form.isalnum():
                beginnings.setdefault(form, []).append(concept)
            elif form[:-1].isalnum() and form[-1] == "$":
                whole.setdefault(form[:-1], []).append(concept)
            else:
                patterns.append((concept, re.compile(_pattern(form))))
    return _Section(_frozen(beginnings), _frozen(whole), tuple(patterns), max(map(len, beginnings), default=0))


def _frozen(table: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {word: tuple(names) for word, names in table.items()}


def _pattern(word: str) -> str:
    arabic = any("\u0600" <= character <= "\u06ff" for character in word)
    gap = r"\W+(?:\w{1,3}\W+){0,2}" + ("(?:ال)?" if arabic else "")
    pattern = re.sub(r"\$$", r"(?!\\w)", word).replace("_", gap)
    return r"(?<!\w)" + (_ARABIC_PREFIX if arabic and not word.startswith("^") else "") + pattern


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, Any] = tomllib.loads((files("kzchat") / "data" / "concepts.toml").read_text(encoding="utf-8"))
    opposites = table.pop("opposites")
    table["opposites"] = {
        f"{pair['name']}{pole}": pair[side] for pair in opposites for pole, side in (("+", "a"), ("-", "b"))
    }
    return table
