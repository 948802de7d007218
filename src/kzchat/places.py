"""FILE#START-END in, the text before, inside and after that place out."""

import re

from kzchat.errors import UsageError
from kzchat.schema import Article, Span

_PLACE = re.compile(r"^(?P<file>.+?)(?:#(?P<start>\d+)-(?P<end>\d+))?$", re.DOTALL)


def parse_place(place: str) -> tuple[str, Span | None]:
    """The file and the span of a place; the span is None where the whole file is meant."""
    match = _PLACE.match(place)
    if match is None:
        raise UsageError("No article was named.", "Name one as FILE or FILE#START-END.")
    if match["start"] is None:
        return match["file"], None
    return match["file"], Span(int(match["start"]), int(match["end"]))


def marked(article: Article, span: Span | None) -> tuple[str, str, str]:
    """An article's text cut in three: before the span, the span, after it. Without a span all of it is before.

    Raises:
        UsageError: the span is not inside the article.
    """
    if span is None:
        return article.text, "", ""
    if not 0 <= span.start < span.end <= len(article.text):
        raise UsageError(
            f"{article.file} has {len(article.text):,} characters; {span.start}-{span.end} is not inside it.",
            "Name a place as a citation or `kzchat search` gives it.",
        )
    return article.text[: span.start], article.text[span.start : span.end], article.text[span.end :]
