"""A text in, what it says about itself out: title, outlet, author. Nothing is guessed.

A capitalised word behind "Par" is not an author, an acronym in brackets no agency: each is taken only from where
newspapers put it, at the head or the tail, in the forms they use. The article's date is found by `dates`.
"""

import re
from collections.abc import Sequence

from kzchat.bylines import AGENCY, PLACE, byline, is_affiliation
from kzchat.dates import dates_in, is_the_articles
from kzchat.schema import Span

UNTITLED = "Untitled"
_TITLE_CHARS = 160
_HEAD_CHARS = 300
_MASTHEAD_WORDS = 6
_HEADLINE = re.compile(rf".{{10,{_TITLE_CHARS}}}(?<![.…])")  # no full stop
# What newspapers are called.
_NEWSPAPER = re.compile(
    r"\b(?:Courrier|Gazette|Tribune|Journal|Quotidien|Écho|Figaro|Dépêche|Times|Review|Post|Herald|News|Daily|Dispatch|"
    r"Ledger|Chronicle|Observer|Standard|Телеграф|Ведомости|Известия|Вестник|Газета|Новости|газеті|صحيفة|جريدة)\b|"
    r"вестник|газет",
)

_AGENCY_LINE = re.compile(rf"(?:[A-Z]{{1,4}}/|[(/\[—–-] ?)?{AGENCY}[)/\]]?\.?")
_AGENCY_AT_END = re.compile(
    rf"(?:\({AGENCY}\)|[—–-] ?{AGENCY.replace('name', 'dashed')}|/{AGENCY.replace('name', 'slashed')}/?)\.?$"
)
_SIGNATURE = re.compile(r"[A-Z]{1,4}/(?P<name>[A-Z]{2,6})")
_AGENCY_FIRST = re.compile(
    rf"(?:\({AGENCY}\)|{AGENCY.replace('name', 'bare')})(?: ?[–—-] | (?:le )?(?=\d{{1,2}}[ /.]))"
)
_DATELINE = re.compile(
    rf"{PLACE}[.,]?(?: (?:le )?\d{{1,2}} ?[^\W\d_]+\.?(?:,? \d{{4}})?(?: г\.)?| [^\W\d_]+\.? \d{{1,2}}(?:, \d{{4}})?)?"
    rf"[ .,]*[(/\[—–-]? ?{AGENCY} ?(?:[)/\]]?[ .:]*(?:[—–:-]|$)|/\.|(?<=[а-яёА-ЯЁ])\.)(?: |$)"
)
_SOURCE = re.compile(
    r"^(?:Sources?|Источник|Дерек ?көз[іи]?|المصدر)[ \u00a0]*[:：][ \u00a0]*(?P<name>[^\n]{2,60}?)(?<![.!?])$"
)
_REPORTS = re.compile(r",\s(?P<name>(?:the )?[A-ZА-Я«“\"][^,\n]{3,90}?)\s(?:reports?|informs?)[ \t]*\.?$")
_REPORTED_BY = re.compile(
    r",\s(?:rapporte|indique|передаёт|передает|сообщает|пишет|информирует|деп хабарлайды|деп жазады)\s"
    r"(?P<name>(?:l[’']agence |la |le |l[’']|агентство |корреспондент (?:агентства )?|МИА |ИА )?[^,.\n]{2,60}?)\.?$"
)
_INSTITUTION = re.compile(
    rf"^(?:{AGENCY}\b|[«“\"]|\S+\.(?:kz|ru|ma|com|org|net)\b|(?:Пресс-служба|Министерство|МИД|Посольство|Акорда)\b)"
)
_BEFORE_OUTLET = re.compile(r"^(?:[Tt]he |l[’']agence |la |l[’']|агентство |корреспондент (?:агентства )?|МИА |ИА )")


def without(text: str, boilerplate: Sequence[Span]) -> str:
    """The text with blanks for its boilerplate: offsets and lines stay."""
    pieces: list[str] = []
    at = 0
    for span in boilerplate:
        pieces += [text[at : span.start], re.sub(r"[^\n]", " ", text[span.start : span.end])]
        at = span.end
    return "".join((*pieces, text[at:]))


def title(visible: str, language: str) -> str:
    """The first line that a reader would call the title, cut to a title's length at a word."""
    previous_is_byline = False
    lines = visible.split("\n")
    for at, line in enumerate(lines):
        stripped = " ".join(line.split()).lstrip("#*•— ").strip()
        if not stripped:
            continue
        says_who = previous_is_byline and len(stripped) <= _TITLE_CHARS and is_affiliation(stripped)
        previous_is_byline = byline(stripped) is not None
        if previous_is_byline or says_who or _SOURCE.match(stripped) or _AGENCY_LINE.fullmatch(stripped):
            continue
        headline = _without_dateline(stripped, language)
        if len(headline) < 10 or " " not in headline:
            continue
        if _is_masthead(headline) and _HEADLINE.fullmatch(" ".join(lines[at + 1 : at + 2]).strip()):
            continue
        return _cut(headline)
    return UNTITLED


def _is_masthead(line: str) -> bool:
    """Whether the line above a headline names the newspaper, or its section."""
    words = line.split()
    return len(words) <= _MASTHEAD_WORDS and (len(words) <= 2 or "|" in line or bool(_NEWSPAPER.search(line)))


def _cut(headline: str) -> str:
    if len(headline) <= _TITLE_CHARS:
        return headline.rstrip(".") if not headline.endswith("..") else headline
    first_sentence = re.split(r"(?<=[.!?؟])\s", headline, maxsplit=1)[0]
    if 20 <= len(first_sentence) <= _TITLE_CHARS:
        return first_sentence.rstrip(".")
    return headline[:_TITLE_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"


def _without_dateline(line: str, language: str) -> str:
    """What is left of a line behind "Rabat, 29 janvier 2026 (MAP) –"; nothing of a line that is only a date."""
    if dateline := _DATELINE.match(line) or _AGENCY_FIRST.match(line):
        return line[dateline.end() :].strip()
    for found in dates_in(line[:_HEAD_CHARS], language):
        if is_the_articles(line, found):
            rest = re.sub(r"^[\s(\[]*[^()\n]{0,30}[)\]]", "", line[found.span.end :])
            rest = re.split(r"\s[–—-]\s", rest, maxsplit=1)[-1] if re.search(r"\s[–—-]\s", rest) else rest
            return rest.strip(" –—-|.,") if len(rest) > 60 else ""
    return line


def author(visible: str) -> str | None:
    """Who signs, as written: from a byline in the first or last lines."""
    lines = [line for raw in visible.split("\n") if (line := " ".join(raw.split()))]
    for line in (*lines[:8], *lines[8:][-3:]):
        if name := byline(line.strip("*_# ")):
            return name
    return None


def outlet(text: str, visible: str) -> str | None:
    """Which agency or newspaper it is from: a signature at the end, a dateline, a source line, "X reports"."""
    every = [line for raw in text.split("\n") if (line := raw.strip(" \t\r\u00a0\ufeff*_"))]
    content = [line for raw in visible.split("\n") if (line := raw.strip(" \t\r\u00a0*_"))]
    for line in reversed(every):
        if match := _AGENCY_LINE.fullmatch(line) or _SIGNATURE.fullmatch(line):
            return str(match["name"])
    for line in (*content[:6], *content[6:][-4:]):
        if match := _SOURCE.match(line):
            return re.sub(r"^https?://(?:www\.)?([^/\s]+)\S*$", r"\1", match["name"].strip())
    if content and (match := _AGENCY_AT_END.search(content[-1])):
        return str(match["name"] or match["dashed"] or match["slashed"])
    for line in content[:5]:
        if match := _DATELINE.match(line):
            return str(match["name"])
        if match := _AGENCY_FIRST.match(line):
            return str(match["name"] or match["bare"])
        if match := _REPORTS.search(line[-140:]):
            return _BEFORE_OUTLET.sub("", match["name"].strip())
        if match := _REPORTED_BY.search(line[-140:]):
            name = _BEFORE_OUTLET.sub("", match["name"].strip())
            if _INSTITUTION.match(name):
                return name
    return None
