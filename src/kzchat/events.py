"""What happens while a question is answered, in order, and the stream of it."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from threading import Event as ThreadEvent
from typing import Literal

from kzchat.schema import Answer, Claim, RetrievedPassage


@dataclass(frozen=True, slots=True)
class Completed:
    """What a question that leans on the conversation was understood to ask, in its language."""

    question: str
    language: str


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """The sentences that may hold the answer, best first."""

    passages: tuple[RetrievedPassage, ...]


@dataclass(frozen=True, slots=True)
class Working:
    """What the assistant is about to do that takes a while."""

    stage: Literal["loading", "completing", "reading", "writing"]
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ClaimReady:
    """A checked sentence, to be shown as it is."""

    claim: Claim


Event = Completed | EvidenceFound | Working | ClaimReady


class AnswerStream:
    """The events of one answer in order; `result()` is the answer itself."""

    def __init__(self, events: Generator[Event, None, Answer], stopped: ThreadEvent) -> None:
        self._events = events
        self._stopped = stopped
        self._answer: Answer | None = None

    def __iter__(self) -> Iterator[Event]:
        answer = yield from self._events
        self._answer = self._answer or answer  # a finished generator returns None when it is read again

    def result(self) -> Answer:
        """Read the rest of the events and return the answer."""
        for _ in self:
            pass
        if self._answer is None:
            raise RuntimeError("the stream was closed before its answer was complete")
        return self._answer

    def stop(self) -> None:
        """From any thread: end the answer at the model's next word. What is checked by then stays; no answer comes."""
        self._stopped.set()

    def close(self) -> None:
        """From the thread that reads the stream: free the model."""
        self._events.close()
