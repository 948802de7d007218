"""A corpus folder in, its files out, without interpreting them: what there is, and what had to be passed over.

A folder is walked whole; links to folders are not followed, and a link that leads out of the corpus is not read. A
`.jsonl` file is a corpus too: each row `{"id", "text", "title"}`, and each of a row's `contexts`, is an article whose
file name is its id.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath

from kzchat.errors import CorpusError
from kzchat.extraction import SUFFIXES

_OTHER_DOCUMENTS = frozenset({".doc", ".docx", ".odt", ".rtf", ".epub", ".mht", ".eml"})
_SETTLED_NS = 2_000_000_000  # file times are no finer than this on some file systems
_TRIES = 3


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file's bytes, as they were read."""

    file: str
    sha256: str
    content: bytes
    is_row: bool = False  # of a `.jsonl` corpus: plain text, whatever its id looks like
    title: str = ""  # only where a row gives one


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that was passed over, and why, with what to do. A folder's name ends in a slash."""

    file: str
    why: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that is there. `stamp` says, without reading it, that it has not changed; "" where that is not known."""

    file: str
    path: Path | None
    stamp: str = ""
    row: SourceFile | None = None  # of a `.jsonl` corpus

    def load(self) -> SourceFile | Unreadable:
        """Read the file whole, in one version of it."""
        if self.row is not None:
            return self.row
        assert self.path is not None
        try:
            for _ in range(_TRIES):
                with self.path.open("rb") as stream:
                    before = os.fstat(stream.fileno())
                    content = stream.read()
                    after = os.fstat(stream.fileno())
                if _identity(before) == _identity(after) and len(content) == after.st_size:
                    return SourceFile(self.file, sha256(content).hexdigest(), content)
        except OSError as error:
            return Unreadable(self.file, f"it cannot be read ({error.strerror or error}): check its permissions")
        return Unreadable(self.file, "it changed while it was read: run kzchat index again when it is complete")


def scan(corpus: Path, max_file_bytes: int, now_ns: int) -> Iterator[Entry | Unreadable]:
    """Every article of a corpus, by name in a stable order.

    Args:
        corpus: a folder, or a `.jsonl` file.
        max_file_bytes: a larger file is passed over.
        now_ns: the time, as `time.time_ns()`: a file that changed just now gets no stamp.

    Raises:
        CorpusError: the folder is missing, unreadable, or holds no article.
    """
    if corpus.is_file() and corpus.suffix == ".jsonl":
        yield from _rows(corpus)
        return
    if corpus.is_file():
        raise CorpusError(
            f"{corpus} is a file, not a folder of articles.",
            f"Name its folder with --corpus {corpus.parent}, or a .jsonl file of articles.",
        )
    try:
        found = list(_walk(corpus, "", corpus.resolve(), max_file_bytes, now_ns))
    except OSError as error:
        raise CorpusError(
            f"The folder of articles {corpus} cannot be read: {error.strerror}.",
            "Name another with --corpus FOLDER, or set `corpus` in kzchat.toml.",
        ) from error
    if not found:
        raise CorpusError(
            f"The folder of articles {corpus} holds no {', '.join(sorted(SUFFIXES))} file.",
            "Put articles there, or name another folder with --corpus FOLDER.",
        )
    yield from found


def _walk(folder: Path, prefix: str, root: Path, max_file_bytes: int, now_ns: int) -> Iterator[Entry | Unreadable]:
    with os.scandir(folder) as listing:
        items = sorted(listing, key=lambda item: item.name)
    for item in items:
        if item.name.startswith("."):
            continue
        name = prefix + item.name
        if item.is_dir(follow_symlinks=False):
            try:
                yield from _walk(Path(item.path), f"{name}/", root, max_file_bytes, now_ns)
            except OSError as error:
                yield Unreadable(f"{name}/", f"the folder cannot be read ({error.strerror}): check its permissions")
        elif item.is_symlink() and (problem := _bad_link(Path(item.path), root)):
            if _is_article(name) or not PurePosixPath(name).suffix:  # a folder, as far as a name can tell
                yield Unreadable(name, problem)
        elif PurePosixPath(name).suffix.lower() in _OTHER_DOCUMENTS:
            yield Unreadable(name, "kzchat does not read this kind of file: save it as PDF or plain text")
        elif _is_article(name):
            yield _entry(item, name, max_file_bytes, now_ns)


def _is_article(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _bad_link(path: Path, root: Path) -> str | None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a circle, before Python 3.13
        return "it is a link that leads nowhere or in a circle: remove it"
    if not target.is_relative_to(root):
        return "it is a link that leads out of the folder: put a copy of the file here instead"
    if target.is_dir():
        return "it is a link to a folder, which is not followed: its files are read where they are"
    return None


def _entry(item: os.DirEntry[str], name: str, max_file_bytes: int, now_ns: int) -> Entry | Unreadable:
    try:
        status = item.stat()
    except OSError as error:
        return Unreadable(name, f"it cannot be read ({error.strerror}): check its permissions")
    if status.st_size > max_file_bytes:
        return Unreadable(
            name,
            f"it has {status.st_size:,} bytes, more than the limit of {max_file_bytes:,}: split it, or raise "
            "KZCHAT_MAX_FILE_BYTES",
        )
    settled = max(status.st_mtime_ns, status.st_ctime_ns) < now_ns - _SETTLED_NS
    return Entry(name, Path(item.path), "-".join(map(str, _identity(status))) if settled else "")


def _identity(status: os.stat_result) -> tuple[int, int, int, int]:
    """What changes whenever a file is written or replaced; the change time cannot be set back by ordinary means."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _rows(corpus: Path) -> Iterator[Entry | Unreadable]:
    seen: set[str] = set()
    try:
        lines = corpus.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"The corpus {corpus} cannot be read: {error}.", "Name a .jsonl file in UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            for article in row.get("contexts", [row]):
                name, text, title = str(article["id"]), str(article["text"]), str(article.get("title") or "")
                if name not in seen:
                    seen.add(name)
                    digest = sha256(f"{title}\n{text}".encode()).hexdigest()
                    yield Entry(name, None, row=SourceFile(name, digest, text.encode(), True, title))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield Unreadable(f"{corpus.name}:{number}", f"not a row with id and text ({error}): correct the line")
    if not seen:
        raise CorpusError(f"The corpus {corpus} holds no article.", 'Write one {"id": …, "text": …} a line.')
