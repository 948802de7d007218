"""A file's bytes in, an Article out: its text, what it says about itself, and what in it is boilerplate.

Nothing is rewritten: cleaning marks spans, so that every offset points into the text as it is.
"""

from dataclasses import replace

from kzchat import about
from kzchat.cleaning import boilerplate_spans, merged
from kzchat.dates import article_date, dateline
from kzchat.extracted import Hints, NoText
from kzchat.extraction import extract
from kzchat.folder import SourceFile, Unreadable
from kzchat.languages import LANGUAGES, detect_language
from kzchat.schema import Article, Span

VERSION = 3  # part of the index fingerprint: raise it when the same file would be read or cleaned differently

_FEW_WORDS = 30
_NO_HINTS = Hints()


def read(source: SourceFile) -> Article | Unreadable:
    """Interpret one file."""
    try:
        extracted = extract("" if source.is_row else source.file, source.content)
    except NoText as error:
        return Unreadable(source.file, str(error))
    return describe(
        source.file,
        extracted.text,
        source.sha256,
        replace(extracted.hints, title=extracted.hints.title or source.title),
    )


def describe(file: str, text: str, digest: str, hints: Hints = _NO_HINTS) -> Article:
    """Find what a text says about itself, where its format has not said so. Pure; nothing is guessed."""
    boilerplate = boilerplate_spans(text)
    visible = about.without(text, boilerplate)
    language = detect_language((visible.strip() or text)[:3000])
    if hints.language in LANGUAGES and len(visible.split()) < _FEW_WORDS:
        language = hints.language  # a page's own word, often its template's, counts where there is little text
    line = dateline(visible, language)
    return Article(
        file=file,
        text=text,
        sha256=digest,
        language=language,
        title=hints.title or about.title(visible, language),
        date=hints.date or article_date(visible, language),
        outlet=hints.outlet or about.outlet(text, visible),
        author=hints.author or about.author(visible),
        boilerplate=merged(text, (*boilerplate, line)) if line else boilerplate,
    )


def content_spans(article: Article) -> list[Span]:
    """What is left of an article without its boilerplate."""
    spans: list[Span] = []
    at = 0
    for span in (*article.boilerplate, Span(len(article.text), len(article.text))):
        if span.start > at:
            spans.append(Span(at, span.start))
        at = max(at, span.end)
    return spans
