"""A PDF's bytes in, its text as paragraphs out, by PDFium.

Wrapped lines and words hyphenated at a line's end are joined; headers and footers that run through the pages and page
numbers are dropped. Nothing is recognised in images.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from kzchat.extracted import Extracted, Hints, NoText

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_PAGE_NUMBER = re.compile(r"^\W*\d{1,4}\W*$")
_NUMBERED_PAGE = re.compile(
    r"^\W*(?:page|p\.|стр\.?|страница|бет|صفحة)\s*\d{1,4}(?:\s*(?:/|of|sur|de|из|من)\s*\d{1,4})?\W*$|"
    r"^\W*\d{1,4}\s*(?:/|of|sur|из|من)\s*\d{1,4}\W*$",
    re.IGNORECASE,
)
_EDGE_LINES = 2  # headers and footers are looked for in so many lines at the top and the bottom of a page
_LINE_END_HYPHEN = "\ufffe\x02"  # PDFium's own marks for one: it then leaves the line break out
_HYPHENS = _LINE_END_HYPHEN + "-\u00ad\u2010"
_ONE_LINE = re.compile(rf"[^\r\n{_LINE_END_HYPHEN}]+[{_LINE_END_HYPHEN}]?")
_RIGHT_TO_LEFT = re.compile(r"[^\w]*[\u0590-\u08ff]")
_BULLETS = "•▪◦‣●■"
_SENTENCE_END = re.compile(r"[.!?…؟][»”\")\]]*$")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page, in points from its lower left corner."""

    text: str
    left: float
    right: float
    bottom: float
    height: float

    def beside(self, other: "_Line") -> bool:
        """Whether they share a column and a type size."""
        overlap = min(self.right, other.right) - max(self.left, other.left)
        return overlap > 0 and abs(self.height - other.height) < 0.15 * self.height


def extract(content: bytes) -> Extracted:
    """The text of all pages.

    Raises:
        NoText: the file is damaged, encrypted, or has pictures of text only.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise NoText("the PDF is encrypted", "save a copy without its password, or as text") from error
        raise NoText("the PDF is damaged", "download it again, or save the article as text") from error
    try:
        pages = [list(_lines(page)) for page in document]
        if not any(pages):
            raise NoText("the PDF has no text, only pictures", "recognise its text first: ocrmypdf IN.pdf OUT.pdf")
        text = "\n\n".join(_paragraphs(_without_running_lines(pages))) + "\n"
        return Extracted(text, _hints(document, text))
    except pypdfium2.PdfiumError as error:
        raise NoText("a page of the PDF is damaged", "download it again, or save the article as text") from error
    finally:
        document.close()


def _lines(page: "PdfPage") -> Iterator[_Line]:
    """The lines of a page in reading order, with where they stand."""
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    last = textpage.count_chars() - 1
    for match in _ONE_LINE.finditer(text):
        characters = list(match.group())
        if not match.group().strip():
            continue
        boxes = [textpage.get_charbox(min(at, last), loose=True) for at in range(*match.span())]
        for at, (box, following) in enumerate(pairwise(boxes)):
            if box == following and characters[at] in "اأإآ" and characters[at + 1] == "ل":
                characters[at : at + 2] = (
                    "ل",
                    characters[at],
                )  # PDFium gives the two letters of a ligature back to front
        inked = [box for box, character in zip(boxes, characters, strict=True) if not character.isspace()]
        lefts, bottoms, rights, tops = zip(*inked, strict=True)
        height = median(top - bottom for top, bottom in zip(tops, bottoms, strict=True))
        yield _Line(" ".join("".join(characters).split()), min(lefts), max(rights), median(bottoms), max(height, 0.1))


def _without_running_lines(pages: list[list[_Line]]) -> list[list[_Line]]:
    """Drop page numbers, and lines at the edge of a page that stand on most pages but for their numbers."""

    def key(line: _Line) -> str:
        return re.sub(r"\d+", "#", line.text.casefold())

    def edges(lines: list[_Line]) -> list[_Line]:
        by_height = sorted(lines, key=lambda line: -line.bottom)
        return by_height[:_EDGE_LINES] + by_height[max(_EDGE_LINES, len(lines) - _EDGE_LINES) :]

    seen = Counter(found for lines in pages for found in {key(line) for line in edges(lines)})
    running = {found for found, times in seen.items() if len(pages) > 1 and times > len(pages) / 2}

    def runs(line: _Line) -> bool:
        numbered = _NUMBERED_PAGE.match(line.text) or (len(pages) > 1 and _PAGE_NUMBER.match(line.text))
        return bool(numbered) or key(line) in running

    return [
        [line for line in lines if not (runs(line) and any(line is edge for edge in edges(lines)))] for lines in pages
    ]


def _paragraphs(pages: list[list[_Line]]) -> list[str]:
    """Join wrapped lines to paragraphs."""
    lines = [line for page in pages for line in page]
    gaps = [(above.bottom - below.bottom) / below.height for page in pages for above, below in pairwise(page)]
    usual_gap = median([gap for gap in gaps if gap > 0] or [0.0])  # in heights of a line
    words = Counter(word for line in lines for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", line.text.casefold()))
    paragraphs: list[str] = []
    for page in pages:
        right_edge = {id(line): max(other.right for other in page if line.beside(other)) for line in page}
        left_edge = {id(line): min(other.left for other in page if line.beside(other)) for line in page}
        before: _Line | None = None
        for line in page:
            if before is None:
                goes_on = bool(paragraphs) and not _SENTENCE_END.search(paragraphs[-1]) and line.text[:1].islower()
            else:
                room, indent = right_edge[id(before)] - before.right, line.left - left_edge[id(line)]
                if _RIGHT_TO_LEFT.match(line.text):
                    room, indent = before.left - left_edge[id(before)], right_edge[id(line)] - line.right
                goes_on = _goes_on(before, line, usual_gap, room, indent)
            if goes_on:
                paragraphs[-1] = _joined(paragraphs[-1], line.text, words)
            else:
                paragraphs.append(line.text)
            before = line
    return [stripped for paragraph in paragraphs if (stripped := paragraph.strip(_LINE_END_HYPHEN + "\u00ad "))]


def _goes_on(before: _Line, line: _Line, usual_gap: float, room: float, indent: float) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    ended = bool(_SENTENCE_END.search(before.text))
    if abs(before.height - line.height) > 0.15 * max(before.height, line.height):
        return False
    if line.text[0] in _BULLETS:
        return False
    if before.text[-1] in _HYPHENS or (not ended and line.text[0].islower()):
        return True
    gap = (before.bottom - line.bottom) / line.height
    if gap < 0:  # the top of the next column
        return not ended
    if gap > 1.35 * usual_gap or (ended and (gap > 1.8 or indent > 0.5 * line.height)):
        return False
    first_word = line.text.split(" ", 1)[0]
    word_width = (line.right - line.left) / len(line.text) * (len(first_word) + 1)
    return room < 1.5 * word_width + 0.5 * line.height  # had the word fitted, the break would be on purpose


def _joined(text: str, following: str, words: Counter[str]) -> str:
    """Two lines as one. A hyphen at the line's end stays where the word has one elsewhere, or in a name."""
    head, tail = _LAST_WORD.search(text[:-1]), _FIRST_WORD.match(following)
    if text[-1] not in _HYPHENS or not head or not tail:
        return f"{text} {following}"
    whole = (head.group() + tail.group()).casefold()
    hyphenated = f"{head.group()}-{tail.group()}".casefold()
    compound = words[hyphenated] > words[whole] or (
        not words[whole] and words[head.group().casefold()] > 0 and words[tail.group().casefold()] > 1
    )
    if text[-1] not in "\u00ad\u2010" and (tail.group()[0].isupper() or compound):
        return f"{text[:-1]}-{following}"
    return text[:-1] + following


def _hints(document: "PdfDocument", text: str) -> Hints:
    """The title and author that the file names, where its text bears them out: the rest are names of templates."""
    metadata: dict[str, Any] = document.get_metadata_dict()
    head = " ".join(text[:3000].split()).casefold()

    def borne_out(key: str) -> str | None:
        value = " ".join(str(metadata.get(key) or "").split())
        return value if len(value) > 3 and value.casefold() in head else None

    return Hints(title=borne_out("Title"), author=borne_out("Author"))
