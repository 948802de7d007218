"""What is indexed: every article with its text and sentences, in one SQLite file.

The manifest is the truth. The vector store and the full-text index only hold ids that point here; an id that the
manifest does not know is never shown. Writing an article here is the moment at which it changes.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kzchat.errors import IndexingError
from kzchat.schema import Article, Sentence, Span

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    file TEXT PRIMARY KEY, sha256 TEXT NOT NULL, language TEXT NOT NULL, title TEXT NOT NULL, date TEXT, outlet TEXT,
    author TEXT, text TEXT NOT NULL, boilerplate TEXT NOT NULL, sentences INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sentences (
    id TEXT PRIMARY KEY, file TEXT NOT NULL REFERENCES articles(file) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sentences_of_file ON sentences(file, start);
"""


@dataclass(frozen=True, slots=True)
class IndexedArticle:
    """A line of the table of contents."""

    file: str
    sha256: str
    language: str
    title: str
    date: str | None
    outlet: str | None
    author: str | None
    sentences: int


class Manifest:
    """The SQLite file of an index. Readers and one writer may have it open at once."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA foreign_keys=ON")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise IndexingError(
                    f"The index {path.parent} was made by a newer kzchat (schema {version}, this one knows "
                    f"{SCHEMA_VERSION}).",
                    "Update kzchat, or delete that folder and run: kzchat index",
                )
            self._db.executescript(_SCHEMA)
            self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except sqlite3.Error as error:
            raise IndexingError(
                f"The index {path} cannot be opened: {error}.",
                "Check that its folder is writable, or delete the folder and run: kzchat index",
            ) from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def contents(self) -> list[IndexedArticle]:
        """Every indexed article, by file name, without its text."""
        rows = self._db.execute(
            "SELECT file, sha256, language, title, date, outlet, author, sentences FROM articles ORDER BY file"
        )
        return [IndexedArticle(*row) for row in rows]

    def corpus_hash(self) -> str:
        """Eight hex digits that change whenever any indexed article does."""
        listing = "\n".join(f"{article.file}\t{article.sha256}" for article in self.contents())
        return sha256(listing.encode()).hexdigest()[:8]

    def article(self, file: str) -> Article | None:
        """One article as it was indexed."""
        row = self._db.execute(
            "SELECT file, text, sha256, language, title, date, outlet, author, boilerplate FROM articles WHERE file=?",
            (file,),
        ).fetchone()
        if row is None:
            return None
        file, text, sha256_, language, title, date, outlet, author, boilerplate = row
        spans = tuple(Span(*pair) for pair in json.loads(boilerplate))
        return Article(file, text, sha256_, language, title, date, outlet, author, spans)

    def sentences(self, ids: Iterable[str]) -> dict[str, Sentence]:
        """The sentences with these ids; an id that is not indexed (any more) is left out."""
        found: dict[str, Sentence] = {}
        articles: dict[str, Article | None] = {}
        for sentence_id in ids:
            row = self._db.execute('SELECT file, start, "end" FROM sentences WHERE id=?', (sentence_id,)).fetchone()
            if row is None:
                continue
            file, start, end = row
            if file not in articles:
                articles[file] = self.article(file)
            if article := articles[file]:
                found[sentence_id] = Sentence(
                    file, start, end, article.text[start:end], article.language, article.sha256
                )
        return found

    def sentence_ids(self, file: str) -> set[str]:
        """The ids of one article's sentences."""
        return {row[0] for row in self._db.execute("SELECT id FROM sentences WHERE file=?", (file,))}

    def all_sentence_ids(self) -> set[str]:
        """The ids of every sentence."""
        return {row[0] for row in self._db.execute("SELECT id FROM sentences")}

    def replace(self, article: Article, sentences: Sequence[Sentence]) -> None:
        """Put an article and its sentences in, or in the place of their older version, in one transaction."""
        with self._db:
            self._db.execute("DELETE FROM articles WHERE file=?", (article.file,))
            self._db.execute(
                "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    article.file, article.sha256, article.language, article.title, article.date, article.outlet,
                    article.author, article.text, json.dumps(article.boilerplate), len(sentences),
                ),
            )  # fmt: skip
            self._db.executemany(
                "INSERT INTO sentences VALUES (?,?,?,?)", [(s.id, s.file, s.start, s.end) for s in sentences]
            )

    def remove(self, file: str) -> None:
        """Forget an article and its sentences."""
        with self._db:
            self._db.execute("DELETE FROM articles WHERE file=?", (file,))
