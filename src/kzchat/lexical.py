"""Full-text search over sentences with BM25 (tantivy), folded and stemmed by language.

Each sentence is indexed in the field of its language and, transliterated to plain Latin letters, in one field for
all, where Токаев meets Tokayev as a spelling two edits away at the most. A question is searched in every field: its
own language's stemmer decides nothing about which articles may answer.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import tantivy
from anyascii import anyascii

from kzchat.schema import Sentence

VERSION = 1  # part of the index fingerprint: raise it when the same sentence would be indexed differently

_STEMMERS = {"fr": "french", "en": "english", "ru": "russian", "ar": "arabic"}
_FIELDS = (*_STEMMERS, "other", "latin")
_FUZZY_MIN_CHARS = 6  # a shorter word has too many neighbours
_LATIN_WEIGHT = 0.3
_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Plain lower-case Latin letters, whatever the script: "Тоқаев" and "Tokaïev" become "toqaev", "tokaiev"."""
    return anyascii(text).lower()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("file", stored=False, tokenizer_name="raw")
    for name in _FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name=f"kzchat_{name}", index_option="freq")
    return builder.build()


def _analyzer(field: str) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\w+"))
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
    )
    if stemmer := _STEMMERS.get(field):
        builder = builder.filter(tantivy.Filter.stemmer(stemmer))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


class LexicalIndex:
    """A tantivy index in a folder. One writer at a time: the caller holds the index lock."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(folder))
        for name in _FIELDS:
            self._index.register_tokenizer(f"kzchat_{name}", _analyzer(name))
        self._writer: tantivy.IndexWriter | None = None

    def replace(self, file: str, sentences: Iterable[Sentence]) -> None:
        """Put these sentences in the place of whatever was indexed for the file."""
        writer = self._open_writer()
        writer.delete_documents("file", file)
        for sentence in sentences:
            field = sentence.language if sentence.language in _STEMMERS else "other"
            writer.add_document(
                tantivy.Document(id=sentence.id, file=file, latin=fold(sentence.text), **{field: sentence.text})
            )

    def remove(self, file: str) -> None:
        """Forget a file."""
        self._open_writer().delete_documents("file", file)

    def commit(self) -> None:
        """Make everything since the last commit durable and visible."""
        if self._writer is not None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._writer = None
            self._index.reload()

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=30_000_000, num_threads=1)
        return self._writer

    def search(self, question: str, limit: int) -> list[tuple[str, float]]:
        """The best sentences for a question.

        Returns:
            At most `limit` pairs of sentence id and BM25 score, best first; nothing that shares no word.
        """
        words = list(dict.fromkeys(_WORD.findall(question.lower())))
        clauses: list[tuple[tantivy.Occur, tantivy.Query]] = []
        for field in (*_STEMMERS, "other"):
            query, _ = self._index.parse_query_lenient(" ".join(words), [field])
            clauses.append((tantivy.Occur.Should, query))
        for word in dict.fromkeys(_WORD.findall(fold(question))):
            if len(word) >= _FUZZY_MIN_CHARS:
                fuzzy = tantivy.Query.fuzzy_term_query(self._index.schema, "latin", word, distance=1)
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(fuzzy, _LATIN_WEIGHT)))
        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        return [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits if score > 0]
