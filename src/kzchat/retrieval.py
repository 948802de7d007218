"""Question in, ranked sentences out: four lists, their scores added up.

Sentences and the passages they stand in are each searched by meaning (dense) and by words and names (lexical). A
passage lends of its score to its sentences, a sentence to the one behind it, and a sentence without what the question
asks for moves back. Near-identical sentences (syndicated copy) collapse into the best-ranked one, which remembers where
else it stands, and no article or language crowds out others that have as much to say.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil

from rapidfuzz.fuzz import token_sort_ratio

from kzchat.answering import lacks
from kzchat.asked_office import lacks_office
from kzchat.context import in_context
from kzchat.embedding import Embedder
from kzchat.index import Index
from kzchat.languages import detect_language
from kzchat.lexical import is_keywords
from kzchat.schema import Filters, Ranked, RetrievedPassage, Sentence
from kzchat.settings import Settings
from kzchat.spelling import NameLexicon
from kzchat.words import is_question

# A weighted sum of scores that mean the same in every search, which ranks do not: reciprocal rank fusion gives the best
# of some bad word matches full credit, and loses 8 % of hit@1 across languages (docs/calibration.md; Bruch, Gai and
# Ingber, ACM TOIS 42, 2023, find the same). Weighed by eval/calibration/fit_ranking.py on questions of authors whom the
# embedding model was not fitted on, against the cosine of the sentence.
_LEXICAL_WEIGHT = 0.15  # of a sentence's words
_PASSAGE_WEIGHT = 0.3  # of its passage's cosine
_PASSAGE_LEXICAL_WEIGHT = 0.65
_BEFORE_WEIGHT = 0.27  # of the cosine of the sentence before it, in its passage: that says what is asked about,
_BEHIND_WEIGHT = -0.1  # and who says it has yet to tell what is asked
# Of the words where there are only keywords, such as a name: embeddings make little of them, and the sentence itself
# must hold them, so that passages do not count.
_KEYWORDS_WEIGHT = 1.0
_LEXICAL_MOST = 1.5
_HEADING_CHARS = 60
_HEADING_PENALTY = 0.04  # embeddings overrate headings, which are short
_TITLE_PENALTY = 0.19  # of its article: it names the subject of which a sentence below says more
_QUESTION_PENALTY = 0.21  # an interviewer's
_UNASKED_PENALTY = 0.09  # of a sentence without what the question asks for, such as a date
_SAME_SENTENCE = 92.0  # per cent of similarity from which two sentences are the same copy
_BEFORE_QUOTA = 4  # times as many different sentences are ranked as are asked for
_ARTICLE_SHARE = 0.5  # of the results may come from one article while others have something to say
_LANGUAGE_SHARE = 0.75
_COMPARABLE = 0.7  # of the best score: what lies below has not much to say, and takes no place of what lies above

_ALONE = ("", "")  # of a sentence with none beside it

_Ranks = dict[str, Ranked]  # by id


class Retriever:
    """Searches one index. Safe to share between threads."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        self.index = index
        self._embedder = embedder
        self._settings = settings
        self._lexicon: tuple[tuple[int, int], NameLexicon] | None = None

    def search(
        self, question: str, limit: int, filters: Filters | None = None, asked: str | None = None
    ) -> list[RetrievedPassage]:
        """The sentences that may hold the answer, best first, at most `limit`.

        Args:
            asked: the question whose answer they must hold, where another text is searched for: one thing of two that
                it offers.
        """
        if limit < 1:
            return []
        if filters is None and self._settings.evidence_language:
            filters = Filters(language=self._settings.evidence_language)
        found = self._fused(question, filters)[: 2 * _BEFORE_QUOTA * limit]
        if self._on("asked"):
            found = _answering_first(asked or question, found)
        if self._on("collapse"):
            found = _collapsed(found, _BEFORE_QUOTA * limit)
        return _with_quota(found, limit) if self._on("quota") else found[:limit]

    def search_sides(
        self, question: str, sides: Sequence[str], limit: int, parts: Sequence[str] = ()
    ) -> tuple[list[RetrievedPassage], list[RetrievedPassage]]:
        """The evidence of an answer, with its context; the best sentence on each side of a choice, which is part of it.

        Args:
            sides: what is offered, as words to search for; empty: the question offers nothing.
            parts: questions that the question joins; the best sentence for each is part of the evidence, too.
        """
        evidence = self.search(question, limit)
        best = [passage for side in sides for passage in self.search(side, 1, asked=question)]
        of_parts = [passage for part in parts for passage in self.search(part, 1)]
        # In this order, each once, and with the score of the question's own search where that found it.
        found = {passage.sentence.id: passage for passage in (*evidence[:1], *best, *of_parts, *evidence)}
        surrounded = in_context(self.index.manifest, list(found.values())[:limit])
        kept = {passage.sentence.id: passage for passage in surrounded}
        sides_found = dict.fromkeys(passage.sentence.id for passage in best)
        return list(kept.values()), [kept[id_] for id_ in sides_found if id_ in kept]

    def _fused(self, question: str, filters: Filters | None) -> list[RetrievedPassage]:
        language = detect_language(question)
        sentence_lists, passage_lists = self._lists(question, language, filters)
        sentences = self.index.manifest.sentences({id_ for ranks in sentence_lists for id_ in ranks})
        passages = {id_ for ranks in passage_lists for id_ in ranks}
        members = self.index.manifest.sentences_of_passages(passages | {each.passage for each in sentences.values()})
        beside = {id_: pair for group in members.values() for id_, pair in neighbours(group).items()}
        sentences |= {sentence.id: sentence for id_ in passages & members.keys() for sentence in members[id_]}
        dense, lexical = sentence_lists
        passage_dense, passage_lexical = passage_lists
        lowest, passage_lowest = _lowest(dense), _lowest(passage_dense)
        keywords = is_keywords(question, language)
        about = self.index.manifest.by_file()
        found = []
        for id_, sentence in sentences.items():
            article = about.get(sentence.file)
            if article is None:  # removed since
                continue
            places = (
                dense.get(id_),
                lexical.get(id_),
                passage_dense.get(sentence.passage),
                passage_lexical.get(sentence.passage),
            )
            score = _cosine(places[0], lowest)
            if keywords:
                score += _KEYWORDS_WEIGHT * _word_score(places[1])
            else:
                before, behind = beside.get(id_, _ALONE)
                score += _LEXICAL_WEIGHT * _word_score(places[1])
                score += _PASSAGE_WEIGHT * _cosine(places[2], passage_lowest)
                score += _PASSAGE_LEXICAL_WEIGHT * _word_score(places[3])
                score += _BEFORE_WEIGHT * _cosine(dense.get(before), lowest)
                score += _BEHIND_WEIGHT * _cosine(dense.get(behind), lowest) - _penalty(sentence, article.title)
            score -= _HEADING_PENALTY if len(sentence.text) < _HEADING_CHARS else 0.0
            found.append(
                RetrievedPassage(
                    sentence, article.title, article.date, article.outlet, score, *places, author=article.author
                )
            )
        return sorted(found, key=lambda passage: (-passage.score, passage.sentence.file, passage.sentence.start))

    def _lists(
        self, question: str, language: str, filters: Filters | None
    ) -> tuple[tuple[_Ranks, _Ranks], tuple[_Ranks, _Ranks]]:
        """The dense and the lexical list of sentences, and those of passages."""
        store, lexical, limits = self.index.store, self.index.lexical, self._settings
        dense_sentences: _Ranks = {}
        dense_passages: _Ranks = {}
        if self._on("dense"):
            vector = self._embedder.search_query(question, language)
            dense_sentences = _ranks(store.sentences.search(vector, limits.dense_candidates, filters))
            if self._on("passages"):
                dense_passages = _ranks(store.passages.search(vector, limits.dense_candidates, filters))
        lexical_sentences: _Ranks = {}
        lexical_passages: _Ranks = {}
        if self._on("lexical"):
            lexicon = self._names() if self._on("spelling") else None
            hits = lexical.sentences(question, language, limits.lexical_candidates, lexicon, filters)
            lexical_sentences = _ranks(hits)
            if self._on("passages"):
                lexical_passages = _ranks(lexical.passages(question, language, limits.lexical_candidates, filters))
        return (dense_sentences, lexical_sentences), (dense_passages, lexical_passages)

    def _on(self, component: str) -> bool:
        return component not in self._settings.search_without

    def _names(self) -> NameLexicon:
        """The names that the articles hold, read again only when the index has changed."""
        version = self.index.manifest.version
        if self._lexicon is None or self._lexicon[0] != version:
            self._lexicon = (version, NameLexicon(self.index.manifest.names()))
            self.index.lexical.reload()
        return self._lexicon[1]


def _ranks(hits: Iterable[tuple[str, float]]) -> _Ranks:
    return {id_: Ranked(rank, score) for rank, (id_, score) in enumerate(hits, start=1)}


def _lowest(ranks: _Ranks) -> float:
    """The score that a dense list gives at least; 0 where there is no list."""
    return min((place.score for place in ranks.values()), default=0.0)


def neighbours(passage: Sequence[Sentence]) -> dict[str, tuple[str, str]]:
    """The ids of the sentences before and behind each one of a passage, by its id; empty where there is none."""
    ids = ["", *(sentence.id for sentence in passage), ""]
    return {id_: (before, behind) for before, id_, behind in zip(ids, ids[1:], ids[2:], strict=False)}


def _penalty(sentence: Sentence, title: str) -> float:
    """Of what looks like an answer to embeddings, and is none."""
    line = sentence.one_line
    penalty = _TITLE_PENALTY if line == " ".join(title.split()) else 0.0
    return penalty + (_QUESTION_PENALTY if is_question(line) else 0.0)


def _cosine(place: Ranked | None, lowest: float) -> float:
    """Its score in a dense list; the list's lowest where it is not among the nearest."""
    return place.score if place else lowest


def _word_score(place: Ranked | None) -> float:
    return min(place.score, _LEXICAL_MOST) if place else 0.0


def _answering_first(question: str, found: Sequence[RetrievedPassage]) -> list[RetrievedPassage]:
    """The same, those without what the question asks for moved back."""
    weighed = [
        replace(passage, score=passage.score - _UNASKED_PENALTY)
        if lacks(question, passage.sentence.one_line) or lacks_office(question, passage.sentence.one_line)
        else passage
        for passage in found
    ]
    return sorted(weighed, key=lambda passage: -passage.score)  # stable


def _collapsed(found: Sequence[RetrievedPassage], most: int) -> list[RetrievedPassage]:
    """The first `most` different sentences, each with its copies in other articles."""
    kept: list[RetrievedPassage] = []
    for passage in found:
        twin = next((at for at, other in enumerate(kept) if _same(other.sentence, passage.sentence)), None)
        if twin is not None:
            kept[twin] = replace(kept[twin], also_in=(*kept[twin].also_in, passage.sentence))
        elif len(kept) < most:
            kept.append(passage)
    return kept


def _same(one: Sentence, other: Sentence) -> bool:
    """Copies of one sentence. A different number makes a different sentence."""
    shorter, longer = sorted((len(one.text), len(other.text)))
    return (
        shorter > 0.8 * longer
        and one.language == other.language
        and token_sort_ratio(one.text, other.text, score_cutoff=_SAME_SENTENCE) > 0
        and _digits(one.text) == _digits(other.text)
    )


def _digits(text: str) -> Counter[str]:
    return Counter(character for character in text if character.isdigit())


def _with_quota(found: Sequence[RetrievedPassage], limit: int) -> list[RetrievedPassage]:
    """The first `limit`, but of one article or language no more than its share while another has as much to say."""
    of_article, of_language = ceil(limit * _ARTICLE_SHARE), ceil(limit * _LANGUAGE_SHARE)
    articles: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    chosen: dict[str, RetrievedPassage] = {}
    comparable = [passage for passage in found if passage.score >= _COMPARABLE * found[0].score]
    rounds = ((comparable, of_article, of_language), (comparable, of_article, limit), (found, limit, limit))
    for candidates, most_of_article, most_of_language in rounds:
        for passage in candidates:
            sentence = passage.sentence
            if (
                len(chosen) < limit
                and sentence.id not in chosen
                and articles[sentence.file] < most_of_article
                and languages[sentence.language] < most_of_language
            ):
                chosen[sentence.id] = passage
                articles[sentence.file] += 1
                languages[sentence.language] += 1
    return [passage for passage in found if passage.sentence.id in chosen]
