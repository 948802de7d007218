"""A text in, its numbers out as plain decimals: digits, words, ordinals, Roman numerals. Pure.

"1,5 million" is "1 500 000", "VIII" is "eighth" is "huitième".
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

from anyascii import anyascii
from num2words import num2words

from kzchat.spelling import fold
from kzchat.words import FUNCTION_WORDS, LOCALES, WORD

_NUM2WORDS = {"kk": "kz"}  # where num2words has another name for a language
_KAZAKH_TEN = "он"  # alone it is "he" in Russian
CURRENCY = re.compile("[$\u00a2-\u00a5\u20a0-\u20c0]")  # a sign of one
_SCALED = re.compile(
    "[ \u00a0\u202f]?(?P<scale>bn|mn|tn|Md|md|[kKmMbB])(?P<behind>[$\u00a2-\u00a5\u20a0-\u20c0])?(?!\\w)"
)
_LETTERS = {"k": 1000, "m": 1_000_000, "mn": 1_000_000, "b": 10**9, "bn": 10**9, "md": 10**9, "tn": 10**12}
_PM = re.compile(r"(?:[:.]\d\d)?\s?p\.?m\b")
_AND_ONE = re.compile(r"[ -](?:et[ -]une?|one|одн(?:а|у|о|ого|ой|ому)|один|бір)(?!\w)", re.IGNORECASE)
_INFLECTED_SCALE = re.compile(
    r"(?P<scale>тысяч|миллион|миллиард|триллион)(?:а|у|е|и|ей|ою|ом|ы|ов|ам|ами|ах|ға|нан|ның|нен|ды|да|дан|мен)?|"
    r"(?P<kazakh>мың)(?:ға|нан|ның|ды|да|дан|мен|нан)?"
)
_HALF = re.compile(r"[ \u00a0](?:et demie?|and a half|с половиной|жарым)(?!\w)", re.IGNORECASE)
_ARABIC_TEEN = re.compile(r" (?:عشر|عشرة)(?!\w)")
_ARABIC_UNIT_AND_TEN = re.compile(r" و(?P<ten>\w+)")
_COUNTED = 100  # number words are known up to here
_GROUPED = re.compile(r"(?P<groups>[1-9]\d{0,2}(?P<mark>[ \u00a0\u202f,.])\d{3}(?:(?P=mark)\d{3})*)(?P<rest>[.,]\d+)?")
_NUMBER = re.compile(rf"(?:(?<![\w])[-−])?(?:{_GROUPED.pattern}(?!\d)|\d+(?:[.,]\d+)?)")
ROMAN = re.compile(r"^(?=[IVX]{2,}|[IVX](?:e|er|ème|th)$)(?P<x>X{0,3})(?P<i>IX|IV|V?I{0,3})(?:e|er|ème|th)?$")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")  # what a bare number of four digits most likely is
_ORDINAL_SUFFIX = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|re|ère|e|ème|ième|nde?|-?[йяе]|-ші|-шы)\b", re.IGNORECASE)
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


def numbers(text: str) -> Iterator[tuple[str, str]]:
    """Every number of a text as (canonical form, as written): digits, words up to 100, ordinals, Roman numerals.

    The canonical form is the value as a plain decimal: "1,5" and "1.5" are the same, and so are "3 million" and
    "3 000 000".
    """
    plain = _ORDINAL_SUFFIX.sub("", latin_digits(text))
    for match in _NUMBER.finditer(plain):
        value, scale = _canonical(match.group()), _scale_at(plain, match.end()) or _of_currency(plain, match)
        if _PM.match(plain, match.end()) and value.isdigit() and int(value) < 12:
            value = str(int(value) + 12)  # "10 p.m." is "22 heures"
        yield (
            _times(_and_half(value, plain, match.end(), scale), scale),
            match.group() + (f" {scale[1]}" if scale else ""),
        )
    yield from _spelt_numbers(text)


def _spelt_numbers(text: str) -> Iterator[tuple[str, str]]:
    previous, known_until = "", 0
    for match in WORD.finditer(text):
        word = match.group()
        roman = ROMAN.match(word)
        if match.start() < known_until:
            pass
        elif roman and (value_of_roman := _roman_value(roman)):
            yield str(value_of_roman), word
        elif (compound := _compound(text, match, previous)) is not None:
            value, known_until = str(compound[0]), compound[1]
            if half := _HALF.match(text, known_until):
                value, known_until = f"{value}.5", half.end()  # "три с половиной миллиона"
            scale = _scale_at(text, known_until)
            written = text[match.start() : known_until]
            value = _and_half(value, text, known_until, scale)
            if scale:
                known_until = text.index(scale[1], known_until) + len(scale[1])
            yield _times(value, scale), written + (f" {scale[1]}" if scale else "")
        elif (factor := _factor(word)) and factor > 1000 and not _is_number(previous):
            yield str(factor), word  # "a million", "un milliard"
        previous = word


def _compound(text: str, first: re.Match[str], previous: str) -> tuple[int, int] | None:
    """The number that begins with a word, "двадцать два" and "он екі" included: its value, and where it ends."""
    value, end = spelt(first.group(), previous), first.end()
    if value is None and first.group().casefold() == _KAZAKH_TEN:
        value = 10
    while value is not None and value >= 10 and value % 10 == 0 and (word := WORD.match(text, end + 1)):
        further = spelt(word.group(), "") if text[end] == " " else None
        if further is None or not further < (100 if value == 100 else 10):
            break
        value, end = value + further, word.end()
    if value is not None and 20 <= value < 100 and value % 10 == 0 and (one := _AND_ONE.match(text, end)):
        value, end = value + 1, one.end()
    if value is not None and 3 <= value < 10 and (teen := _ARABIC_TEEN.match(text, end)):
        value, end = value + 10, teen.end()
    if value is not None and value < 10 and (tens := _ARABIC_UNIT_AND_TEN.match(text, end)):
        ten = spelt(tens["ten"], "")
        if ten is not None and ten in range(20, 100, 10):
            value, end = value + ten, tens.end()
    alone = text[first.start() : end].casefold() == _KAZAKH_TEN
    return None if value is None or alone else (value, end)


def _and_half(value: str, text: str, end: int, scale: tuple[int, str] | None) -> str:
    """The value with a half that stands behind its scale: "trois millions et demi"."""
    if scale is None or not value.isdigit():
        return value
    return f"{value}.5" if _HALF.match(text, text.index(scale[1], end) + len(scale[1])) else value


def _of_currency(text: str, number: re.Match[str]) -> tuple[int, str] | None:
    """The letters that scale an amount: "€340m", "A$2.5bn", "12 Md€"."""
    letters = _SCALED.match(text, number.end())
    if letters is None or not (CURRENCY.search(text, max(0, number.start() - 2), number.start()) or letters["behind"]):
        return None
    return _LETTERS[letters["scale"].casefold()], letters["scale"]


def _scale_at(text: str, end: int) -> tuple[int, str] | None:
    """The scale word right after a number: its factor, and as it is written."""
    match = WORD.search(text, end, end + 30)
    if match is None or (text[end : match.start()].strip() and text[end : match.start()] != "-"):
        return None
    word = match.group().split("-")[0]  # "a 120-million-euro grant"
    factor = _factor(word)
    return (factor, word) if factor else None


def _factor(word: str) -> int | None:
    """What a scale word multiplies with: "million", "миллионам", "мыңға"."""
    known = word.casefold().rstrip(".")
    inflected = _INFLECTED_SCALE.fullmatch(known)
    return _SCALES.get(known) or (_SCALES[inflected["scale"] or inflected["kazakh"]] if inflected else None)


def _times(value: str, scale: tuple[int, str] | None) -> str:
    if scale is None:
        return value
    return f"{(Decimal(value) * scale[0]).normalize():f}"


def _is_number(word: str) -> bool:
    return bool(word) and (word[-1].isdigit() or spelt(word, "") is not None)


def spelt(word: str, previous: str) -> int | None:
    """The value of a number word. "per cent" and "pour cent" are none."""
    if previous.casefold() in ("per", "pour"):
        return None
    known = _number_words()
    value = known.get(word.casefold())
    return value if value is not None or word[0] > "\u024f" else known.get(fold(word))


def latin_digits(text: str) -> str:
    """The same text with the digits of other scripts (Arabic-Indic) written as 0 to 9."""
    return "".join(anyascii(character) if character.isdigit() else character for character in text)


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


@cache
def _number_words() -> dict[str, int]:
    """Number words and ordinals up to 100 to their value, casefolded; Latin ones without accents.

    "un", "one" and the like are too common to count, and so is a word that means something else in another language
    ("он": ten in Kazakh, he in Russian).
    """
    known: dict[str, int] = {}
    for code in LOCALES:
        for value in range(2, _COUNTED + 1):
            for form in ("cardinal", "ordinal"):
                if form == "ordinal" and code == "kk":
                    continue
                written = num2words(value, lang=_NUM2WORDS.get(code, code), to=form).casefold()
                if " " not in written:
                    known.setdefault(fold(written) if written[0] <= "\u024f" else written, value)
                if code == "ar" and " " not in written and value > 2 and value != 10:  # "سبع", "سبعين"
                    known.setdefault(re.sub("ة$", "", re.sub("ون$", "ين", written)), value)
    known |= {"две": 2, "premiere": 1, "first": 1, "seconde": 2, "second": 2, "huitieme": 8}
    return {word: value for word, value in known.items() if word not in FUNCTION_WORDS and word not in _SCALES}
