"""Question in, ranked sentences out: the dense and the lexical list, fused by reciprocal rank.

Near-identical sentences (syndicated copy) collapse into the best-ranked one, which remembers where else it stands.
"""

from dataclasses import replace

from rapidfuzz.fuzz import token_sort_ratio

from kzchat.embedding import Embedder, Vectors
from kzchat.ingestion import Index
from kzchat.schema import RetrievedPassage, Sentence
from kzchat.settings import Settings

# Cormack, Clarke and Büttcher (SIGIR 2009) use 60. On the 200 answerable questions of PIAF, constants from 5 to 60 and
# weights from 0.5 to 1 all give hit@5 of .89 to .92 (dense alone .86, lexical alone .80).
_RRF_K = 20
_LEXICAL_WEIGHT = 0.7
_HEADING_CHARS = 60
_HEADING_PENALTY = 0.03  # of cosine; on PIAF, .02 to .04 gain 1 % of hit@10 and lose nothing
_CENTROID_SAMPLE = 1000  # sentences of a language
_SAME_SENTENCE = 92.0  # per cent of similarity from which two sentences are the same copy

_Ranks = dict[str, tuple[int, float]]  # id to rank from 1 and score


class Retriever:
    """Searches one index. Safe to share between threads."""

    def __init__(self, index: Index, embedder: Embedder, settings: Settings) -> None:
        self.index = index
        self._embedder = embedder
        self._settings = settings
        self._means: dict[str, Vectors] = {}
        self._state = ""

    def search(self, question: str, limit: int) -> list[RetrievedPassage]:
        """The sentences that may hold the answer, best first, at most `limit`."""
        dense, lexical, sentences = self._candidates(question)
        fused = {
            id_: _reciprocal(dense.get(id_), 1.0) + _reciprocal(lexical.get(id_), _LEXICAL_WEIGHT) for id_ in sentences
        }
        about = {article.file: article for article in self.index.manifest.contents()}
        found: list[RetrievedPassage] = []
        for id_ in sorted(fused, key=lambda id_: (-fused[id_], id_)):
            sentence = sentences[id_]
            twin = next((n for n, p in enumerate(found) if _same(p.sentence.text, sentence.text)), None)
            if twin is not None:
                found[twin] = replace(found[twin], also_in=(*found[twin].also_in, sentence))
                continue
            if len(found) == limit:
                break
            article = about[sentence.file]
            found.append(
                RetrievedPassage(
                    sentence,
                    article.title,
                    article.date,
                    article.outlet,
                    fused[id_],
                    *dense.get(id_, (None, None)),
                    *lexical.get(id_, (None, None)),
                )
            )
        return found

    def _candidates(self, question: str) -> tuple[_Ranks, _Ranks, dict[str, Sentence]]:
        """The dense list, the lexical list, and the sentences of both that are (still) indexed.

        Multilingual embeddings lie closer to anything in their own language than to the right sentence in another:
        what a question has in common with a language's average sentence is subtracted before sentences of several
        languages are compared. They also overrate headings, which are short.
        """
        vector = self._embedder.query(question)
        nearest = {
            id_: (cosine, float(vector @ centroid))
            for language, centroid in self._centroids().items()
            for id_, cosine in self.index.store.search(vector, self._settings.dense_candidates, language)
        }
        lexical = self.index.lexical.search(question, self._settings.lexical_candidates)
        sentences = self.index.manifest.sentences([*nearest, *(id_ for id_, _ in lexical)])

        def comparable(id_: str) -> float:
            cosine, common = nearest[id_]
            return cosine - common - (_HEADING_PENALTY if len(sentences[id_].text) < _HEADING_CHARS else 0.0)

        dense = sorted((id_ for id_ in nearest if id_ in sentences), key=lambda id_: (-comparable(id_), id_))
        dense_ranks = {
            id_: (rank, nearest[id_][0]) for rank, id_ in enumerate(dense[: self._settings.dense_candidates], start=1)
        }
        known = [(id_, score) for id_, score in lexical if id_ in sentences]
        lexical_ranks = {id_: (rank, score) for rank, (id_, score) in enumerate(known, start=1)}
        kept = {id_: sentences[id_] for id_ in dense_ranks | lexical_ranks}
        return dense_ranks, lexical_ranks, kept

    def _centroids(self) -> dict[str, Vectors]:
        """Each indexed language's mean vector, computed anew when the index has changed."""
        state = self.index.manifest.corpus_hash()
        if self._state != state:
            languages = sorted({article.language for article in self.index.manifest.contents()})
            means = {language: self.index.store.centroid(language, _CENTROID_SAMPLE) for language in languages}
            self._means = {language: mean for language, mean in means.items() if mean is not None}
            self._state = state
        return self._means


def _reciprocal(entry: tuple[int, float] | None, weight: float) -> float:
    return weight / (_RRF_K + entry[0]) if entry else 0.0


def _same(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    return shorter > 0.8 * longer and token_sort_ratio(one, other) >= _SAME_SENTENCE
