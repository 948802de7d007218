"""What is known of an answer while it is made, and how long each step took; out comes the Answer."""

from time import perf_counter
from typing import Literal

from kzchat.errors import KzchatError
from kzchat.llm import ChatModel
from kzchat.messages import abstention
from kzchat.schema import Answer, Claim, Reason, RetrievedPassage, Timings


class Clock:
    """Milliseconds since the question, and tokens."""

    def __init__(self) -> None:
        self._start = perf_counter()
        self._searching = 0.0
        self._retrieved = 0.0
        self._first_token: float | None = None
        self.prompt_tokens = 0
        self.completion_tokens = 0

    def now(self) -> float:
        """Milliseconds since the question."""
        return (perf_counter() - self._start) * 1000

    def searching(self) -> None:
        """The search begins."""
        self._searching = self.now()

    def retrieved(self) -> None:
        """The evidence is there."""
        self._retrieved = self.now()

    def token(self) -> None:
        """The model has written something."""
        if self._first_token is None:
            self._first_token = self.now()

    def prompted(self, tokens: int) -> None:
        """The model has read a prompt of so many tokens."""
        self.prompt_tokens += tokens

    def timings(self) -> Timings:
        """All that is known by now."""
        return Timings(
            self._retrieved - self._searching,
            self._retrieved,
            self._first_token,
            self.now(),
            self.prompt_tokens,
            self.completion_tokens,
        )


class Draft:
    """What is known of an answer while it is made."""

    def __init__(
        self,
        typed: str,
        question: str,
        language: str,
        evidence: tuple[RetrievedPassage, ...],
        fingerprint: str,
        clock: Clock,
    ) -> None:
        self._typed = typed
        self._question = question
        self._language = language
        self._evidence = evidence
        self._fingerprint = fingerprint
        self._clock = clock
        self.model: ChatModel | None = None
        self.gate_log_odds: float | None = None
        self.claims: list[Claim] = []

    def answered(self) -> Answer:
        """The answer as it stands."""
        return self._finish("answered", None, "")

    def abstained(self, reason: Reason) -> Answer:
        """That the articles do not say, and why."""
        return self._finish("abstained", reason, abstention(self._language, reason))

    def _finish(self, status: Literal["answered", "abstained"], reason: Reason | None, message: str) -> Answer:
        if self.model is None:
            raise KzchatError("The answer was finished before a model was opened.", "Please report this.")
        return Answer(
            self._typed,
            self._language,
            status,
            reason,
            tuple(self.claims),
            self._evidence,
            self.model.name,
            self.model.backend,
            self._fingerprint,
            self._clock.timings(),
            message,
            self.gate_log_odds,
            self._question if self._question != self._typed else None,
        )
