"""Claim and source in, mismatches out: every number, month and name of the claim must stand in its source.

Pure functions, no model, a few milliseconds a sentence. Forms are compared, not strings: "29 janvier" is
"January 29", "VIII" is "eighth", Tokaïev is Tokayev is Токаев, le Maroc is Morocco. What cannot be recognised as the
same is reported as missing: the answer then shows the source's own words instead.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from anyascii import anyascii
from babel import Locale
from num2words import num2words
from rapidfuzz.distance import Prefix
from rapidfuzz.fuzz import ratio

from kzchat.spelling import fold, skeleton

_LOCALES = ("fr", "en", "ru", "kk", "ar")
_NUM2WORDS = {"kk": "kz"}  # where num2words has another name for a language
_COUNTED = 100  # number words are known up to here
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_GROUPED = re.compile(r"(?P<groups>[1-9]\d{0,2}(?P<mark>[ \u00a0\u202f,.])\d{3}(?:(?P=mark)\d{3})*)(?P<rest>[.,]\d+)?")
_NUMBER = re.compile(rf"(?:(?<![\w])[-−])?(?:{_GROUPED.pattern}(?!\d)|\d+(?:[.,]\d+)?)")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_SENTENCE_END = re.compile(r"[.!?…]+[\s»”\"]")
_ROMAN = re.compile(r"^(?=[IVX]{2,}|[IVX](?:e|er|ème|th)$)(?P<x>X{0,3})(?P<i>IX|IV|V?I{0,3})(?:e|er|ème|th)?$")
_ORDINAL_SUFFIX = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|ère|e|ème|ième|nde?|-?[йяе]|-ші|-шы)\b", re.IGNORECASE)
_FUZZY_MIN = 5  # letters
_SCALES = {
    **dict.fromkeys("hundred hundreds cents жүз".split(), 100),
    **dict.fromkeys("thousand thousands mille milliers тыс тысяча тысячи тысяч мың ألف آلاف".split(), 1000),
    **dict.fromkeys(
        "million millions млн миллион миллиона миллионов миллионы миллионға مليون ملايين".split(), 1_000_000
    ),
    **dict.fromkeys(
        "billion billions milliard milliards bn млрд миллиард миллиарда миллиардов миллиарды مليار مليارات".split(),
        1_000_000_000,
    ),
    **dict.fromkeys("trillion trillions трлн триллион триллиона триллионов تريليون".split(), 1_000_000_000_000),
}
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

    kind: str  # "number", "month", "day" or "name"
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
    found: list[Mismatch] = []
    source_numbers = {value for value, _ in numbers(source)} | _numbers_of_about(about, any(months(claim)))
    found.extend(Mismatch("number", text) for value, text in numbers(claim) if value not in source_numbers)
    ground = f"{source}\n{about}"
    source_months = {month for month, _ in months(ground)}
    found.extend(Mismatch("month", text) for month, text in months(claim) if month not in source_months)
    source_days = {day for day, _ in weekdays(ground)}
    found.extend(Mismatch("day", text) for day, text in weekdays(claim) if day not in source_days)
    vocabulary = _Vocabulary.of(ground)
    found.extend(Mismatch("name", name) for name in names(claim) if not vocabulary.has(name))
    return found


def _numbers_of_about(about: str, claim_names_a_month: bool) -> set[str]:
    """The numbers of a title, and of an article's date: its year, and its day where the claim is about a date."""
    supported = {value for value, _ in numbers(_ISO_DATE.sub(" ", about))}
    for year, _, day in (match.groups() for match in _ISO_DATE.finditer(about)):
        supported.add(year)
        if claim_names_a_month:
            supported.add(str(int(day)))
    return supported


def kinds(text: str) -> set[str]:
    """Which kinds of facts a text holds: "number", "month", "day", "name"."""
    found = {
        "number": any(numbers(text)),
        "month": any(months(text)),
        "day": any(weekdays(text)),
        "name": bool(names(text)),
    }
    return {kind for kind, present in found.items() if present}


def numbers(text: str) -> Iterator[tuple[str, str]]:
    """Every number of a text as (canonical form, as written): digits, words up to 100, ordinals, Roman numerals.

    The canonical form is the value as a plain decimal: "1,5" and "1.5" are the same, and so are "3 million" and
    "3 000 000".
    """
    plain = _ORDINAL_SUFFIX.sub("", _latin_digits(text))
    for match in _NUMBER.finditer(plain):
        value, scale = _canonical(match.group()), _scale_at(plain, match.end())
        yield _times(value, scale), match.group() + (f" {scale[1]}" if scale else "")
    previous = ""
    for match in _WORD.finditer(text):
        word = match.group()
        roman = _ROMAN.match(word)
        if roman and (value_of_roman := _roman_value(roman)):
            yield str(value_of_roman), word
        elif (spelt := _spelt(word, previous)) is not None:
            scale = _scale_at(text, match.end())
            yield _times(str(spelt), scale), word + (f" {scale[1]}" if scale else "")
        elif (factor := _SCALES.get(word.casefold())) and factor > 1000 and not _is_number(previous):
            yield str(factor), word  # "a million", "un milliard"
        previous = word


def _scale_at(text: str, end: int) -> tuple[int, str] | None:
    """The scale word right after a number: its factor, and as it is written."""
    match = _WORD.search(text, end, end + 30)
    if match is None or text[end : match.start()].strip():
        return None
    factor = _SCALES.get(match.group().casefold().rstrip("."))
    return (factor, match.group()) if factor else None


def _times(value: str, scale: tuple[int, str] | None) -> str:
    if scale is None:
        return value
    return f"{(Decimal(value) * scale[0]).normalize():f}"


def _is_number(word: str) -> bool:
    return bool(word) and (word[-1].isdigit() or _spelt(word, "") is not None)


def _spelt(word: str, previous: str) -> int | None:
    """The value of a number word. "per cent" and "pour cent" are none."""
    if previous.casefold() in ("per", "pour"):
        return None
    known = _number_words()
    value = known.get(word.casefold())
    return value if value is not None or word[0] > "\u024f" else known.get(fold(word))


def weekdays(text: str) -> Iterator[tuple[int, str]]:
    """Every day of the week of a text as (0 for Monday to 6, as written)."""
    for word in _WORD.findall(text):
        if (day := _weekday_names().get(word.casefold())) is not None:
            yield day, word


def months(text: str) -> Iterator[tuple[int, str]]:
    """Every month of a text as (1 to 12, as written), by name in any of the readers' languages or in an ISO date."""
    for match in _ISO_DATE.finditer(text):
        yield int(match.group(2)), match.group()
    for word in _WORD.findall(text):
        if word != "may" and (month := _month_of(word.casefold())) is not None:
            yield month, word


def names(text: str) -> list[str]:
    """The proper names of a text: capitalised words, but for common words that start a sentence, and acronyms.

    Scripts without capitals (Arabic) have none that this can see.
    """
    found: list[str] = []
    starts_sentence = True
    for match in _WORD.finditer(text):
        word = match.group()
        at_start, starts_sentence = starts_sentence, bool(_SENTENCE_END.match(text, match.end()))
        bare = re.sub(r"^(?:[ldcjmnstLDCJMNST]|qu|Qu|lorsqu|Lorsqu|jusqu|Jusqu)[’']", "", word)
        bare = re.sub(r"[’']s$", "", bare)
        if not bare or not bare[0].isupper() or len(bare) == 1:
            continue
        if not (bare.isupper() and not _ROMAN.match(bare)) and _is_common(bare, at_start):
            continue  # an acronym is a name, whatever word it spells
        found.append(bare)
    return found


def _is_common(word: str, at_start: bool) -> bool:
    low = word.casefold()
    if low in _FUNCTION_WORDS or low in _TITLES or low in _month_names() or low in _weekday_names():
        return True
    if _ROMAN.match(word) or _spelt(word, "") is not None:
        return True
    return at_start and low in _lower_case_words()


def _latin_digits(text: str) -> str:
    """The same text with the digits of other scripts (Arabic-Indic) written as 0 to 9."""
    return "".join(anyascii(character) if character.isdigit() else character for character in text)


def _folded_parts(word: str) -> list[str]:
    return [part for part in re.split(r"[^a-z0-9]+", fold(word)) if part]


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What a source offers for names to be found in."""

    words: frozenset[str]  # folded
    skeletons: frozenset[str]  # of its capitalised words, and of all in a script without capitals
    foreign_skeletons: frozenset[str]  # of its words in another script than Latin
    places: frozenset[str]  # CLDR codes of the countries and regions that it names, or whose people it names

    @classmethod
    def of(cls, text: str) -> "_Vocabulary":
        written = _WORD.findall(text)
        named = [word for word in written if word != word.lower() or word[0] > "\u058f"]
        foreign = [word for word in written if word[0] > "\u024f"]
        parts = [part for word in written for part in _folded_parts(word)]
        return cls(
            frozenset(parts),
            frozenset(skeleton(part) for word in named for part in _folded_parts(word)),
            frozenset(skeleton(part) for word in foreign for part in _folded_parts(word)),
            frozenset(code for part in set(parts) for code in _places(part)),
        )

    def has(self, name: str) -> bool:
        """Whether every part of a name occurs, in this or another spelling."""
        inflected = name[0] > "\u024f"
        return all(
            self._has_part(part, inflected) or (inflected and self._has_part(_without_case_ending(part), inflected))
            for part in _folded_parts(name)
        )

    def _has_part(self, part: str, foreign: bool) -> bool:
        if len(part) < 2 or part in self.words:
            return True
        if part in _territories() or _places(part) & self.places:
            return bool(_places(part) & self.places)  # Austria is not Australia, however alike
        form = skeleton(part)
        if len(form) < _FUZZY_MIN:
            return False
        if form in self.skeletons:
            return True
        # Between alphabets a name may differ by a letter in five; within one, its spellings share their skeleton.
        others = self.skeletons if foreign else self.foreign_skeletons
        return any(len(other) >= _FUZZY_MIN and ratio(form, other) >= _SIMILAR_NAME for other in others)


def _without_case_ending(part: str) -> str:
    """A transliterated Russian or Kazakh name without the endings of its cases ("avraamskim" to "avraam")."""
    return re.sub(
        r"(?<=.{5})(?:skim|skomu|skogo|skaa|skie|skih|skij|ovym|nyng|ning|dyng|ding|tyng|ting|myn|men|pen|om|em|oj|ogo|"
        r"omu|ami|am|ah|nan|nen|dan|den|tan|ten|da|de|ta|te|ga|ge|ka|ke|ny|ni|dy|di|ty|ti|a|u|e|y|i)$",
        "",
        part,
    )


@cache
def _places(part: str) -> frozenset[str]:
    """CLDR codes of the country or region that a folded word names, or whose people it names ("moroccan")."""
    if (exact := _territories().get(part)) is not None:
        return exact
    form = skeleton(part)
    best, codes = 0, frozenset[str]()
    for stem, found in _territory_stems():
        common = Prefix.similarity(form, stem)
        if common >= 4 and common >= len(stem) - 2 and len(form) - common <= 4 and common > best:
            best, codes = common, found
    return codes


@cache
def _territory_stems() -> tuple[tuple[str, frozenset[str]], ...]:
    """Skeleton without "-stan", and codes of every country and region with a one-word name."""
    return tuple(
        (skeleton(name.removesuffix("stan") if len(name) > 8 else name), codes)
        for name, codes in _territories().items()
    )


def _canonical(number: str) -> str:
    number = number.replace("−", "-")
    sign = "-" if number.startswith("-") else ""
    number = number.lstrip("-")
    grouped = _GROUPED.fullmatch(number)
    plain = re.sub(r"\D", "", grouped["groups"]) + (grouped["rest"] or "") if grouped else number
    whole, point, decimals = plain.replace(",", ".").partition(".")
    decimals = decimals.rstrip("0")
    return sign + (whole.lstrip("0") or "0") + (point + decimals if decimals else "")


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
    """Number words and ordinals up to 100 to their value, casefolded; Latin ones without accents.

    "un", "one" and the like are too common to count, and so is a word that means something else in another language
    ("он": ten in Kazakh, he in Russian).
    """
    known: dict[str, int] = {}
    for code in _LOCALES:
        for value in range(2, _COUNTED + 1):
            for form in ("cardinal", "ordinal"):
                if form == "ordinal" and code == "kk":
                    continue
                written = num2words(value, lang=_NUM2WORDS.get(code, code), to=form).casefold()
                if " " not in written:
                    known.setdefault(fold(written) if written[0] <= "\u024f" else written, value)
    known |= {"premiere": 1, "first": 1, "seconde": 2, "second": 2, "huitieme": 8}
    return {word: value for word, value in known.items() if word not in _FUNCTION_WORDS and word not in _SCALES}


@cache
def _weekday_names() -> dict[str, int]:
    """Names of the days of CLDR, casefolded, to 0 (Monday) to 6."""
    return {
        str(name).casefold(): int(day)
        for code in _LOCALES
        for context in ("format", "stand-alone")
        for day, name in Locale.parse(code).days[context]["wide"].items()
    }


@cache
def _lower_case_words() -> frozenset[str]:
    """English and French words that newspapers write in lower case: at the start of a sentence they are no names."""
    folder = files("kzchat") / "data" / "lowercase"
    return frozenset(
        word for code in ("en", "fr") for word in (folder / f"{code}.txt").read_text(encoding="utf-8").split()
    )


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
