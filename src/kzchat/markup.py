"""Pieces of HTML that several parts of the page share: escaped text, links to places, how an article is described."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from textwrap import shorten
from urllib.parse import quote, unquote

from kzchat.page_labels import NATIVE
from kzchat.render import one_line
from kzchat.schema import Citation, Sentence, Span

_LINK = re.compile(r"#?cite-(?P<file>.+)-(?P<start>\d{1,12})-(?P<end>\d{1,12})-(?P<sha>[0-9a-f]{12})")
_TITLE_CHARS = 80


@dataclass(frozen=True, slots=True)
class Link:
    """A place in an article, in the version that was cited."""

    file: str
    span: Span
    sha: str


def parse_link(link: str) -> Link | None:
    """What a citation's link points to; None where it is no such link."""
    match = _LINK.fullmatch(link)
    if match is None:
        return None
    return Link(unquote(match["file"]), Span(int(match["start"]), int(match["end"])), match["sha"])


def link_to(place: Citation | Sentence) -> str:
    """The link of a citation or a sentence."""
    file = quote(place.file, safe="")
    return f"#cite-{file}-{place.start}-{place.end}-{place.article_sha256[:12]}"


def cite_attributes(place: Citation | Sentence) -> str:
    """What page.js needs to open an article at its sentence."""
    return f'data-cite="{text(link_to(place))}"'


def quote_attributes(place: Citation) -> str:
    """What page.js needs to show a quotation beside its number."""
    language = f' data-lang="{text(place.language)}"' if place.language else ""
    return f'data-quote="{text(one_line(place.quote))}"{language}'


def about_line(outlet: str | None, date: str | None, language: str | None, file: str) -> str:
    """Outlet, date, language and file, as far as they are known."""
    return " · ".join(part for part in (outlet, date, NATIVE.get(language or "", language), file) if part)


def short(title: str, width: int = _TITLE_CHARS) -> str:
    """A title in one line, cut at a word."""
    whole = one_line(title)
    if len(whole) <= width:
        return whole
    return (shorten(whole, width, placeholder="").rstrip(" ,;:–-") or whole[: width - 1]) + "…"


def options(pairs: Iterable[tuple[str, str]], chosen: str) -> str:
    """The options of a select, from their values and names."""
    return "".join(
        f'<option value="{text(value)}"{" selected" if value == chosen else ""}>{text(name)}</option>'
        for value, name in pairs
    )


def text(content: str) -> str:
    """Escaped for element content and for quoted attributes. A parser would make a bare carriage return a newline."""
    return escape(content, quote=True).replace("\r", "&#13;")
