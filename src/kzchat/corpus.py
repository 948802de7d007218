"""A folder of files in, Articles out: the text as stored, what it says about itself, and what in it is boilerplate.

Nothing is rewritten: cleaning marks spans, so that every offset points into the file as it is. A file that cannot
be read is reported by name and the rest goes on. A `.jsonl` file of rows `{"id", "text", "title"}` is a corpus
too: each row is an article whose file name is its id.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kzchat.errors import CorpusError
from kzchat.languages import detect_language
from kzchat.schema import Article, Span

VERSION = 1  # part of the index fingerprint: raise it when the same file would be read or cleaned differently

SUFFIXES = frozenset({".txt", ".md"})
_TITLE_CHARS = 160

_ISO_DATE = re.compile(r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")
_BYLINE = re.compile(r"^[ \t]*(?:Par|By|Автор|Авторы)[ \u00a0]*:[ \u00a0]*(?P<name>[^\n]{3,80})$", re.MULTILINE)
_OUTLET = re.compile(r"^(?:[A-Z]{1,4}/)?(?P<name>MAP|AFP|APS|Reuters|Kazinform|TASS|AP)[ \t]*$", re.MULTILINE)
_REPORTS = re.compile(r",\s(?P<name>[^,\n]{4,90}?)\s(?:reports?|informs?)[ \t]*$", re.MULTILINE)
_DATE_LINE = re.compile(r"^[ \t]*(?:date[ \t:]+)?(?:19|20)\d\d-\d\d-\d\d\b[^\n]{0,40}$", re.MULTILINE)
# From one of these lines to the end of the file there is no article any more.
_TAIL = re.compile(
    r"^[ \t]*(?:Loading|Leave a (?:Reply|Comment)|You may also like|Related (?:posts|articles)|Share this|"
    r"Laisser un commentaire|Vous aimerez aussi|Articles (?:similaires|liés)|À lire aussi|A lire aussi|"
    r"Читайте также|Добавить комментарий|Сондай-ақ оқыңыз|اقرأ أيضا|اترك تعليقا)[ \t]*:?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_CATEGORY = re.compile(r"^[ \t]*-[ \t]*(?:in|dans)[ \t]+\w[^\n]{0,30}$", re.MULTILINE)
_SHARE = re.compile(
    r"^[ \t]*(?:Tell a friend|Share|Partager|Tweet|Print|Imprimer|Facebook|Twitter|WhatsApp|Поделиться|Бөлісу)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_AGENCY_LINE = re.compile(r"^[ \t]*[A-Z]{1,4}/[A-Z]{2,6}[ \t]*$", re.MULTILINE)
# "Lire aussi: <another article's title>" inside a paragraph. The title has no full stop: it ends where a capitalised
# function word follows a word without punctuation.
_READ_ALSO = re.compile(
    r"\b(?:Lire aussi|À lire aussi|Voir aussi|Read also|See also|Читайте также)[ \u00a0]*:[ \u00a0]*"
)
_AFTER_TITLE = re.compile(
    r"(?<=[\w»”\"’)?!…])[ \u00a0](?=(?:De|Du|Des|Le|La|Les|L’|L'|Un|Une|En|Dans|Par|Pour|Sur|Selon|D’|D'|Il|Elle|Ils|"
    r"Elles|Ce|Cet|Cette|Ces|Cela|Au|Aux|À|A|Après|Avant|Lors|Ainsi|Mais|Et|Outre|Parallèlement|Quant|The|This|These|"
    r"In|On|At|He|She|It|They|But|And|According|Meanwhile|В|На|По|Он|Она|Они|Это)\b)"
)


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
    text = decode(source)
    return text if isinstance(text, Unreadable) else describe(source.file, text, source.sha256)


def decode(source: SourceFile) -> str | Unreadable:
    """The text of one file, or why it has none."""
    try:
        text = source.content.decode("utf-8")
    except UnicodeDecodeError as error:
        return Unreadable(source.file, f"it is not UTF-8 text (byte {error.start:,}); save it as UTF-8")
    if "\x00" in text:
        return Unreadable(source.file, "it is a binary file")
    if not text.strip():
        return Unreadable(source.file, "it is empty")
    return text


def describe(file: str, text: str, digest: str) -> Article:
    """Find what a text says about itself. Pure; nothing is guessed that the text does not give."""
    boilerplate = boilerplate_spans(text)
    date = _ISO_DATE.search(text[:300])
    byline = _BYLINE.search(text[:600])
    outlet = _OUTLET.search(text[-60:]) or _REPORTS.search(text[:600])
    return Article(
        file=file,
        text=text,
        sha256=digest,
        language=detect_language(text[:3000]),
        title=_title(text, boilerplate),
        date=date.group() if date else None,
        outlet=_without_article(outlet.group("name")) if outlet else None,
        author=byline.group("name").strip() if byline else None,
        boilerplate=boilerplate,
    )


def _without_article(name: str) -> str:
    return re.sub(r"^(?:the|le|la|l’|l')\s+", "", name.strip(), flags=re.IGNORECASE)


def boilerplate_spans(text: str) -> tuple[Span, ...]:
    """Spans that are not the article: forms, share links, other articles' titles, repeated titles.

    Returns:
        Sorted, merged spans into `text`.
    """
    spans = [
        Span(*match.span())
        for pattern in (_CATEGORY, _SHARE, _AGENCY_LINE, _DATE_LINE)
        for match in pattern.finditer(text)
    ]
    # A tail can only start in the second half: an article may well open with such a word.
    if tail := _TAIL.search(text, len(text) // 3):
        spans.append(Span(tail.start(), len(text)))
    for match in _READ_ALSO.finditer(text):
        line_end = text.find("\n", match.end())
        line_end = len(text) if line_end < 0 else line_end
        first_word_end = text.find(" ", match.end())
        stop = _AFTER_TITLE.search(text, max(first_word_end, match.end()), min(line_end, match.end() + 300))
        if stop:
            spans.append(Span(match.start(), stop.start()))
        elif line_end - match.end() < 300:
            spans.append(Span(match.start(), line_end))
    spans.extend(_repeated_lines(text))
    return _merged(spans)


def _repeated_lines(text: str) -> Iterator[Span]:
    seen: set[str] = set()
    offset = 0
    for line in text.splitlines(keepends=True):
        key = re.sub(r"\W+", " ", line).casefold().strip()
        if len(key) > 30:
            if any(key == other or key in other or (len(key) > 60 and _similar(key, other)) for other in seen):
                yield Span(offset, offset + len(line.rstrip("\n")))
            seen.add(key)
        offset += len(line)


def _similar(one: str, other: str) -> bool:
    """The same words but for an article or two."""
    a, b = set(one.split()), set(other.split())
    return len(a & b) / len(a | b) > 0.85


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def content_spans(article: Article) -> list[Span]:
    """What is left of an article without its boilerplate."""
    spans: list[Span] = []
    at = 0
    for span in (*article.boilerplate, Span(len(article.text), len(article.text))):
        if span.start > at:
            spans.append(Span(at, span.start))
        at = max(at, span.end)
    return spans


def _title(text: str, boilerplate: tuple[Span, ...]) -> str:
    """The first line that is not boilerplate or a byline, cut to a title's length at a word."""
    offset = 0
    after_byline = False
    for line in text.splitlines(keepends=True):
        begin = offset
        offset += len(line)
        stripped = " ".join(line.split()).lstrip("# ")
        covered = any(span.start <= begin and offset - 1 <= span.end for span in boilerplate)
        is_affiliation, after_byline = after_byline, bool(_BYLINE.match(line))  # the line below a byline: who that is
        if len(stripped) < 20 or covered or after_byline or is_affiliation:
            continue
        if len(stripped) <= _TITLE_CHARS:
            return stripped.rstrip(".")
        first_sentence = re.split(r"(?<=[.!?])\s", stripped, maxsplit=1)[0]
        if len(first_sentence) <= _TITLE_CHARS:
            return first_sentence.rstrip(".")
        return stripped[:_TITLE_CHARS].rsplit(" ", 1)[0] + "…"
    return "Untitled"
