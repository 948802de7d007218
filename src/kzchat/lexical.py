"""Full-text search over sentences with BM25 (tantivy), folded and stemmed by language.

Each sentence is indexed in the field of its language and, for its names, in one field for all languages that holds
the spelling-tolerant form of every longer word: there Токаев meets Tokayev, and Qoşanov Koshanov. A question is
searched in every field, so that its own language does not decide which articles may answer.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import tantivy

from kzchat.errors import IndexingError
from kzchat.schema import Sentence
from kzchat.spelling import fold, skeleton

VERSION = 1  # part of the index fingerprint: raise it when the same sentence would be indexed differently

_STEMMERS = {"fr": "french", "en": "english", "ru": "russian", "ar": "arabic"}
_FIELDS = (*_STEMMERS, "other", "spelling")
_NAME_MIN_CHARS = 5  # a shorter word has too many neighbours
_NAME_WEIGHT = 0.5
_ONE_LETTER_OFF_WEIGHT = 0.3
_WORD = re.compile(r"\w+")


def _skeletons(words: Iterable[str]) -> list[str]:
    """The spelling-tolerant forms of the longer words."""
    folded = (part for word in words for part in _WORD.findall(fold(word)))
    return [form for part in folded if len(form := skeleton(part)) >= _NAME_MIN_CHARS]


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
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(folder))
        except (OSError, ValueError) as error:
            raise IndexingError(
                f"The full-text index {folder} cannot be opened: {error}.",
                f"Delete the folder {folder.parent} and run: kzchat index",
            ) from error
        for name in _FIELDS:
            self._index.register_tokenizer(f"kzchat_{name}", _analyzer(name))
        self._writer: tantivy.IndexWriter | None = None

    def replace(self, file: str, sentences: Iterable[Sentence]) -> None:
        """Put these sentences in the place of whatever was indexed for the file."""
        writer = self._open_writer()
        writer.delete_documents_by_term("file", file)
        for sentence in sentences:
            field = sentence.language if sentence.language in _STEMMERS else "other"
            writer.add_document(
                tantivy.Document(
                    id=sentence.id,
                    file=file,
                    spelling=" ".join(_skeletons(_WORD.findall(sentence.text))),
                    **{field: sentence.text},
                )
            )

    def remove(self, file: str) -> None:
        """Forget a file."""
        self._open_writer().delete_documents_by_term("file", file)

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
        as_written = _WORD.findall(question)
        names = [word for word in as_written if word[0].isupper() or word[0] > "\u024f"] or as_written
        for form in dict.fromkeys(_skeletons(names)):
            exact = tantivy.Query.term_query(self._index.schema, "spelling", form)
            near = tantivy.Query.fuzzy_term_query(self._index.schema, "spelling", form, distance=1)
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(exact, _NAME_WEIGHT)))
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(near, _ONE_LETTER_OFF_WEIGHT)))
        searcher = self._index.searcher()
        hits = searcher.search(tantivy.Query.boolean_query(clauses), limit).hits
        return [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in hits if score > 0]
