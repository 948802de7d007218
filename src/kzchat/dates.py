"""A text in, the full dates in it out, and which of them is the article's own. Pure.

A date in the middle of prose is not the article's: it stands at the head or the tail, in the places and forms that
newspapers have for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from kzchat.bylines import AGENCY, PLACE, UPPER, byline
from kzchat.calendar_names import months, weekdays
from kzchat.schema import Span

_HEAD_CHARS, _TAIL_CHARS = 300, 200
_LANGUAGES = ("fr", "en", "ru", "kk", "ar")
_DIGITS = {ord(digit): str(value) for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹") for value, digit in enumerate(digits)}
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = r"(?P<d>[0-3]?\d)"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date where it stands."""

    span: Span
    iso: str


@cache
def _month_numbers() -> dict[str, int]:
    return {name: number for language in reversed(_LANGUAGES) for name, number in months(language).items()}


@cache
def weekday_pattern() -> str:
    """Any name of a day of the week, with a comma or full stop after it."""
    names = sorted({name for language in _LANGUAGES for name in weekdays(language)}, key=len, reverse=True)
    return rf"(?:(?:{'|'.join(map(re.escape, names))})(?=\W)\.?,? ?)"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    month = (
        rf"(?P<m>{'|'.join(sorted(map(re.escape, _month_numbers()), key=len, reverse=True))})(?:ы|і|ының|інің)?(?!\w)"
    )
    second = r"(?: ?/ ?[^\W\d]+(?: [^\W\d]+)?)?"  # Arabic newspapers give two names of a month
    year_word = r"(?: ?(?:года|год|г\.|г|ж\.|жыл(?:ы|дың|ғы)?)(?!\w))?"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            rf"(?<!\d){_YEAR}(?P<mark>[-/.])(?P<n>[01]?\d)(?P=mark){_DAY}(?!\d)",
            rf"(?<![\d.]){_DAY}(?P<mark>[-/.])(?P<n>[01]?\d)(?P=mark){_YEAR}(?!\d)(?: ?г\.)?",
            rf"(?<!\d){_DAY}(?:er|st|nd|rd|th)? (?:de |of )?{month}\.?{second},? {_YEAR}(?!\d){year_word}",
            rf"(?<!\w){month}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}(?!\d)",
            rf"(?<!\d){_YEAR} ?(?:жылғы|жылдың|жылы|жыл|ж\.),? {_DAY} ?-?(?:ші|шы)? ?{month}",
        )
    )


def dates_in(text: str, language: str) -> Iterator[FoundDate]:
    """Every full date. `03/04/2025` is none in an English text: it may be either."""
    for pattern in _patterns():
        for match in pattern.finditer(text.translate(_DIGITS)):
            parts = match.groupdict()
            number = int(parts["n"]) if parts.get("n") else _month_numbers()[parts["m"].casefold()]
            day = int(parts["d"])
            ambiguous = language == "en" and match.start("d") < match.start("y") and parts.get("mark") == "/"
            if ambiguous and day <= 12 and day != number:
                continue
            try:
                yield FoundDate(Span(*match.span()), date(int(parts["y"]), number, day).isoformat())
            except ValueError:
                continue


_PUBLISHED = (
    r"(?:date(?: de publication)?|publi(?:é|ée|cation)(?: (?:le|par [^\n,|]{2,40},? le))?|mise? en ligne(?: le)?|"
    r"posté le|le|"
    r"published(?: on)?|posted(?: on)?|date published|on|"
    r"опубликовано|дата(?: публикации)?|размещено|жарияланды|жарияланған(?: күні)?|күні|"
    r"ن[ُ]?شر(?: في| بتاريخ| يوم)?|تاريخ النشر|بتاريخ|التاريخ)"
)
_UPDATED = (
    r"(?:mise? à jour(?: le)?|actualisé(?: le)?|modifié le|(?:last )?updated(?: on)?|обновлено|жаңартылды|آخر تحديث)"
)


@cache
def _alone() -> re.Pattern[str]:
    """What may stand before an article's date on its line."""
    day = f"(?i:{weekday_pattern()})?"
    label = f"(?i:{_PUBLISHED}|{_UPDATED})[ :،,]*"
    return re.compile(
        rf"(?:(?:{label})?{day}|"
        rf"{PLACE}(?: ?\({AGENCY}\)| ?\([^()\n]{{2,30}}\)|, ?{PLACE})?(?:[.,:،]| [–—-])(?: ?le)? ?{day}|"  # a dateline
        rf"[^\n]{{0,120}}(?:[|•·]|\s[–—-]|\)) ?(?:{label})?{day}|"
        rf"[^\n]{{0,120}}[,|•·–—-] ?{label}{day}|"
        rf"(?:[A-Z]{{1,4}}/)?{AGENCY.replace('name', 'signed')}[ ,–—-]*|"
        rf"(?:Fait à|Done (?:at|in)|Signé à) {PLACE},? (?:le )?{day})"
    )


_BEHIND_BYLINE = re.compile(r"\s*(?:[,|•·–—-]\s*(?:le|publié le|on|published on)?|\s(?:le|publié le|on|published on))$")
_BEHIND = re.compile(
    rf"[\s)\].]*$|,? ?(?:à |at |в |сағат |الساعة |[-–—|•] ?)?\d{{1,2}} ?(?:[:hH.] ?\d{{0,2}}|[ap]\.?m)[^.!?]{{0,40}}$|"
    rf"\s*[|•·]|\s+[–—-]\s|\s*[(/\[] ?[{UPPER}\u0621-\u064a]|,? (?:par|by) [{UPPER}][^\n]{{0,60}}$|"
    rf",\s*{PLACE}\s*(?:\.|\s[–—-]|$)|[.,]? ?{AGENCY}\b|\.\s+[{UPPER}«“\"]"
)


def is_the_articles(line: str, found: FoundDate) -> bool:
    """Whether a date stands on its line as an article's own date does."""
    before = line[: found.span.start].strip(" \t\r\u00a0*#([")
    after = line[found.span.end :].rstrip()
    if not _BEHIND.match(after) or re.search(r"[.!?]\s", before):
        return False
    if re.search(r"\s[–—-]$", before) and re.match(r"\s+[–—-]\s", after):
        return False  # a parenthesis between dashes
    if re.match(r"\.\s", after) and len(before.split()) > 5:
        return False  # the end of a sentence
    behind_a_byline = (mark := _BEHIND_BYLINE.search(before)) and byline(before[: mark.start()])
    return bool(_alone().fullmatch(f"{before} ".lstrip()) or behind_a_byline)


def article_date(visible: str, language: str) -> str | None:
    """The date of an article as ISO 8601: alone on its line, in a dateline or behind a label, and with its year.

    Args:
        visible: its text without boilerplate.
        language: ISO 639-1.
    """
    end = len(visible.rstrip())
    begin = min(end, len(visible) - len(visible.lstrip()))
    updated: str | None = None
    for start, stop in ((begin, min(end, begin + _HEAD_CHARS)), (max(begin, end - _TAIL_CHARS), end)):
        line_start = visible.rfind("\n", 0, start) + 1
        for line in visible[line_start:].split("\n"):
            for found in sorted(dates_in(line[: stop - line_start + 40], language), key=lambda each: each.span):
                if not start <= line_start + found.span.start < stop or not is_the_articles(line, found):
                    continue
                if not re.search(
                    rf"(?:{_UPDATED})\W*(?:{weekday_pattern()})?$", line[: found.span.start], re.IGNORECASE
                ):
                    return found.iso
                updated = updated or found.iso
            line_start += len(line) + 1
            if line_start > stop:
                break
    return updated


# What belongs to a dateline behind its date: the agency in brackets, a dash.
_REST_OF_DATELINE = re.compile(r"[ \u00a0]*(?:[(\[/][^()\n]{2,60}[)\]/])?[ \u00a0]*(?:[–—:|-]+|[.,](?= |$))?[ \u00a0]*")
_LINE_CHARS = 110  # a longer line has the first sentence on it
_LINES = 8  # at the head


def dateline(visible: str, language: str) -> Span | None:
    """Where an article says where and when it was written: "Rabat, 29 January 2026 (MAP) –", or all of such a line.

    What follows on its line stays: the first sentence, or who signs. Arguments as for `article_date`.
    """
    lines = [match for match in re.finditer(r"[^\n]+", visible) if match.group().strip()][:_LINES]
    for line in lines:
        text = line.group()
        for found in sorted(dates_in(text[:_HEAD_CHARS], language), key=lambda each: each.span):
            if not is_the_articles(text, found):
                continue
            rest = _REST_OF_DATELINE.match(text, found.span.end)
            end = rest.end() if rest else found.span.end
            behind = text[end:].strip()
            before = text[: found.span.start].strip(" ,|•·–—-")
            signed = byline(behind[:1].upper() + behind[1:])
            if len(text.strip()) <= _LINE_CHARS and not signed and not re.search(r"[.!?…]$", behind):
                end = len(text.rstrip())
            start = found.span.start if byline(before) else len(text) - len(text.lstrip())
            return Span(line.start() + start, line.start() + end)
    return None
