"""What is indexed: every article with its text, sentences and passages, in one SQLite file.

The manifest is the truth. The vector store and the full-text index only hold ids that point here; an id that the
manifest does not know is never shown. Writing an article here is the moment at which it changes. What is about to be
written to the other two is noted here first (`begin`), so that the next run can tidy up after one that was killed.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from kzchat.errors import IndexingError
from kzchat.schema import Article, Passage, Sentence, Span

SCHEMA_VERSION = 2
_AT_ONCE = 500  # values in one query; SQLite takes 32,766

_SCHEMA = """
CREATE TABLE IF NOT EXISTS articles (
    file TEXT PRIMARY KEY, sha256 TEXT NOT NULL, language TEXT NOT NULL, title TEXT NOT NULL, date TEXT, outlet TEXT,
    author TEXT, boilerplate TEXT NOT NULL, sentences INTEGER NOT NULL, stamp TEXT NOT NULL, indexed_at TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS articles_of_content ON articles(sha256);
CREATE TABLE IF NOT EXISTS passages (
    id TEXT PRIMARY KEY, file TEXT NOT NULL REFERENCES articles(file) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS passages_of_file ON passages(file, start);
CREATE TABLE IF NOT EXISTS sentences (
    id TEXT PRIMARY KEY, file TEXT NOT NULL REFERENCES articles(file) ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, passage TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS sentences_of_file ON sentences(file, start);
CREATE INDEX IF NOT EXISTS sentences_of_passage ON sentences(passage);
CREATE TABLE IF NOT EXISTS names (file TEXT NOT NULL REFERENCES articles(file) ON DELETE CASCADE, form TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS names_of_file ON names(file);
CREATE TABLE IF NOT EXISTS passed_over (
    file TEXT PRIMARY KEY, stamp TEXT NOT NULL, sha256 TEXT NOT NULL, why TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pending (file TEXT PRIMARY KEY, ids TEXT NOT NULL);
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
    stamp: str
    indexed_at: str  # ISO 8601, UTC


class PassedOver(NamedTuple):
    """A file that could not be read."""

    stamp: str
    sha256: str  # of its content; empty where not even that could be read
    why: str


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
            if version == 0:
                self._db.executescript(_SCHEMA)
                self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        except sqlite3.Error as error:
            raise IndexingError(
                f"The index {path} cannot be opened: {error}.",
                "Check that its folder is writable, or delete the folder and run: kzchat index",
            ) from error
        self._contents: tuple[tuple[int, int], dict[str, IndexedArticle]] | None = None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @property
    def version(self) -> tuple[int, int]:
        """Differs from an earlier value whenever anything was written since, by this process or another."""
        return self._db.execute("PRAGMA data_version").fetchone()[0], self._db.total_changes

    def contents(self) -> list[IndexedArticle]:
        """Every indexed article, by file name, without its text."""
        return list(self.by_file().values())

    def by_file(self) -> Mapping[str, IndexedArticle]:
        """The table of contents by file, read again only when it has changed."""
        version = self.version
        if self._contents is None or self._contents[0] != version:
            rows = self._db.execute(
                "SELECT file, sha256, language, title, date, outlet, author, sentences, stamp, indexed_at "
                "FROM articles ORDER BY file"
            )
            self._contents = (version, {row[0]: IndexedArticle(*row) for row in rows})
        return self._contents[1]

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

    def file_with(self, digest: str) -> str | None:
        """A file that is indexed with this content."""
        row = self._db.execute("SELECT file FROM articles WHERE sha256=? LIMIT 1", (digest,)).fetchone()
        return row[0] if row else None

    def sentences(self, ids: Iterable[str]) -> dict[str, Sentence]:
        """The sentences with these ids; an id that is not indexed (any more) is left out."""
        return self._sentences("s.id", list(ids))

    def sentences_of_passages(self, ids: Iterable[str]) -> dict[str, list[Sentence]]:
        """Passage id to its sentences in their order; an id that is not indexed (any more) is left out."""
        found: dict[str, list[Sentence]] = {}
        for sentence in self._sentences("s.passage", list(ids)).values():
            found.setdefault(sentence.passage, []).append(sentence)
        for members in found.values():
            members.sort(key=lambda sentence: sentence.start)
        return found

    def sentences_of(self, file: str) -> list[Sentence]:
        """One article's sentences in their order."""
        found = self._sentences("s.file", [file]).values()
        return sorted(found, key=lambda sentence: sentence.start)

    def characters_of(self, file: str) -> int:
        """The characters of one article's sentences, without reading them."""
        row = self._db.execute('SELECT sum("end" - start) FROM sentences WHERE file=?', (file,)).fetchone()
        return int(row[0] or 0)

    def _sentences(self, column: str, values: Sequence[str]) -> dict[str, Sentence]:
        found: dict[str, Sentence] = {}
        for start in range(0, len(values), _AT_ONCE):
            batch = values[start : start + _AT_ONCE]
            rows = self._db.execute(
                'SELECT s.id, s.file, s.start, s."end", substr(a.text, s.start + 1, s."end" - s.start), a.language, '
                "a.sha256, s.passage FROM sentences s JOIN articles a ON a.file = s.file "
                f"WHERE {column} IN ({','.join('?' * len(batch))})",
                batch,
            )
            found.update((row[0], Sentence(*row[1:])) for row in rows)
        return found

    def passages_of(self, file: str) -> list[Passage]:
        """One article's passages in their order."""
        rows = self._db.execute(
            'SELECT p.file, p.start, p."end", substr(a.text, p.start + 1, p."end" - p.start), a.language, a.sha256 '
            "FROM passages p JOIN articles a ON a.file = p.file WHERE p.file=? ORDER BY p.start",
            (file,),
        )
        return [Passage(*row) for row in rows]

    def ids(self, file: str) -> set[str]:
        """The ids of one article's sentences and passages."""
        query = "SELECT id FROM sentences WHERE file=?1 UNION SELECT id FROM passages WHERE file=?1"
        return {row[0] for row in self._db.execute(query, (file,))}

    def names(self) -> list[str]:
        """The spelling-tolerant forms of the names in all articles, each once."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT form FROM names")]

    def replace(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        passages: Sequence[Passage],
        names: Iterable[str],
        stamp: str,
        indexed_at: str,
    ) -> None:
        """Put an article in, or in the place of its older version, in one transaction."""
        with self._db:
            self._db.execute("DELETE FROM articles WHERE file=?", (article.file,))
            self._db.execute("DELETE FROM passed_over WHERE file=?", (article.file,))
            self._db.execute(
                "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    article.file, article.sha256, article.language, article.title, article.date, article.outlet,
                    article.author, json.dumps(article.boilerplate), len(sentences), stamp, indexed_at, article.text,
                ),
            )  # fmt: skip
            self._db.executemany(
                "INSERT INTO passages VALUES (?,?,?,?)", [(p.id, p.file, p.start, p.end) for p in passages]
            )
            self._db.executemany(
                "INSERT INTO sentences VALUES (?,?,?,?,?)",
                [(s.id, s.file, s.start, s.end, s.passage) for s in sentences],
            )
            self._db.executemany("INSERT INTO names VALUES (?,?)", [(article.file, form) for form in set(names)])

    def remove(self, file: str) -> None:
        """Forget an article."""
        with self._db:
            self._db.execute("DELETE FROM articles WHERE file=?", (file,))

    def restamp(self, stamps: Mapping[str, str]) -> None:
        """Note that these files were found unchanged under another stamp."""
        with self._db:
            self._db.executemany("UPDATE articles SET stamp=? WHERE file=?", [(s, f) for f, s in stamps.items()])

    def passed_over(self) -> dict[str, PassedOver]:
        """The files that could not be read, by name."""
        rows = self._db.execute("SELECT file, stamp, sha256, why FROM passed_over")
        return {file: PassedOver(*rest) for file, *rest in rows}

    def pass_over(self, file: str, noted: PassedOver) -> None:
        """Note that a file cannot be read; what is indexed of an earlier version stays."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO passed_over VALUES (?,?,?,?)", (file, *noted))

    def forget_passed_over(self, files: Iterable[str]) -> None:
        """These files are not there any more."""
        with self._db:
            self._db.executemany("DELETE FROM passed_over WHERE file=?", [(file,) for file in files])

    def begin(self, changes: Mapping[str, Iterable[str]]) -> None:
        """Note which ids of which files may come to be in the other stores without being indexed, or stay there."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO pending VALUES (?,?)",
                [(file, json.dumps(sorted(ids))) for file, ids in changes.items()],
            )

    def pending(self) -> dict[str, set[str]]:
        """What `begin` noted and `finish` has not cleared: the other stores may disagree about these files."""
        return {file: set(json.loads(ids)) for file, ids in self._db.execute("SELECT file, ids FROM pending")}

    def finish(self, files: Iterable[str]) -> None:
        """The other stores agree about these files."""
        with self._db:
            self._db.executemany("DELETE FROM pending WHERE file=?", [(file,) for file in files])
