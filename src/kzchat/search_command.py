"""What `kzchat search` takes and prints: options to filters, passages to lines."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kzchat.errors import UsageError
from kzchat.languages import check_language
from kzchat.render import one_line, passage_label, ranks
from kzchat.schema import Filters, RetrievedPassage

if TYPE_CHECKING:
    from rich.console import Console

_DATE = re.compile(r"^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$")
_LISTS = {
    "dense": "meaning",
    "lexical": "words",
    "passage_dense": "passage meaning",
    "passage_lexical": "passage words",
}


def filters_for(
    known: Iterable[str], language: str | None, file: str | None, since: str | None, until: str | None
) -> Filters:
    """Check the options of a search.

    Args:
        known: the indexed files.
        language: ISO 639-1.
        file: a file's name, or a pattern with * and ?; part of a name will do where it is clear.
        since: a date, as YYYY, YYYY-MM or YYYY-MM-DD.
        until: the same, to its end.

    Raises:
        UsageError: an option means nothing here.
    """
    if language is not None:
        check_language(language)
    files = None if file is None else _files(list(known), file)
    first, last = _day(since, end=False), _day(until, end=True)
    if first and last and first > last:
        raise UsageError(f"--since {since} is later than --until {until}.", "Give the earlier date to --since.")
    return Filters(language, files, first, last)


def _files(known: Sequence[str], pattern: str) -> tuple[str, ...]:
    found = tuple(file for file in known if fnmatchcase(file, pattern)) or tuple(
        file for file in known if pattern in file
    )
    if not found:
        names = ", ".join(known[:5])
        raise UsageError(
            f"No indexed article is named {pattern}.", f"Name one as `kzchat index` lists it, such as: {names}"
        )
    return found


def _day(text: str | None, end: bool) -> str | None:
    if text is None:
        return None
    match = _DATE.match(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        month = month or (12 if end else 1)
        return date(year, month, day or (monthrange(year, month)[1] if end else 1)).isoformat()
    except ValueError:
        raise UsageError(f"{text} is not a date.", "Write it as 2026, 2026-01 or 2026-01-29.") from None


def print_passages(found: Sequence[RetrievedPassage], console: "Console") -> None:
    """One passage after the other: the sentence, its article, its place in each list."""
    if not found:
        console.print("Nothing is found.", highlight=False)
    for rank, passage in enumerate(found, start=1):
        sentence = passage.sentence
        console.print(f"{rank:2}. {one_line(sentence.text)}", highlight=False, markup=False, soft_wrap=True)
        _dim(console, passage_label(passage))
        for twin in passage.also_in:
            _dim(console, f"also in {twin.file}#{twin.start}-{twin.end}")
        places = (f"{_LISTS[name]} {place.rank} ({place.score:.2f})" for name, place in ranks(passage).items() if place)
        _dim(console, f"{sentence.file}#{sentence.start}-{sentence.end} · {' · '.join(places)}")


def _dim(console: "Console", text: str) -> None:
    console.print(f"    {text}", style="dim", highlight=False, markup=False, soft_wrap=True)
