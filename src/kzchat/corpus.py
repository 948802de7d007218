"""A folder of files in, Articles out: the text as stored, what it says about itself, and what in it is boilerplate.

Nothing is rewritten: cleaning marks spans, so that every offset points into the file as it is. A file that cannot
be read is reported by name and the rest goes on. A `.jsonl` file of rows `{"id", "text", "title"}` is a corpus
too: each row is an article whose file name is its id.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kzchat import about
from kzchat.cleaning import boilerplate_spans
from kzchat.dates import article_date
from kzchat.errors import CorpusError
from kzchat.extracted import Hints, NoText
from kzchat.extraction import SUFFIXES, extract
from kzchat.languages import LANGUAGES, detect_language
from kzchat.schema import Article, Span

VERSION = 2  # part of the index fingerprint: raise it when the same file would be read or cleaned differently

_FEW_WORDS = 30

__all__ = [
    "SUFFIXES",
    "VERSION",
    "SourceFile",
    "Unreadable",
    "boilerplate_spans",
    "content_spans",
    "decode",
    "describe",
    "read",
    "scan",
]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus as it is on disk, before it is read."""

    file: str
    sha256: str
    size: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that was passed over, and why."""

    file: str
    why: str


def scan(corpus: Path, max_file_bytes: int) -> Iterator[SourceFile | Unreadable]:
    """Walk a corpus in a stable order without interpreting it.

    Raises:
        CorpusError: the folder is missing, unreadable, or holds no article.
    """
    if corpus.is_file() and corpus.suffix == ".jsonl":
        yield from _scan_jsonl(corpus)
        return
    try:
        paths = sorted(path for path in corpus.rglob("*") if path.suffix.lower() in SUFFIXES)
        next(corpus.iterdir(), None)
    except OSError as error:
        raise CorpusError(
            f"The folder of articles {corpus} cannot be read: {error.strerror}.",
            "Name another with --corpus FOLDER, or set `corpus` in kzchat.toml.",
        ) from error
    if not paths:
        raise CorpusError(
            f"The folder of articles {corpus} holds no {' or '.join(sorted(SUFFIXES))} file.",
            "Put articles there, or name another folder with --corpus FOLDER.",
        )
    root = corpus.resolve()
    for path in paths:
        name = path.relative_to(corpus).as_posix()
        try:
            if not path.resolve().is_relative_to(root):
                yield Unreadable(name, "it is a link that leads out of the folder")
                continue
            if not path.is_file():
                continue
            size = path.stat().st_size
            if size > max_file_bytes:
                yield Unreadable(name, f"it has {size:,} bytes, more than max_file_bytes ({max_file_bytes:,})")
                continue
            content = path.read_bytes()
        except OSError as error:
            yield Unreadable(name, error.strerror or str(error))
            continue
        yield SourceFile(name, sha256(content).hexdigest(), len(content), content)


def _scan_jsonl(corpus: Path) -> Iterator[SourceFile | Unreadable]:
    for number, line in enumerate(corpus.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            content = str(row["text"]).encode()
            yield SourceFile(str(row["id"]), sha256(content).hexdigest(), len(content), content)
        except (ValueError, KeyError, TypeError) as error:
            yield Unreadable(f"{corpus.name}:{number}", f"not a row with id and text ({error})")


def read(source: SourceFile) -> Article | Unreadable:
    """Interpret one file."""
    try:
        extracted = extract(source.file, source.content)
    except NoText as error:
        return Unreadable(source.file, str(error))
    return describe(source.file, extracted.text, source.sha256, extracted.hints)


def decode(source: SourceFile) -> str | Unreadable:
    """The text of one file, or why it has none."""
    try:
        return extract(source.file, source.content).text
    except NoText as error:
        return Unreadable(source.file, str(error))


_NO_HINTS = Hints()


def describe(file: str, text: str, digest: str, hints: Hints = _NO_HINTS) -> Article:
    """Find what a text says about itself, where its format has not said so. Pure; nothing is guessed."""
    boilerplate = boilerplate_spans(text)
    visible = about.without(text, boilerplate)
    language = detect_language((visible.strip() or text)[:3000])
    if hints.language in LANGUAGES and len(visible.split()) < _FEW_WORDS:
        language = hints.language  # a page's own word, often its template's, counts where there is little text
    return Article(
        file=file,
        text=text,
        sha256=digest,
        language=language,
        title=hints.title or about.title(visible, language),
        date=hints.date or article_date(visible, language),
        outlet=hints.outlet or about.outlet(text, visible),
        author=hints.author or about.author(visible),
        boilerplate=boilerplate,
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
