"""The evidence and a sentence in; out what the sentence rests on, and the verdict.

It is held against every evidence sentence, alone and with another of its article: the facts first, then the model
(`verdict`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kzchat.bindings import lends
from kzchat.embedding import Embedder, Vectors
from kzchat.schema import RetrievedPassage
from kzchat.selection import about
from kzchat.verdict import Judgement, LogOdds, Thresholds, by_model, compare

# e5's cosines lie close together: a support must come this close to the evidence that the claim resembles most.
_NEAR = 0.03
_SOURCES_TRIED = 2  # each costs a call of the model
_PAIRED = 3  # of the most similar sentences are also tried together with another
# What another sentence of the article may lend: whom it is about. A number or date of another sentence is another's.
_LENT = frozenset({"name", "place", "function"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """An evidence sentence, or two of one article, that the draft may rest on."""

    passages: tuple[RetrievedPassage, ...]
    similarity: float  # cosine of the draft and the (first) sentence
    by_facts: Judgement | None  # None: no fact speaks against it

    @property
    def source(self) -> str:
        return " ".join(passage.sentence.one_line for passage in self.passages)

    @property
    def about(self) -> str:
        return about(self.passages[0])


class Sources:
    """The evidence that sentences are held against."""

    def __init__(
        self,
        evidence: Sequence[RetrievedPassage],
        embedder: Embedder,
        log_odds: LogOdds | None = None,
        thresholds: Thresholds | None = None,
        language: str = "",
        facts: bool = True,
    ) -> None:
        """Hold sentences against `evidence`, best first.

        Args:
            log_odds: how sure the model is that a source supports a claim; asked only where the facts let it pass.
                None: facts alone decide.
            thresholds: of that model.
            language: the reader's: of sources that support a claim alike, one in this language is cited.
            facts: False: the model alone decides, to see what the facts are worth.
        """
        self.evidence = evidence
        self.language = language
        self._embedder = embedder
        self._log_odds = log_odds
        self._thresholds = thresholds
        self._facts = facts
        self._vectors: Vectors | None = None

    def support(self, sentence: str) -> tuple[Candidate | None, Judgement]:
        """What a sentence rests on, and the verdict; where it is not supported, what comes nearest to it."""
        if not self.evidence:
            return None, Judgement("not_found", None)
        return self.judged(sentence, self.candidates(sentence))

    def judged(self, text: str, candidates: Sequence[Candidate]) -> tuple[Candidate, Judgement]:
        """The first of the candidates that supports a sentence, with the verdict; else what comes nearest to it."""
        last: tuple[Candidate, Judgement] | None = None
        for candidate in self._supports(text, candidates):
            judgement = by_model(text, candidate.source, candidate.about, self._log_odds, self._thresholds)
            if judgement.verdict == "supported":
                return candidate, judgement
            last = last or (candidate, judgement)
        return last or (candidates[0], candidates[0].by_facts or Judgement("not_found", None))

    def candidates(self, text: str) -> list[Candidate]:
        """Each evidence sentence alone, the most similar to the draft first."""
        if self._vectors is None:
            self._vectors = self._embedder.passages([passage.sentence.one_line for passage in self.evidence])
        similarities = self._vectors @ self._embedder.passages([text])[0]
        return [
            Candidate(
                (passage,), float(similarities[at]), self._compare(text, passage.sentence.one_line, about(passage))
            )
            for at in np.argsort(-similarities)
            for passage in [self.evidence[at]]
        ]

    def _compare(self, text: str, source: str, about: str) -> Judgement | None:
        return compare(text, source, about) if self._facts else None

    def _supports(self, text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """What no fact speaks against, best first: single sentences, else two of one article together."""
        nearest = candidates[0].similarity
        near = [each for each in candidates if each.similarity >= nearest - _NEAR]
        sound = [each for each in near if each.by_facts is None]
        if not sound:
            sound = list(self._pairs(text, near[:_PAIRED], candidates))
        sound.sort(key=lambda each: each.passages[0].sentence.language != self.language)  # stable
        return sound[:_SOURCES_TRIED]

    def _pairs(self, text: str, near: Sequence[Candidate], others: Sequence[Candidate]) -> Iterator[Candidate]:
        for one in near:
            lacking = [(each.kind, each.text) for each in one.by_facts.mismatches] if one.by_facts else []
            if not lacking or not all(kind in _LENT for kind, _ in lacking):
                continue
            first = one.passages[0]
            for other in others:
                second = other.passages[0]
                if second is first or second.sentence.file != first.sentence.file:
                    continue
                if not lends(text, lacking, second.sentence.one_line):
                    continue
                pair = Candidate((first, second), one.similarity, None)
                if self._compare(text, pair.source, pair.about) is None:
                    yield pair
