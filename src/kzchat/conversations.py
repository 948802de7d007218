"""Conversations, preferences and feedback in one SQLite file: what a reader did on the page, kept on this machine.

A reader is known by a random token in a cookie; only its hash is stored. Every query names the reader, so that a
conversation's id is of no use to anybody else.
"""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import RLock

from pydantic import TypeAdapter, ValidationError

from kzchat.errors import KzchatError
from kzchat.reader import Conversation, Feedback, Judgement, NoConversation, Preferences, State, StoredTurn
from kzchat.schema import Answer
from kzchat.settings import Settings

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, reader TEXT NOT NULL, name TEXT NOT NULL, created TEXT NOT NULL, updated TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS conversations_of_reader ON conversations(reader, updated);
CREATE TABLE IF NOT EXISTS turns (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    number INTEGER NOT NULL, question TEXT NOT NULL, state TEXT NOT NULL, message TEXT NOT NULL DEFAULT '',
    answer TEXT, seconds REAL, asked TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS turns_of_conversation ON turns(conversation, number);
CREATE TABLE IF NOT EXISTS preferences (
    reader TEXT PRIMARY KEY, language TEXT NOT NULL, theme TEXT NOT NULL, model TEXT NOT NULL,
    passages INTEGER NOT NULL, evidence_language TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS feedback (
    turn TEXT PRIMARY KEY, judgement TEXT NOT NULL, why TEXT NOT NULL, given TEXT NOT NULL, answer TEXT NOT NULL
);
"""
_VERSION = 1
_ANSWER = TypeAdapter(Answer)
_NAME_CHARS = 80
_WHY_CHARS = 500


def new_token() -> str:
    """An id that nobody guesses: 192 random bits."""
    return secrets.token_urlsafe(24)


def conversations_path(settings: Settings) -> Path:
    """One file a corpus, beside the indexes, not in them: an index can be deleted and made again."""
    return settings.home / "conversations" / f"{settings.index_folder.name}.sqlite"


class Conversations:
    """The file. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Open or create it, readable by this user of the machine only.

        Raises:
            KzchatError: the file cannot be opened, or a newer kzchat wrote it.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            self._db.execute("PRAGMA secure_delete=ON")  # what is deleted is gone from the file
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > _VERSION:
                raise KzchatError(f"The conversations {path} were written by a newer kzchat.", "Update kzchat.")
            self._db.executescript(_SCHEMA)
            self._db.execute(f"PRAGMA user_version={_VERSION}")
        except (OSError, sqlite3.Error) as error:
            raise KzchatError(
                f"The conversations {path} cannot be opened: {error}.",
                "Set KZCHAT_HOME to a folder you may write to, or move that file away.",
            ) from error
        self._lock = RLock()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._db:
            yield self._db

    # ------------------------------------------------------------------------------------------- conversations

    def find(self, reader: str, words: str = "") -> list[Conversation]:
        """The reader's conversations that hold all of the words, newest first."""
        terms = words.casefold().split()
        with self._transaction() as db:
            rows = db.execute(
                "SELECT c.id, c.name, c.updated, (SELECT group_concat(question || ' ' || ifnull(json_extract(answer, "
                "'$.message'), '') || ' ' || ifnull(json_extract(answer, '$.sentences[0].text'), ''), ' ') FROM turns "
                "WHERE conversation=c.id) FROM conversations c WHERE reader=? ORDER BY updated DESC, c.rowid DESC",
                (_hash(reader),),
            ).fetchall()
        return [
            Conversation(*row[:3]) for row in rows if all(term in f"{row[1]} {row[3]}".casefold() for term in terms)
        ]

    def begin(self, reader: str, conversation: str | None, question: str) -> tuple[str, str]:
        """Store a question, in a new conversation where none is named.

        Returns:
            The ids of the conversation and of the turn.

        Raises:
            NoConversation: the reader has none of that id.
        """
        now, turn = _now(), new_token()
        with self._transaction() as db:
            if conversation is None:
                conversation = new_token()
                name = " ".join(question.split())[:_NAME_CHARS]
                db.execute(
                    "INSERT INTO conversations VALUES (?,?,?,?,?)", (conversation, _hash(reader), name, now, now)
                )
            else:
                self._own(reader, conversation)
                db.execute("UPDATE conversations SET updated=? WHERE id=?", (now, conversation))
            db.execute(
                "INSERT INTO turns (id, conversation, number, question, state, asked) VALUES (?,?,"
                "(SELECT count(*) + 1 FROM turns WHERE conversation=?2),?,'open',?)",
                (turn, conversation, question, now),
            )
        return conversation, turn

    def end(
        self, turn: str, state: State, answer: Answer | None = None, seconds: float | None = None, message: str = ""
    ) -> None:
        """Store what became of a question; nothing where it was deleted meanwhile."""
        text = _ANSWER.dump_json(answer).decode() if answer else None
        with self._transaction() as db:
            db.execute(
                "UPDATE turns SET state=?, answer=?, seconds=?, message=? WHERE id=?",
                (state, text, seconds, message, turn),
            )

    def turns(self, reader: str, conversation: str) -> list[StoredTurn]:
        """A conversation from its start.

        Raises:
            NoConversation: the reader has none of that id.
        """
        with self._transaction() as db:
            self._own(reader, conversation)
            rows = db.execute(
                "SELECT t.id, t.question, t.state, t.message, t.answer, t.asked, f.judgement, ifnull(f.why, '') "
                "FROM turns t LEFT JOIN feedback f ON f.turn = t.id WHERE t.conversation=? ORDER BY t.number",
                (conversation,),
            ).fetchall()
        return [StoredTurn(row[0], row[1], row[2], row[3], _answer(row[4]), row[5], row[6], row[7]) for row in rows]

    def named(self, reader: str, conversation: str) -> Conversation:
        """One conversation's name. Raises NoConversation as `turns` does."""
        with self._transaction():
            return self._own(reader, conversation)

    def rename(self, reader: str, conversation: str, name: str) -> None:
        """Give it another name; an empty one leaves it as it is. Raises NoConversation as `turns` does."""
        with self._transaction() as db:
            self._own(reader, conversation)
            if short := " ".join(name.split())[:_NAME_CHARS]:
                db.execute("UPDATE conversations SET name=? WHERE id=?", (short, conversation))

    def delete(self, reader: str, conversation: str) -> None:
        """Delete it with its answers; feedback on them is kept. Raises NoConversation as `turns` does."""
        with self._transaction() as db:
            self._own(reader, conversation)
            db.execute("DELETE FROM conversations WHERE id=?", (conversation,))

    def _own(self, reader: str, conversation: str) -> Conversation:
        row = self._db.execute(
            "SELECT id, name, updated FROM conversations WHERE id=? AND reader=?", (conversation, _hash(reader))
        ).fetchone()
        if row is None:
            raise NoConversation
        return Conversation(*row)

    def recent_seconds(self, limit: int) -> list[float]:
        """How long the last answers took, oldest first."""
        with self._transaction() as db:
            rows = db.execute(
                "SELECT seconds FROM turns WHERE seconds IS NOT NULL ORDER BY asked DESC LIMIT ?", (limit,)
            ).fetchall()
        return [row[0] for row in reversed(rows)]

    # ------------------------------------------------------------------------------- preferences and feedback

    def preferences(self, reader: str) -> Preferences:
        """What the reader chose."""
        with self._transaction() as db:
            row = db.execute(
                f"SELECT {', '.join(_PREFERENCES)} FROM preferences WHERE reader=?", (_hash(reader),)
            ).fetchone()
        return Preferences(*row) if row else Preferences()

    def prefer(self, reader: str, chosen: Preferences) -> None:
        """Store it."""
        with self._transaction() as db:
            values = [getattr(chosen, name) for name in _PREFERENCES]
            db.execute("INSERT OR REPLACE INTO preferences VALUES (?,?,?,?,?,?)", (_hash(reader), *values))

    def judge(self, reader: str, turn: str, judgement: Judgement, why: str = "") -> None:
        """Store what the reader says of one of their answers, in the place of what they said before.

        Raises:
            NoConversation: the reader has no answer of that id.
        """
        with self._transaction() as db:
            row = db.execute(
                "SELECT t.answer FROM turns t JOIN conversations c ON c.id = t.conversation WHERE t.id=? AND reader=?",
                (turn, _hash(reader)),
            ).fetchone()
            if row is None or row[0] is None:
                raise NoConversation
            why = " ".join(why.split())[:_WHY_CHARS]
            db.execute("INSERT OR REPLACE INTO feedback VALUES (?,?,?,?,?)", (turn, judgement, why, _now(), row[0]))

    def feedback(self) -> list[Feedback]:
        """Everything that all readers said, oldest first; for who keeps the machine."""
        with self._transaction() as db:
            rows = db.execute("SELECT turn, judgement, why, given, answer FROM feedback ORDER BY given").fetchall()
        found = ((row, _answer(row[4])) for row in rows)
        return [Feedback(row[0], row[1], row[2], row[3], answer) for row, answer in found if answer]


_PREFERENCES = [field.name for field in fields(Preferences)]


def _answer(text: str | None) -> Answer | None:
    """A stored answer; None where there is none, or an older version stored one that cannot be read any more."""
    if text is None:
        return None
    try:
        return _ANSWER.validate_json(text)
    except ValidationError:
        return None


def _hash(reader: str) -> str:
    return sha256(reader.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
