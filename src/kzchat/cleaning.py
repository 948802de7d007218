"""A text in, the spans of it that are not the article out: nothing is rewritten.

Marked are forms, notices, share links, other articles' titles and what follows their headings, credits, and titles
that are repeated. In doubt less is marked: a share link that is indexed costs little, a lost sentence is an answer
that cannot be given.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kzchat import furniture
from kzchat.schema import Span
from kzchat.sentences import sentence_spans

_DECORATION = " \t\r\u00a0\u200b\u200e\u200f\ufeff*#>|•»«★►▶→–—_-[]()"
_ENDED = re.compile(r"[.!?؟][»”\"’)\]]*$")
_SENTENCE_BREAK = re.compile(r"[.!?؟][»”\"’)\]]*\s")
_DATED_END = re.compile(r"(?:19|20)\d\d\b(?:.{0,20}\d)?(?: ?[гж]\.)?$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_TITLE_CHARS = 200  # no title is longer
_PROSE_CHARS = 180  # a line of so many characters that ends like a sentence is a paragraph, not a title or a teaser
_REPEATED_CHARS = 31  # shorter lines may well come twice
_ARTICLES = frozenset("le la les l un une des du de d the a an et and".split())


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that has something on it, without the white space around it."""

    start: int
    end: int
    text: str

    @property
    def bare(self) -> str:
        """Without bullets, hashes and the like."""
        return self.text.strip(_DECORATION)

    @property
    def is_prose(self) -> bool:
        """Whether it is surely a paragraph of an article."""
        several = len(self.text) >= 100 and bool(_SENTENCE_BREAK.search(self.text))
        return bool(_ENDED.search(self.text)) and (several or len(self.text) >= _PROSE_CHARS)

    @property
    def is_sentence(self) -> bool:
        return len(self.text) >= 40 and bool(_ENDED.search(self.text))


def boilerplate_spans(text: str) -> tuple[Span, ...]:
    """Spans that are not the article.

    Returns:
        Sorted spans into `text` that neither touch nor overlap.
    """
    lines = list(_lines(text))
    spans = [Span(0, 1)] if text.startswith("\ufeff") else []
    spans.extend(_furniture(lines))
    spans.extend(_notices(text, lines))
    spans.extend(_inline_titles(text))
    spans.extend(_lists_of_titles(text, lines))
    spans.extend(_repeated(text, lines))
    return merged(text, spans)


def _lines(text: str) -> Iterator[_Line]:
    for match in re.finditer(r"[^\n]+", text):
        stripped = match.group().strip(" \t\r\u00a0\u200b\ufeff")
        if stripped:
            start = match.start() + match.group().index(stripped)
            yield _Line(start, start + len(stripped), stripped)


def _furniture(lines: list[_Line]) -> Iterator[Span]:
    for line in lines:
        if len(line.text) > 300:
            continue
        whole = (
            furniture.FURNITURE_LINE.fullmatch(line.text)
            or furniture.FURNITURE_LINE.fullmatch(line.bare)
            or furniture.FORM_HEADING.fullmatch(line.bare)
            or furniture.SIGNATURE_LINE.fullmatch(line.bare)
        )
        if whole:
            yield Span(line.start, line.end)
        else:
            yield from _share_after_date(line)


def _share_after_date(line: _Line) -> Iterator[Span]:
    """The links at the end of a date's line: the date itself is evidence."""
    for match in re.finditer(r"(?<=[\s|·•])[^\W\d_]", line.text) if _YEAR.search(line.text) else ():
        dated = _DATED_END.search(line.text[: match.start()].rstrip(" \t\u00a0|·•,–—-"))
        if dated and furniture.SHARE_PHRASE.fullmatch(line.text, match.start()):
            yield Span(line.start + match.start(), line.end)
            return


def _notices(text: str, lines: list[_Line]) -> Iterator[Span]:
    for line in lines:
        if furniture.NOTICE_WORD.search(line.text):
            for span in sentence_spans(text, line.start, line.end):
                sentence = text[span.start : span.end].lstrip(_DECORATION)
                if furniture.NOTICE.match(sentence) or furniture.COOKIE_NOTICE.match(sentence):
                    yield span


def _inline_titles(text: str) -> Iterator[Span]:
    """ "Lire aussi: <another article's title>": the title has no full stop, the article goes on behind it."""
    for match in furniture.READ_ALSO_INLINE.finditer(text):
        before = text[max(0, match.start() - 20) : match.start()].rstrip(" \t\u00a0")[-1:]
        if before and before not in '\n\r.!?…»”")]؟:*•-–—>|':
            continue
        line_end = text.find("\n", match.end())
        line_end = len(text) if line_end < 0 else line_end
        yield Span(match.start(), _title_end(text, match, line_end, at_line_start=before in ("", "\n", "\r")))


def _title_end(text: str, marker: re.Match[str], line_end: int, at_line_start: bool) -> int:
    start = marker.end()
    limit = min(line_end, start + _TITLE_CHARS)
    closer = {"(": ")", "[": "]"}.get(marker["bracket"] or "") or {"«": "»", "“": "”", '"': '"'}.get(
        text[start : start + 1]
    )
    if closer and (close := text.find(closer, start + 1, limit + 50)) > 0:
        behind = text[close + 1 : line_end].lstrip(" \u00a0")[:1]
        if closer in ")]" or not (behind.islower() or behind in (",", ":")):
            return close + 1
    first = next(iter(sentence_spans(text, start, min(line_end, start + 2 * _TITLE_CHARS))), None)
    if first is None:
        return start
    title_case = _title_case(text[start:limit])
    for boundary in furniture.SENTENCE_STARTER.finditer(text, start + 1, min(first.end, limit)):
        if boundary.start() - start > 10 and (
            not title_case or _prose_follows(text[boundary.end() : boundary.end() + 60])
        ):
            return boundary.start()
    sentence = text[first.start : first.end]
    goes_on_behind = bool(text[first.end : min(line_end, first.end + 20)].strip())
    if sentence[-1] in "?!؟" or not _ENDED.search(sentence):
        longest = _TITLE_CHARS
    elif goes_on_behind:  # a full stop: the title may have swallowed a sentence
        longest = 60
    else:
        longest = 110 if at_line_start else 0
    return first.end if len(sentence) <= longest else start


def _title_case(title: str) -> bool:
    """Whether A Title Is Written Like This."""
    words = re.findall(r"[^\W\d_]{4,}", title)[:6]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)


def _prose_follows(following: str) -> bool:
    words = following.split()[1:3]
    return bool(words) and words[0][0].islower() and not furniture.TITLE_LINK_WORD.match(words[0])


def _lists_of_titles(text: str, lines: list[_Line]) -> Iterator[Span]:
    """A heading over a form or over other articles, with all that stands under it."""
    first_sentence = next((at for at, line in enumerate(lines) if line.is_sentence), len(lines))
    prose = [at for at, line in enumerate(lines) if line.is_prose]
    last_title = max((at for at, line in enumerate(lines) if not _ENDED.search(line.text)), default=-1)
    done = 0
    for at, line in enumerate(lines):
        is_form = furniture.FORM_HEADING.fullmatch(line.bare)
        is_read_also = furniture.READ_ALSO_HEADING.fullmatch(line.bare)
        if at < done or not (is_form or is_read_also or furniture.LIST_HEADING.fullmatch(line.bare)):
            continue
        if at < first_sentence:  # a menu above the article
            yield Span(line.start, line.end)
            continue
        prose_below = prose[bisect_right(prose, at) :][:2]
        if is_read_also:
            resumed = _after_titles(lines, at + 1, last_title)
        elif len(prose_below) == 2 and not (is_form and line.start > len(text) // 3):
            resumed = prose_below[0]
        else:
            resumed = None
        if resumed is None:
            yield Span(line.start, len(text))
            return
        done = resumed
        yield Span(line.start, lines[resumed].start)


def _after_titles(lines: list[_Line], below: int, last_title: int) -> int | None:
    """Where the article goes on below "Read also" and a title or more; None where only titles follow."""
    for at in range(below, len(lines)):
        if lines[at].is_prose or (at > below and at > last_title and lines[at].is_sentence):
            return at
    return None


def _repeated(text: str, lines: list[_Line]) -> Iterator[Span]:
    """Lines that say again what an earlier line said, and an opening that is said twice on one line."""
    seen: list[str] = []  # sorted
    without_articles: set[str] = set()
    for line in lines:
        key = re.sub(r"\W+", " ", line.text).casefold().strip()
        if len(key) < _REPEATED_CHARS:
            continue
        place = bisect_left(seen, key)
        bare = " ".join(word for word in key.split() if word not in _ARTICLES)
        if bare in without_articles or any(other.startswith(key) for other in seen[place : place + 1]):
            yield Span(line.start, line.end)
        else:
            seen.insert(place, key)
            without_articles.add(bare)
    opening = re.match(r"\s*(?P<title>\S.{28,200}?)(?P<again>(?:[^\S\n]+(?P=title))+)(?=\s|$)", text)
    if opening:
        yield Span(*opening.span("again"))


def merged(text: str, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted, and one where they overlap or have only white space between them."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and not text[found[-1].end : span.start].strip():
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        elif span.start < span.end:
            found.append(span)
    return tuple(found)
