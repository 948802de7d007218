"""A text in, its dates out, as far as it gives them: day, month, year, day of the week. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel import Locale

from kzchat import concepts
from kzchat.numerals import latin_digits, spelt
from kzchat.words import LOCALES, WORD

ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")

_NUMERIC_DATE = re.compile(
    r"(?<![\d./-])(?P<d>[0-3]?\d)(?P<mark>[./-])(?P<m>[01]?\d)(?P=mark)(?P<y>(?:19|20)\d\d)(?!\d)"
)
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:[’'][^\W\d_]+)*|[–—-]")
_YEAR = re.compile(r"(?:1\d|20)\d\d$")
_WEDNESDAY = 2
# The endings of the cases of Russian and Kazakh months.
_CASE = re.compile(
    r"(?:[ьяюеау]|ем|ём|ом|ями?|ах|й|[дт][аеы]|[дт][аеы]н|[дтн][ыі]ң|н[ыі]|[дт][ыі]|[ғгкқ][аеы]|[мбп]ен|[дт]ағы|[дт]егі|"
    r"ы|і|ындағы|індегі|ында|інде|ынан|інен|(?:ов|ь)?ск\w{2,3})?"
)
# What may stand between the parts of a date.
_LINKS = frozenset(
    "de of the du le les au to and et er st nd rd th – — - til until jusqu by с по до и жылғы жылдың жылы жыл ж ші шы "
    "год года г من إلى الى و عام سنة".split()
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as far as a text gives it, and as it is written there."""

    year: int | None
    month: int
    days: frozenset[int]  # two for a range, none where only the month is named
    text: str
    start: int  # where that stands, in the text that it was found in

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.start + len(self.text)

    def within(self, other: "Moment", year: int | None) -> bool:
        """Whether another moment says all that this one says.

        Args:
            other: what the source has.
            year: that a date without one may be in: the article's.
        """
        years = {other.year} if other.year else {year}
        return self.month == other.month and self.days <= other.days and (self.year is None or self.year in years)


def moments(text: str) -> list[Moment]:
    """Every date of a text that names its month, in the order in which they stand."""
    plain = latin_digits(text)
    found = [
        Moment(int(year), int(month), frozenset({int(day)}), match.group(), match.start())
        for pattern in (ISO_DATE, _NUMERIC_DATE)
        for match in pattern.finditer(plain)
        for year, month, day in [_parts(match)]
        if 1 <= int(month) <= 12
    ]
    tokens = list(_TOKEN.finditer(plain))
    for at, token in enumerate(tokens):
        word = token.group()
        if word == "may" or word.isdigit() or (month := month_of(_bare(word))) is None:
            continue
        before = _numbers_beside(tokens, at, -1)
        after = _numbers_beside(tokens, at, 1)
        years = [each for each in (*after, *before) if each[0] > 999][:1]
        days = [each for each in before if each[0] <= 31] or [each for each in after if each[0] <= 31]
        used = [token, *(beside for _, beside in (*years, *days[:2]))]
        start, end = min(each.start() for each in used), max(each.end() for each in used)
        year = years[0][0] if years else None
        found.append(Moment(year, month, frozenset(day for day, _ in days[:2]), text[start:end], start))
    return sorted(found, key=lambda moment: moment.start)


def _parts(match: re.Match[str]) -> tuple[str, str, str]:
    groups = match.groupdict()
    return (groups["y"], groups["m"], groups["d"]) if groups else (match[1], match[2], match[3])


def _numbers_beside(tokens: list[re.Match[str]], at: int, step: int) -> list[tuple[int, re.Match[str]]]:
    """The days and years next to a month on one side, nearest first, across the words that link them."""
    numbers: list[tuple[int, re.Match[str]]] = []
    position = at + step
    while 0 <= position < len(tokens):
        word = tokens[position].group()
        value = int(word) if word.isdigit() else spelt(word, "") if len(word) > 3 else None
        if value is not None and (1 <= value <= 31 or _YEAR.match(str(value))):
            numbers.append((value, tokens[position]))
            if value > 999 and step > 0:
                break
        elif word.casefold() not in _LINKS:
            break
        position += step
    return numbers


def weekdays(text: str) -> Iterator[tuple[int, str]]:
    """Every day of the week of a text as (0 for Monday to 6, as written); in Russian and Kazakh in any case.

    Those of "среда" are left out, for it is an environment as well.
    """
    for word in WORD.findall(text):
        if (day := weekday_names().get(word.casefold())) is not None:
            yield day, word
    yield from ((int(day), word) for day, word in concepts.found("days", text).items() if _is_declined(int(day), word))


def _is_declined(day: int, word: str) -> bool:
    return day != _WEDNESDAY and "\u0400" <= word[0] <= "\u04ff" and word.casefold() not in weekday_names()


def days_of_the_week(text: str) -> set[int]:
    """The days of the week that a text names, 0 for Monday to 6, in any case of Russian, Kazakh or Arabic."""
    return {day for day, _ in weekdays(text)} | {int(day) for day in concepts.found("days", text)}


def months(text: str) -> Iterator[tuple[int, str]]:
    """Every month of a text as (1 to 12, as written), by name in any of the readers' languages or in an ISO date."""
    for match in ISO_DATE.finditer(text):
        yield int(match.group(2)), match.group()
    for word in WORD.findall(text):
        if word != "may" and (month := month_of(_bare(word))) is not None:
            yield month, word


def _bare(word: str) -> str:
    """The word in lower case without an English 's."""
    return re.sub(r"['’]s$", "", word.casefold())


def month_of(word: str) -> int | None:
    """The month that a casefolded word names, in any case of Russian or Kazakh."""
    if (month := _month_names().get(word)) is not None:
        return month
    if not "а" <= word[0] <= "ӿ":
        return None
    return next((month for stem, month in _month_stems().items() if _is_case_of(stem, word)), None)


def _is_case_of(stem: str, word: str) -> bool:
    """Whether a word is a month's stem with the ending of a case: "марте", "мартовский"; Мартен is none."""
    return word.startswith(stem) and bool(_CASE.fullmatch(word, len(stem)))


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
    for code in LOCALES:
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
def weekday_names() -> dict[str, int]:
    """Names of the days of CLDR, casefolded, to 0 (Monday) to 6."""
    return {
        str(name).casefold(): int(day)
        for code in LOCALES
        for context in ("format", "stand-alone")
        for day, name in Locale.parse(code).days[context]["wide"].items()
    }
