"""Markdown in, readable text and the front matter's metadata out, by markdown-it.

One heading, paragraph or list item a line, with a blank line between blocks. Images, the addresses of links and raw
HTML tags are dropped; code stays as it is.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from html import unescape
from typing import TYPE_CHECKING

from kzchat.extracted import Extracted, Hints, with_title

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_HIDDEN_HTML = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<(?:br|p)\b", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def extract(markdown: str) -> Extracted:
    """The text of a Markdown file. Front matter that is not valid YAML is kept as text."""
    from markdown_it import MarkdownIt

    front_matter = _FRONT_MATTER.match(markdown)
    fields = _fields(front_matter["yaml"]) if front_matter else None
    body = markdown[front_matter.end() :] if front_matter and fields is not None else markdown
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body.lstrip("\ufeff"))
    heading = next((t for t in tokens if t.type == "heading_open"), None)
    title = _inline(tokens[tokens.index(heading) + 1]) if heading and heading.tag == "h1" else None
    given = fields or {}
    title = _first(given, "title") or title or None
    text = _text(tokens)
    return Extracted(
        with_title(text, title) if text.strip() else "",
        Hints(
            title=title,
            date=_first_date(given, "date", "published", "publish_date", "pubdate"),
            outlet=_first(given, "outlet", "publisher", "source", "site_name", "publication"),
            author=_first(given, "author", "authors", "byline"),
            language=(_first(given, "language", "lang") or "")[:2].lower() or None,
        ),
    )


def _fields(front_matter: str) -> dict[str, str] | None:
    """Its fields as strings, or None where it is not a YAML mapping."""
    import yaml

    try:
        loaded = yaml.safe_load(front_matter)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return {str(key).casefold(): _string(value) for key, value in loaded.items()} if isinstance(loaded, dict) else None


def _string(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):  # of names; deeper lists can be endless
        return ", ".join(_string(each) for each in value[:20] if not isinstance(each, list))
    if isinstance(value, dict):
        name = value.get("name")
        return name if isinstance(name, str) else ""
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""


def _first(fields: dict[str, str], *names: str) -> str | None:
    return next((fields[name] for name in names if fields.get(name)), None)


def _first_date(fields: dict[str, str], *names: str) -> str | None:
    match = _ISO.match(_first(fields, *names) or "")
    try:
        return date.fromisoformat(match.group()).isoformat() if match else None
    except ValueError:
        return None


def _text(tokens: Sequence["Token"]) -> str:
    """Blocks as lines. A list's items and a table's rows stand on lines next to each other."""
    pieces: list[str] = []
    marker = ""  # the number of an ordered item, for its first line
    cells: list[str] = []
    tight = 0  # inside how many lists or tables
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open", "table_open"}:
            tight += 1
        elif token.type in {"bullet_list_close", "ordered_list_close", "table_close"}:
            tight -= 1
            if not tight and pieces:
                pieces[-1] = pieces[-1].rstrip("\n") + "\n\n"
        elif token.type == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else ""
        elif token.type in {"th_close", "td_close"}:
            cells.append(pieces.pop().strip() if pieces else "")
        elif token.type == "tr_close":
            pieces.append(" | ".join(cells) + "\n")
            cells.clear()
        elif token.type == "inline":
            pieces.append(marker + _inline(token) + ("\n" if tight else "\n\n"))
            marker = ""
        elif token.type in {"fence", "code_block"}:
            pieces.append(token.content.rstrip("\n") + "\n\n")
        elif token.type == "html_block" and (kept := _without_tags(token.content)):
            pieces.append(kept + "\n\n")
    return "".join(piece for piece in pieces if piece.strip()).rstrip("\n") + "\n"


def _inline(token: "Token") -> str:
    parts: list[str] = []
    for child in token.children or ():
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type == "softbreak":
            parts.append(" ")
        elif child.type == "hardbreak" or (child.type == "html_inline" and _BREAK.match(child.content)):
            parts.append("\n")
    return re.sub(r"[ \t]{2,}", " ", "".join(parts)).strip()


def _without_tags(html: str) -> str:
    lines = unescape(_TAG.sub("", _HIDDEN_HTML.sub("", html))).splitlines()
    return "\n".join(stripped for line in lines if (stripped := line.strip()))
