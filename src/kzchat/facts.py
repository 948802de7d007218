"""Claim and source in, mismatches out: every number, month and name of the claim must stand in its source.

Pure functions, no model, a few milliseconds a sentence. Forms are compared, not strings: "29 janvier" is
"January 29", "VIII" is "eighth", Tokaïev is Tokayev is Токаев, le Maroc is Morocco. What cannot be recognised as the
same is reported as missing: the answer then shows the source's own words instead.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from anyascii import anyascii
from babel import Locale
from num2words import num2words
from rapidfuzz.fuzz import ratio

from kzchat.spelling import fold, skeleton

_LOCALES = ("fr", "en", "ru", "kk", "ar")
_NUM2WORDS = {"kk": "kz"}  # where num2words has another name for a language
_COUNTED = 100  # number words are known up to here
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_NUMBER = re.compile(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+(?!\d)|\d+(?:[.,]\d+)?")
_ROMAN = re.compile(r"^(?=[IVX]{2,}|[IVX](?:e|er|ème|th)$)(?P<x>X{0,3})(?P<i>IX|IV|V?I{0,3})(?:e|er|ème|th)?$")
_ORDINAL_SUFFIX = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|ère|e|ème|ième|nde?|-?[йяе]|-ші|-шы)\b", re.IGNORECASE)
_SIMILAR_NAME = 78.0  # per cent; spellings of one name across alphabets differ by a letter in five

# A capital at the start of a sentence says nothing: these words are no names there (nor in titles in English).
_FUNCTION_WORDS = frozenset(
    """the a an this that these those he she it they we his her its their according during after before in on at by to
    from for of with and but or as when while if there here both all some no not yes both following since under over
    among between within against what who which where how why also moreover however furthermore additionally
    le la les l un une des du de d ce cet cette ces il elle ils elles on nous son sa ses leur leurs selon lors pendant
    après avant dans en au aux à par pour sur avec sans sous entre et mais ou où donc car si quand comme tandis ainsi
    aussi enfin puis cela ceci celui celle ceux oui non y qui que dont depuis vers chez afin outre notamment
    cependant toutefois néanmoins parallèlement ensuite également
    в на по с к от до за из о об и а но или он она оно они это эти этот эта как что кто когда где также согласно после
    перед во время для при между однако так нет да его её их
    ол олар бұл осы сол және бірақ немесе мен үшін кейін дейін туралы бойынша оның олардың
    """.split()
)
_TITLES = frozenset(
    "m mr mrs ms mme mlle dr sir president président minister ministre ambassador ambassadeur ambassadrice king roi "
    "king queen reine royal majesty majesté excellence conseiller adviser advisor senior vice premier speaker "
    "souverain state secretary "
    "ministry ministère ministre embassy ambassade government gouvernement republic république kingdom royaume "
    "parliament parlement chamber chambre foreign affairs affaires étrangères".split()
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A fact of the claim that its source does not hold."""

    kind: str  # "number", "month" or "name"
    text: str  # as the claim has it

    @property
    def reason(self) -> str:
        """For a reader."""
        return f"the {self.kind} {self.text} is not in the source"


def mismatches(claim: str, source: str, about: str = "") -> list[Mismatch]:
    """What the claim says that the source does not.

    Args:
        claim: one sentence.
        source: the sentence or sentences it is held against.
        about: what the article says of itself (title, date, outlet, author); it supports names and dates too.
    """
    ground = f"{source}\n{about}"
    found: list[Mismatch] = []
    source_numbers = {value for value, _ in numbers(ground)}
    found.extend(Mismatch("number", text) for value, text in numbers(claim) if value not in source_numbers)
    source_months = {month for month, _ in months(ground)}
    found.extend(Mismatch("month", text) for month, text in months(claim) if month not in source_months)
    source_words = [folded for word in _WORD.findall(ground) for folded in _folded_parts(word)]
    places = {code for word in source_words for code in _territories().get(word, ())}
    for name in names(claim):
        inflected = name[0] > "\u024f"
        if not all(
            _occurs(part, source_words, places)
            or (inflected and _occurs(_without_case_ending(part), source_words, places))
            for part in _folded_parts(name)
        ):
            found.append(Mismatch("name", name))
    return found


def kinds(text: str) -> set[str]:
    """Which kinds of facts a text holds: "number", "month", "name"."""
    found = {"number": any(numbers(text)), "month": any(months(text)), "name": bool(names(text))}
    return {kind for kind, present in found.items() if present}


def numbers(text: str) -> Iterator[tuple[str, str]]:
    """Every number of a text as (canonical form, as written): digits, words up to 100, ordinals, Roman numerals.

    The canonical form is the decimal number without separators; "1,5" and "1.5" are the same.
    """
    for match in _NUMBER.finditer(_ORDINAL_SUFFIX.sub("", _latin_digits(text))):
        yield _canonical(match.group()), match.group()
    words = _WORD.findall(text)
    for word in words:
        roman = _ROMAN.match(word)
        if roman and (value := _roman_value(roman)):
            yield str(value), word
        elif (spelt := _number_words().get(fold(word))) is not None:
            yield str(spelt), word


def months(text: str) -> Iterator[tuple[int, str]]:
    """Every month of a text as (1 to 12, as written), by name in any of the readers' languages or in an ISO date."""
    for match in re.finditer(r"\b\d{4}-(\d\d)-\d\d\b", text):
        yield int(match.group(1)), match.group()
    for word in _WORD.findall(text):
        if word != "may" and (month := _month_of(word.casefold())) is not None:
            yield month, word


def names(text: str) -> list[str]:
    """The proper names of a text: capitalised words, but for a function word that starts a sentence, and acronyms.

    Scripts without capitals (Arabic) have none that this can see.
    """
    found: list[str] = []
    for match in _WORD.finditer(text):
        word = match.group()
        bare = re.sub(r"^(?:[ldcjmnsLDCJMNS]|qu|Qu)[’']", "", word)
        bare = re.sub(r"[’']s$", "", bare)
        if not bare or not bare[0].isupper():
            continue
        low = bare.casefold()
        if low in _FUNCTION_WORDS or low in _TITLES or low in _month_names() or _ROMAN.match(bare):
            continue
        if fold(bare) in _number_words() or len(bare) == 1:
            continue
        found.append(bare)
    return found


def _latin_digits(text: str) -> str:
    """The same text with the digits of other scripts (Arabic-Indic) written as 0 to 9."""
    return "".join(anyascii(character) if character.isdigit() else character for character in text)


def _folded_parts(word: str) -> list[str]:
    return [part for part in re.split(r"[^a-z0-9]+", fold(word)) if part]


def _without_case_ending(part: str) -> str:
    """A transliterated Russian or Kazakh name without the endings of its cases ("avraamskim" to "avraam")."""
    return re.sub(
        r"(?<=.{5})(?:skim|skomu|skogo|skaa|skie|skih|skij|ovym|nyng|ning|dyng|ding|tyng|ting|myn|men|om|em|oj|ogo|omu|"
        r"ami|am|ah|nan|nen|dan|den|tan|ten|da|de|ta|te|ga|ge|ka|ke|ny|ni|dy|di|ty|ti|a|u|e|y|i)$",
        "",
        part,
    )


def _occurs(part: str, source_words: Iterable[str], places: set[str]) -> bool:
    if len(part) < 2:
        return True  # an initial
    if not places.isdisjoint(_territories().get(part, ())):
        return True
    return any(part == word or _alike(part, word) for word in source_words)


def _alike(part: str, word: str) -> bool:
    """One name in two spellings ("qosanov", "koshanov"), or a country and its people ("kazakh", "kazakhstan")."""
    shorter, longer = sorted((part, word), key=len)
    if len(shorter) < 5:
        return False
    if longer.startswith(shorter) and longer in _territories():
        return True
    return ratio(skeleton(part), skeleton(word)) >= _SIMILAR_NAME


def _canonical(number: str) -> str:
    grouped = re.fullmatch(r"\d{1,3}(?:[ \u00a0\u202f,.]\d{3})+", number)
    plain = re.sub(r"\D", "", number) if grouped else number.replace(",", ".")
    whole, point, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (point + decimals if decimals else "")


def _roman_value(match: re.Match[str]) -> int:
    units = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
    return 10 * len(match.group("x")) + units[match.group("i")]


def _month_of(word: str) -> int | None:
    """The month that a casefolded word names, in any case of Russian or Kazakh."""
    if (month := _month_names().get(word)) is not None:
        return month
    if not "а" <= word[0] <= "ӿ":
        return None
    return next((month for stem, month in _month_stems().items() if word.startswith(stem) and len(word) < 14), None)


@cache
def _month_stems() -> dict[str, int]:
    """Cyrillic month names without the letter that changes: "октябр", "қараша"."""
    cyrillic = {name: month for name, month in _month_names().items() if "а" <= name[0] <= "ӿ" and len(name) > 3}
    irregular = dict.fromkeys(("мае", "маю", "маем"), 5)
    return irregular | {name.rstrip("ьяа") if name[-1] in "ья" else name: month for name, month in cyrillic.items()}


@cache
def _month_names() -> dict[str, int]:
    """Month names of CLDR in every form, casefolded, to 1 to 12."""
    known: dict[str, int] = {}
    for code in _LOCALES:
        for context in ("format", "stand-alone"):
            for month, name in Locale.parse(code).months[context]["wide"].items():
                known[str(name).casefold()] = int(month)
    # CLDR has the Levantine and Gulf names under "ar"; newspapers of the Maghreb and Russian cases are missing.
    for month, maghreb in enumerate(
        "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر".split(), start=1
    ):
        known.setdefault(maghreb, month)
    return known


@cache
def _number_words() -> dict[str, int]:
    """Folded number words and ordinals up to 100 to their value; "un", "one" and the like are too common to count."""
    known: dict[str, int] = {}
    for code in _LOCALES:
        for value in range(2, _COUNTED + 1):
            for form in ("cardinal", "ordinal"):
                if form == "ordinal" and code == "kk":
                    continue
                written = fold(num2words(value, lang=_NUM2WORDS.get(code, code), to=form))
                if " " not in written:
                    known.setdefault(written, value)
    for ordinal, value in (("premier", 1), ("premiere", 1), ("first", 1), ("seconde", 2), ("second", 2)):
        known[ordinal] = value
    # words that are also something else
    for ambiguous in ("alf", "sto", "premier"):
        known.pop(ambiguous, None)
    return known


@cache
def _territories() -> dict[str, frozenset[str]]:
    """Folded one-word names of countries and regions in every language to their CLDR codes."""
    codes: dict[str, set[str]] = {}
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            parts = _folded_parts(str(name))
            if len(parts) == 1 and len(parts[0]) > 2:
                codes.setdefault(parts[0], set()).add(code)
    return {name: frozenset(found) for name, found in codes.items()}
