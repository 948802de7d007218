"""A reader's question in, a turn that grows out: events of the assistant, the line for the model, what is stored.

The evidence needs no model and is shown at once; before the model is used, a question stands in line.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Lock
from time import perf_counter

from kzchat.conversations import Conversations
from kzchat.cues import language_of
from kzchat.desk import Desk
from kzchat.errors import KzchatError, Stopped
from kzchat.events import ClaimReady, Completed, EvidenceFound, Working
from kzchat.page import Turn
from kzchat.reader import Preferences
from kzchat.schema import Answer, CheckedSentence, Exchange
from kzchat.waiting import REMEMBERED, Line, Ticket

_REMEMBERED = 8  # exchanges that a follow-up may lean on
_POLL_S = 0.25
_WAITING_EACH = 3  # questions that one reader may have in the line


class Service:
    """Answers the page's questions. Safe to share between threads."""

    def __init__(self, desk: Desk, store: Conversations) -> None:
        """Take what answers, and where it is stored."""
        self.desk = desk
        self.store = store
        self.line = Line(store.recent_seconds(REMEMBERED))
        self._running: dict[str, tuple[str, str, Turn]] = {}  # turn's id to reader, conversation, turn
        self._lock = Lock()

    def start(self, reader: str, conversation: str | None, question: str, failed: str) -> tuple[str, Turn]:
        """Store a question and begin its turn.

        Args:
            reader: who asks.
            conversation: where; None begins one.
            question: as typed.
            failed: what the reader is told of a bug.

        Returns:
            The conversation's id, and the turn.

        Raises:
            NoConversation: the reader has none of that id.
            KzchatError: this reader is waiting for too many answers.
        """
        with self._lock:
            mine = [turn for who, _, turn in self._running.values() if who == reader]
            if len(mine) >= _WAITING_EACH:
                raise KzchatError(
                    f"You are waiting for {len(mine)} answers already.", "Stop one of them, or wait for it."
                )
            conversation, id_ = self.store.begin(reader, conversation, question)
            turn = Turn(question, id_, usual=self.line.usual, failed=failed)
            self._running[id_] = (reader, conversation, turn)
        return conversation, turn

    def running(self, reader: str, conversation: str) -> list[Turn]:
        """The turns that are still being answered; not those that were stopped and whose model has yet to notice."""
        with self._lock:
            mine = [turn for who, where, turn in self._running.values() if (who, where) == (reader, conversation)]
        return [turn for turn in mine if turn.busy]

    def stop(self, reader: str, conversation: str) -> list[Turn]:
        """Stop the running answers of a conversation: what is checked by now stays.

        Returns:
            Their turns.
        """
        stopped = self.running(reader, conversation)
        for turn in stopped:
            turn.stopped = True
            if turn.halt:
                turn.halt()
        return stopped

    def answer(self, reader: str, conversation: str, turn: Turn, preferences: Preferences) -> Iterator[None]:
        """Answer a turn that was started, yielding whenever there is something new to show."""
        try:
            yield from self._answer(reader, conversation, turn, preferences)
        except Stopped:
            turn.stopped = True
        except KzchatError as error:
            turn.error = error
        except Exception:  # a bug: say so on the page, and let Gradio log it
            turn.error = KzchatError(turn.failed, "")
            yield
            raise
        finally:
            self._end(turn)
        yield

    def _answer(self, reader: str, conversation: str, turn: Turn, preferences: Preferences) -> Iterator[None]:
        before = [one for one in self.store.turns(reader, conversation) if one.id != turn.id and one.answer]
        history = [Exchange.of(one.answer) for one in before if one.answer][-_REMEMBERED:]
        turn.language = language_of(turn.question, history)
        yield
        stream = self.desk.assistant(preferences).ask(turn.question, None, history)
        turn.halt = stream.stop
        with closing(stream), _Place(self.line) as place:
            for event in stream:
                match event:
                    case Completed(question):
                        turn.understood = question
                    case EvidenceFound(passages):
                        turn.evidence = passages
                    case Working(stage, notice):
                        turn.stage, turn.notice = stage, notice or turn.notice
                        yield from place.wait(turn)
                    case ClaimReady(claim):
                        turn.claims.append(claim)
                if turn.stopped:
                    return
                yield
            turn.answer = stream.result()
            turn.claims = list(turn.answer.sentences)
            turn.seconds = place.took()

    def _end(self, turn: Turn) -> None:
        with self._lock:
            self._running.pop(turn.id, None)
        turn.halt = None
        if turn.answer:
            self.store.end(turn.id, "done", turn.answer, turn.seconds)
        elif turn.error:
            self.store.end(turn.id, "failed", message=str(turn.error))
        else:
            turn.stopped = True
            self.store.end(turn.id, "stopped")

    def once(self, question: str, language: str | None) -> Answer:
        """Answer a question of a program, in the line as any other; nothing is stored.

        Raises:
            KzchatError: with what to do.
        """
        with self._turn_in_line():
            return self.desk.assistant(Preferences()).ask(question, language).result()

    @contextmanager
    def _turn_in_line(self) -> Iterator[None]:
        ticket = self.line.join()
        try:
            while not ticket.wait(60):
                pass
            yield
        finally:
            ticket.leave()

    def check(
        self, text: str, stopped: Callable[[], bool], waiting: Callable[[int], None]
    ) -> Iterator[CheckedSentence | None]:
        """Hold a text against the corpus, in the line as a question would.

        Args:
            text: to be checked.
            stopped: whether to end.
            waiting: told how many come first, each time that this changes; None is yielded then.

        Raises:
            KzchatError: with what to do.
        """
        ticket = self.line.join()
        try:
            ahead = 0
            while not ticket.wait(_POLL_S):
                if stopped():
                    return
                if ticket.ahead != ahead:
                    ahead = ticket.ahead
                    waiting(ahead)
                    yield None
            for sentence in self.desk.assistant(Preferences()).check(text):
                yield sentence
                if stopped():
                    return
        finally:
            ticket.leave()


class _Place:
    """A turn's place in the line, taken when the model is first needed and left at the end."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._ticket: Ticket | None = None
        self._since = 0.0

    def __enter__(self) -> "_Place":
        return self

    def __exit__(self, *_: object) -> None:
        if self._ticket:
            self._ticket.leave()

    def took(self) -> float | None:
        """Seconds since the turn came; noted as what an answer takes. None where it did not need the model."""
        if not self._since:
            return None
        seconds = perf_counter() - self._since
        self._line.took(seconds)
        return seconds

    def wait(self, turn: Turn) -> Iterator[None]:
        """Until it is this turn's turn, or it is stopped."""
        if self._ticket:
            return
        self._ticket = self._line.join()
        stage = turn.stage
        while not self._ticket.wait(_POLL_S if turn.stage == "waiting" else 0.0):
            if turn.stopped:
                return
            if (turn.stage, turn.ahead) != ("waiting", self._ticket.ahead):
                turn.stage, turn.ahead = "waiting", self._ticket.ahead
                yield
        turn.stage, self._since = stage, perf_counter()
