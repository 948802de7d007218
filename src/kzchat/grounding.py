"""A sentence of the model's draft in, a checked claim with its citation out.

The model's own citation marks are thrown away: small models cite at random. Each sentence is held against every
evidence sentence. It is *supported* by the most similar one that holds all its numbers, months and names, if the
model, asked yes or no, finds it there too; else the source sentence is shown verbatim in its place (*quoted*).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kzchat.embedding import Embedder, Vectors
from kzchat.facts import Mismatch, kinds, mismatches
from kzchat.schema import Citation, Claim, RetrievedPassage
from kzchat.sentences import sentence_spans

_MARKS = re.compile(r"\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]")
# e5's cosines lie close together: a support must come this close to the evidence that the claim resembles most.
_NEAR = 0.03
_SOURCES_TRIED = 2  # each costs a call of the model


def without_marks(text: str) -> str:
    """The text without citation marks such as [1] or [2, 3]."""
    return _MARKS.sub("", text)


class SentenceAssembler:
    """Turns a stream of text pieces into whole sentences, holding the last one back until it is certain to end."""

    def __init__(self) -> None:
        self._buffer = ""

    def push(self, text: str) -> Iterator[str]:
        """Add a piece; yield the sentences that are now complete."""
        self._buffer += text
        spans = sentence_spans(self._buffer)
        for span in spans[:-1]:
            yield self._buffer[span.start : span.end]
        if len(spans) > 1:
            self._buffer = self._buffer[spans[-1].start :]

    def rest(self) -> str:
        """What is left when the stream has ended."""
        rest, self._buffer = self._buffer.strip(), ""
        return rest


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: RetrievedPassage
    similarity: float
    mismatches: list[Mismatch]


class Grounder:
    """Checks the sentences of one answer against its evidence and numbers the citations."""

    def __init__(
        self,
        evidence: Sequence[RetrievedPassage],
        embedder: Embedder,
        entails: Callable[[str, str], bool] | None,
        language: str = "",
        quote_only: bool = False,
    ) -> None:
        """Check against `evidence`, best first.

        Args:
            entails: whether the model takes a source (first) to support a claim (second); asked only of claims whose
                facts stand in the source. None: facts alone decide.
            language: the reader's: of sources that support a claim alike, one in this language is cited.
            quote_only: show the source of a supported claim in its place: the model does not write the language well.
        """
        self._evidence = evidence
        self._embedder = embedder
        self._entails = entails
        self._language = language
        self._quote_only = quote_only
        self._vectors: Vectors | None = None
        self._numbers: dict[str, int] = {}

    def check(self, draft: str, complete: bool = True) -> Claim:
        """Attach one sentence to its source.

        Args:
            draft: a sentence as the model wrote it.
            complete: False where the model was cut off in mid-sentence, which is never shown as written.

        Returns:
            A supported claim, a quotation in its place, or a withheld claim where no source sentence can take its
            place: it was already shown, or it holds no fact of the kind that the draft invented.
        """
        text = " ".join(without_marks(draft).split())
        if not any(character.isalnum() for character in text) or text.endswith(("?", "؟")):
            return Claim(text, "withheld", reasons=("it is not an answer",), draft=draft)
        candidates = self._candidates(text)
        if not candidates:
            return Claim(text, "withheld", reasons=("there is no evidence",), draft=draft)
        nearest = candidates[0].similarity
        sound = [c for c in candidates if not c.mismatches and c.similarity >= nearest - _NEAR]
        sound.sort(key=lambda candidate: candidate.passage.sentence.language != self._language)  # stable
        if complete:
            for candidate in sound[:_SOURCES_TRIED]:
                if self._entails is None or self._entails(candidate.passage.sentence.one_line, text):
                    if self._quote_only:
                        return self._quote(candidate.passage, ("the model does not write this language well",), draft)
                    return Claim(text, "supported", (self._cite(candidate.passage),), draft=draft)
        if sound:
            reason = "the model does not find it in the source" if complete else "the sentence was cut off"
            return self._quote(sound[0].passage, (reason,), draft)
        reasons = tuple(mismatch.reason for mismatch in candidates[0].mismatches)
        invented = {mismatch.kind for mismatch in candidates[0].mismatches}
        for candidate in candidates:
            if candidate.similarity >= nearest - _NEAR and invented <= kinds(candidate.passage.sentence.text):
                return self._quote(candidate.passage, reasons, draft)
        return Claim(text, "withheld", (), reasons, draft)

    def _quote(self, passage: RetrievedPassage, reasons: tuple[str, ...], draft: str) -> Claim:
        if passage.sentence.id in self._numbers:
            return Claim(without_marks(draft).strip(), "withheld", (), reasons, draft)
        citation = self._cite(passage)
        return Claim(" ".join(citation.quote.split()), "quoted", (citation,), reasons, draft)

    def _candidates(self, text: str) -> list[_Candidate]:
        if not self._evidence:
            return []
        if self._vectors is None:
            self._vectors = self._embedder.passages([passage.sentence.one_line for passage in self._evidence])
        similarities = self._vectors @ self._embedder.passages([text])[0]
        return [
            _Candidate(
                self._evidence[at],
                float(similarities[at]),
                mismatches(text, self._evidence[at].sentence.text, _about(self._evidence[at])),
            )
            for at in np.argsort(-similarities)
        ]

    def _cite(self, passage: RetrievedPassage) -> Citation:
        sentence = passage.sentence
        number = self._numbers.setdefault(sentence.id, len(self._numbers) + 1)
        return Citation(
            number,
            sentence.file,
            sentence.start,
            sentence.end,
            sentence.text,
            sentence.article_sha256,
            passage.title,
            passage.date,
            passage.outlet,
            passage.author,
            sentence.language,
        )


def _about(passage: RetrievedPassage) -> str:
    """What the article says of itself. Its title may hold the claim's names; its date the claim's date."""
    return "\n".join(part for part in (passage.title, passage.date, passage.outlet, passage.author) if part)
