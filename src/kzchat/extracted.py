"""What every reader of a file format hands back: the text, and what the format itself says about the article."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hints:
    """What a file format says about its article; None where it says nothing."""

    title: str | None = None
    date: str | None = None  # ISO 8601
    outlet: str | None = None
    author: str | None = None
    language: str | None = None  # ISO 639-1


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text that offsets point into."""

    text: str
    hints: Hints = field(default_factory=Hints)


def with_title(text: str, title: str | None) -> str:
    """The text with its title above it, where it does not begin with it: readers see it there."""
    if not title or title.casefold() in " ".join(text[: len(title) + 200].split()).casefold():
        return text
    return f"{title}\n\n{text}"


class NoText(Exception):
    """A file has no text to read: why, and what its owner can do."""

    def __init__(self, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
