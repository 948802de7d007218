"""The names of months and weekdays in the readers' languages, from the Unicode locale data, in lower case."""

from functools import cache

# Arabic countries name the months in three ways.
_LOCALES = {"fr": ("fr",), "en": ("en",), "ru": ("ru",), "kk": ("kk",), "ar": ("ar", "ar_MA", "ar_DZ", "ar_LB")}
_EXTRA = {
    "fr": {"fevrier": 2, "aout": 8, "decembre": 12},
    "en": {"sept": 9},
    "ar": {"ابريل": 4, "افريل": 4, "اغسطس": 8, "اكتوبر": 10, "فبراير": 2, "غشت": 8, "نوفمبر": 11, "نونبر": 11},
}


@cache
def months(language: str) -> dict[str, int]:
    """Each name or abbreviation of a month, with its number."""
    from babel import Locale

    found: dict[str, int] = {}
    for locale in _LOCALES.get(language, ()):
        for context in Locale.parse(locale).months.values():
            for width in ("wide", "abbreviated"):
                for number, name in context.get(width, {}).items():
                    key = str(name).strip(". ").casefold()
                    if len(key) > 2 and not key.isdigit():
                        found.setdefault(key, int(number))
    return found | _EXTRA.get(language, {})


@cache
def weekdays(language: str) -> frozenset[str]:
    """Each name or abbreviation of a day of the week."""
    from babel import Locale

    return frozenset(
        str(name).strip(". ").casefold()
        for locale in _LOCALES.get(language, ())
        for context in Locale.parse(locale).days.values()
        for width in ("wide", "abbreviated")
        for name in context.get(width, {}).values()
    )
