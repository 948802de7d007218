"""Full-text search with BM25 (tantivy) over sentences, and over passages with their article's title.

Each text is indexed, folded and stemmed, in the field of its language; a question is searched in every language's
field, so that its own language does not decide which articles may answer, and without the words that every question
is made of. The names of a sentence are also indexed in a form that their spellings share (`spelling`): there Токаев
meets Tokayev. The question's names are looked up among the names that the articles hold.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import log
from pathlib import Path

import tantivy

from kzchat.errors import IndexingError, not_written
from kzchat.languages import LANGUAGES
from kzchat.schema import Excerpt, Filters, Passage, Sentence, day_number
from kzchat.spelling import NameLexicon, fold, forms, names

VERSION = 2  # part of the index fingerprint: raise it when the same sentence would be indexed differently

_STEMMERS = {"fr": "french", "en": "english", "ru": "russian", "ar": "arabic", "kk": None}  # there is none for Kazakh
_NAME_WEIGHT = 1.0  # against a word as it is written
_ONE_SPELLING = 0.95  # how alike a spelling must be to count as much as the name itself
_KEYWORDS = 4
_WORD = re.compile(r"\w+")

# Id and score, best first. The score is a share of what a text would get that holds every word of the question once
# (BM25 at average length): about 1 for a text that says all of it, more where words are repeated or names match.
Hits = list[tuple[str, float]]


def _field(level: str, language: str) -> str:
    return f"{level}_{language}"


_TEXT_FIELDS = [_field(level, language) for level in ("sentence", "passage") for language in _STEMMERS]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("file", stored=False, tokenizer_name="raw")
    builder.add_text_field("language", stored=False, tokenizer_name="raw")
    builder.add_integer_field("day", indexed=True)
    for name in _TEXT_FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name=name, index_option="freq")
    builder.add_text_field("names", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    builder = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(r"\w+"))
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
    )
    if stemmer := _STEMMERS[language]:
        builder = builder.filter(tantivy.Filter.stemmer(stemmer))
    return builder.filter(tantivy.Filter.ascii_fold()).build()


_ANALYZERS = {language: _analyzer(language) for language in _STEMMERS}


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
        for name in _TEXT_FIELDS:
            self._index.register_tokenizer(name, _ANALYZERS[name.rpartition("_")[2]])
        self._writer: tantivy.IndexWriter | None = None

    def replace(
        self, file: str, title: str, date: str | None, sentences: Sequence[Sentence], passages: Sequence[Passage]
    ) -> None:
        """Put an article in the place of whatever was indexed for the file."""
        writer = self._open_writer()
        writer.delete_documents_by_term("file", file)
        day = day_number(date)
        for sentence in sentences:
            self._add(file, "sentence", day, sentence, sentence.text, " ".join(name_forms(sentence.text)))
        for passage in passages:
            self._add(file, "passage", day, passage, f"{title}\n{passage.text}", "")

    def _add(self, file: str, level: str, day: int, item: Excerpt, text: str, named: str) -> None:
        language = item.language if item.language in _STEMMERS else "kk"
        document = {"id": item.id, "file": file, "language": item.language, "names": named}
        self._open_writer().add_document(tantivy.Document(day=day, **document, **{_field(level, language): text}))

    def remove(self, file: str) -> None:
        """Forget a file."""
        self._open_writer().delete_documents_by_term("file", file)

    def commit(self) -> None:
        """Make everything since the last commit durable and visible."""
        if self._writer is not None:
            try:
                self._writer.commit()
            except (OSError, ValueError) as error:
                raise not_written(f"the full-text index says: {error}") from error
            self._index.reload()

    def end_writing(self) -> None:
        """Commit, and let another process write."""
        self.commit()
        if self._writer is not None:
            self._writer.wait_merging_threads()
            self._writer = None

    def abandon_writing(self) -> None:
        """Forget what was not committed, and let another process write."""
        self._writer = None

    def _open_writer(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=30_000_000, num_threads=1)
        return self._writer

    def reload(self) -> None:
        """See what another process has written."""
        self._index.reload()

    def sentences(
        self,
        question: str,
        language: str,
        limit: int,
        lexicon: NameLexicon | None = None,
        filters: Filters | None = None,
    ) -> Hits:
        """The best sentences for a question; nothing that shares no word and no name with it.

        Args:
            question: in any language.
            language: the question's, as ISO 639-1: which function words it may have.
            limit: how many at most.
            lexicon: the names of the articles; None: names match only as they are written.
            filters: what the search is limited to.
        """
        clauses = self._word_clauses("sentence", question, language)
        if lexicon is not None:
            for form, weight in _spellings(question, language, lexicon).items():
                exact = tantivy.Query.term_query(self._index.schema, "names", form)
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(exact, weight)))
        return self._search(clauses, self._ideal("sentence", question, language), limit, filters)

    def passages(self, question: str, language: str, limit: int, filters: Filters | None = None) -> Hits:
        """The best passages for a question, by their own words and their article's title."""
        clauses = self._word_clauses("passage", question, language)
        return self._search(clauses, self._ideal("passage", question, language), limit, filters)

    def _word_clauses(self, level: str, question: str, language: str) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        words = content_words(question, language)
        if not words:
            return []
        text = " ".join(words)
        queries = (self._index.parse_query_lenient(text, [_field(level, code)])[0] for code in _STEMMERS)
        return [(tantivy.Occur.Should, query) for query in queries]

    def _ideal(self, level: str, question: str, language: str) -> float:
        """The score of a text of average length that holds every word once: the sum of the words' idf."""
        searcher = self._index.searcher()
        total = searcher.num_docs
        ideal = 0.0
        for word in content_words(question, language):
            frequencies = [
                searcher.doc_freq(_field(level, code), stem)
                for code in _STEMMERS
                for stem in _ANALYZERS[code].analyze(word)
            ]
            frequency = max(frequencies, default=0)
            ideal += log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        return ideal

    def _search(
        self,
        clauses: list[tuple[tantivy.Occur, tantivy.Query]],
        ideal: float,
        limit: int,
        filters: Filters | None,
    ) -> Hits:
        if not clauses or ideal <= 0:
            return []
        query = tantivy.Query.boolean_query(clauses)
        if filters:
            limits = (tantivy.Query.const_score_query(limit_, 0.0) for limit_ in self._limits(filters))
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in (query, *limits)])
        searcher = self._index.searcher()
        hits = searcher.search(query, limit).hits
        return [(str(searcher.doc(address)["id"][0]), float(score) / ideal) for score, address in hits if score > 0]

    def _limits(self, filters: Filters) -> Iterable[tantivy.Query]:
        schema = self._index.schema
        if filters.language:
            yield tantivy.Query.term_query(schema, "language", filters.language)
        if filters.files is not None:
            yield tantivy.Query.term_set_query(schema, "file", list(filters.files))
        if filters.since or filters.until:
            kind, first, last = tantivy.FieldType.Integer, filters.since_day, filters.until_day
            yield tantivy.Query.range_query(schema, "day", kind, first, last, use_inverted_index=True)


def name_forms(text: str) -> list[str]:
    """The spelling-tolerant forms of the names of a text, as they are indexed."""
    return [form for name in names(text) for form in forms(name)]


def content_words(question: str, language: str) -> list[str]:
    """The words of a question, in lower case, each once, without those that every question is made of.

    All of them where nothing else would be left.
    """
    words = list(dict.fromkeys(_WORD.findall(question.lower())))
    return [word for word in words if word not in _stop_words(language)] or words


def is_keywords(question: str, language: str) -> bool:
    """Whether a search is a few words side by side, such as a name, and no sentence."""
    words = _WORD.findall(question.lower())
    return 0 < len(words) <= _KEYWORDS and not any(word in _stop_words(language) for word in words)


def _spellings(question: str, language: str, lexicon: NameLexicon) -> Mapping[str, float]:
    """Indexed form to weight for every spelling of every name of a question."""
    function_words = _stop_words(language)
    capitalised = [word for word in names(question) if word.lower() not in function_words]
    asked = capitalised or [word for word in names(question, any_case=True) if word.lower() not in function_words]
    found: dict[str, float] = {}
    for name in asked:
        for form, alike in lexicon.spellings(name).items():
            weight = _NAME_WEIGHT * (1.0 if alike >= _ONE_SPELLING else alike / 2)
            found[form] = max(weight, found.get(form, 0.0))
    return found


@cache
def _stop_words(language: str) -> frozenset[str]:
    """Function words and question words of a language; none of one that is not listed."""
    file = files("kzchat") / "data" / "stopwords" / f"{language}.txt"
    listed = frozenset(file.read_text(encoding="utf-8").split()) if language in LANGUAGES else frozenset()
    return listed | {fold(word) for word in listed if word[0] <= "\u024f"}
