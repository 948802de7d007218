"""A page language in, what the page itself says out (`data/page/labels.toml`)."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from types import MappingProxyType

NATIVE = {"fr": "Français", "en": "English", "ru": "Русский", "kk": "Қазақша", "ar": "العربية"}
_FALLBACK = "en"


class Labels:
    """The words of one language."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self.words = MappingProxyType(dict(words))

    def __call__(self, key: str, **values: object) -> str:
        """One label, with its {names} filled in. What is filled in is never read as a template itself."""
        text = self.words[key]
        if self.direction == "rtl":  # what is filled in keeps its own direction: Unicode's first strong isolate
            values = {name: f"\u2068{value}\u2069" for name, value in values.items()}
        return text.format(**values) if values else text

    @property
    def direction(self) -> str:
        """How the page runs: "ltr" or "rtl"."""
        return direction(self.language)


def direction(language: str) -> str:
    """How a language is written: "ltr" or "rtl"."""
    return "rtl" if language == "ar" else "ltr"


@cache
def labels(language: str) -> Labels:
    """The labels of a language; English where the page does not speak it."""
    known = _tables()
    code = language if language in known else _FALLBACK
    return Labels(code, known[code])


@cache
def _tables() -> dict[str, dict[str, str]]:
    text = (files("kzchat") / "data" / "page" / "labels.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def preferred(accept_language: str, known: Sequence[str] = tuple(NATIVE)) -> str:
    """The page language for a browser's Accept-Language header (RFC 9110, section 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language[:500].split(","):
        code, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), code.split("-")[0].lower()))
        except ValueError:
            continue
    return next((code for _, code in sorted(wanted, key=lambda pair: pair[0]) if code in known), _FALLBACK)
