"""A file from the page into the corpus folder and its index, or out of both; with the checks of the indexer.

Only where the server's settings allow it. A name never leads out of the folder, and nothing is written over.
"""

import os
import re
import unicodedata
from contextlib import suppress
from pathlib import Path, PurePosixPath
from threading import Lock

from kzchat.changes import find_changes
from kzchat.embedding import default_embedder
from kzchat.errors import CorpusError, KzchatError, UsageError
from kzchat.extraction import SUFFIXES
from kzchat.index import Index
from kzchat.ingestion import update
from kzchat.settings import Settings

_NAME_BYTES = 200
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_one_at_a_time = Lock()


def safe_name(name: str) -> str:
    """The name under which a file is stored.

    Raises:
        UsageError: it is none that can be used, with what to do.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name or name.startswith(".") or _FORBIDDEN.search(name) or len(name.encode()) > _NAME_BYTES:
        raise UsageError(f"The file name {name[:80]!r} cannot be used.", "Give the file a short, plain name.")
    if PurePosixPath(name).suffix.lower() not in SUFFIXES:
        raise UsageError(f"{name} is not read.", f"Use one of: {', '.join(sorted(SUFFIXES))}.")
    return name


def add(settings: Settings, index: Index, name: str, content: bytes) -> None:
    """Put a new article into the folder and index it; one that cannot be read is not kept.

    Raises:
        UsageError: the name or the size cannot be used, or there is such a file.
        CorpusError: the file cannot be read or written, with the reason.
    """
    folder, name = _folder(settings), safe_name(name)
    if len(content) > settings.max_file_bytes:
        raise UsageError(f"{name} has more than {settings.max_file_bytes:,} bytes.", "Split it.")
    path = folder / name
    with _one_at_a_time:
        try:
            with path.open("xb") as stream:  # never over another
                stream.write(content)
        except FileExistsError as error:
            raise UsageError(f"There is a file {name} already.", "Remove it first, or rename yours.") from error
        except OSError as error:
            raise CorpusError(f"{name} could not be written: {error.strerror}.", "Check the folder.") from error
        try:
            unread = update(settings, index, default_embedder(), find_changes(settings, index.manifest))
        except KzchatError:
            path.unlink(missing_ok=True)
            raise
        for problem in unread:
            if problem.file == name:
                path.unlink(missing_ok=True)
                index.manifest.forget_passed_over([name])
                raise CorpusError(f"{name} was not added: {problem.why}.", "")


def remove(settings: Settings, index: Index, file: str) -> None:
    """Take an indexed article out of the folder and the index.

    Raises:
        UsageError: no such article is indexed, or it is the last one.
    """
    folder = _folder(settings)
    with _one_at_a_time:
        if file not in index.manifest.by_file():
            raise UsageError("No such article is indexed.", "Choose one from the list.")
        if len(index.manifest.by_file()) == 1:
            raise UsageError("The last article cannot be removed.", "Add another one first.")
        path = folder / file
        if not Path(os.path.normpath(path)).is_relative_to(folder):
            raise UsageError("That file is not in the folder.", "Choose one from the list.")
        with suppress(FileNotFoundError):
            path.unlink()
        update(settings, index, default_embedder(), find_changes(settings, index.manifest))


def _folder(settings: Settings) -> Path:
    if not settings.corpus_changes:
        raise UsageError(
            "Articles cannot be added or removed here.", "Whoever runs kzchat can allow it: KZCHAT_CORPUS_CHANGES=true"
        )
    if not settings.corpus.is_dir():
        raise UsageError(f"{settings.corpus} is not a folder.", "Serve a folder of articles.")
    return settings.corpus.absolute()
