"""Who may use the model next: first come, first served; how many are before you, and how long it usually takes."""

from collections import deque
from collections.abc import Iterable
from statistics import median
from threading import Condition

from kzchat.errors import KzchatError

REMEMBERED = 20  # answers whose time is counted


class Crowded(KzchatError):
    """Too many are waiting."""


class Line:
    """A queue for one model. Safe to share between threads."""

    def __init__(self, seconds: Iterable[float] = (), longest: int = 50) -> None:
        """Take the time of recent answers, and how many may wait."""
        self._tickets: deque[Ticket] = deque()
        self._changed = Condition()
        self._seconds = deque(seconds, maxlen=REMEMBERED)
        self._longest = longest

    def join(self) -> "Ticket":
        """Stand in the line.

        Raises:
            Crowded: it is too long.
        """
        with self._changed:
            if len(self._tickets) >= self._longest:
                raise Crowded("Too many questions are waiting.", "Ask again in a minute.")
            ticket = Ticket(self)
            self._tickets.append(ticket)
            return ticket

    def took(self, seconds: float) -> None:
        """Note how long an answer took."""
        with self._changed:
            self._seconds.append(seconds)

    @property
    def usual(self) -> float | None:
        """The median of the recent answers, in seconds; None where too few are known."""
        with self._changed:
            return median(self._seconds) if len(self._seconds) >= 3 else None

    def _ahead(self, ticket: "Ticket") -> int:
        with self._changed:
            return self._tickets.index(ticket) if ticket in self._tickets else 0

    def _wait(self, ticket: "Ticket", seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._tickets or self._tickets[0] is ticket, seconds)

    def _leave(self, ticket: "Ticket") -> None:
        with self._changed:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
                self._changed.notify_all()


class Ticket:
    """A place in the line; it must be left."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def ahead(self) -> int:
        """How many come first, the one that is being answered included."""
        return self._line._ahead(self)

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether it is this one's turn."""
        return self._line._wait(self, seconds)

    def leave(self) -> None:
        """Let the next one in."""
        self._line._leave(self)
