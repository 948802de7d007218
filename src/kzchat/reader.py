"""What belongs to a reader of the page: conversations, preferences, judgements. Frozen, as `schema`."""

from dataclasses import dataclass
from typing import Literal

from kzchat.errors import KzchatError
from kzchat.schema import Answer

State = Literal["open", "done", "stopped", "failed"]
Judgement = Literal["right", "wrong"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a reader chose; empty or 0: not chosen."""

    language: str = ""  # of the page
    theme: Literal["", "light", "dark"] = ""
    model: str = ""
    passages: int = 0
    evidence_language: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A line of the list of conversations."""

    id: str
    name: str
    updated: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and what became of it."""

    id: str
    question: str
    state: State
    message: str  # of a failure
    answer: Answer | None
    asked: str
    judgement: Judgement | None
    why: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of an answer, which is kept with it even where the conversation was deleted."""

    turn: str
    judgement: Judgement
    why: str
    given: str  # ISO 8601, UTC
    answer: Answer


class NoConversation(KzchatError):
    """The reader has no conversation or answer of that id."""

    def __init__(self) -> None:
        super().__init__("There is no such conversation (any more).", "Choose one from the list.")
