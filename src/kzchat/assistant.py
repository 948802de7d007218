"""Read this first: how a question becomes a cited answer.

    complete (a follow-up) -> retrieve -> gate -> for each part of the question: generate -> ground -> Answer

`Assistant.ask` returns a stream of events: the evidence as soon as it is found, each sentence as soon as it is
checked. What is shown is never withdrawn.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from threading import Event as ThreadEvent
from typing import Literal

from kzchat.alternatives import alternatives
from kzchat.calibration import calibration_of
from kzchat.changes import Changes, find_changes
from kzchat.checking import check_text
from kzchat.completion import MAX_TOKENS, checked, hint, joined, shown
from kzchat.cues import language_of
from kzchat.drafting import Clock, Draft
from kzchat.embedding import Embedder, default_embedder
from kzchat.entailment import support_odds
from kzchat.errors import IndexingBusy, Stopped, UsageError
from kzchat.events import AnswerStream, ClaimReady, Completed, Event, EvidenceFound, Working
from kzchat.followup import needs_completion
from kzchat.grounding import quotation
from kzchat.index import Index, open_index
from kzchat.ingestion import Progress, update
from kzchat.languages import LANGUAGES, check_language
from kzchat.llm import ChatModel, Message, open_model
from kzchat.parts import parts
from kzchat.premise import said_otherwise, why_not
from kzchat.prompts import Prompts, load_prompts
from kzchat.proper_names import names
from kzchat.retrieval import Retriever
from kzchat.schema import Answer, CheckedSentence, Exchange, Filters, Reason, RetrievedPassage
from kzchat.settings import Settings
from kzchat.support import Sources
from kzchat.verdict import LogOdds, Thresholds
from kzchat.writing import Writer

__all__ = ["AnswerStream", "Assistant", "ClaimReady", "Completed", "Event", "EvidenceFound", "Plan", "Working"]

# Below this cosine of aligned vectors, with no word in common either, nothing that is indexed can matter: the 222
# answerable questions of the fifth to seventh natural sets reach .20 at least, those without a common word .39.
_NO_EVIDENCE_BELOW = 0.04


# What is done about changes: index them now, or build a new index for another pipeline; or answer without them, because
# they are many, or another process is indexing.
Plan = Literal["none", "now", "rebuild", "later", "busy"]


class Assistant:
    """Answers questions about one corpus."""

    def __init__(
        self,
        settings: Settings,
        index: Index,
        embedder: Embedder,
        model: Callable[[], tuple[ChatModel, str | None]],
        prompts: Prompts | None = None,
    ) -> None:
        """Put the parts together; most callers use `Assistant.open`.

        Args:
            model: opens the model, when the first question needs it; returns it with a notice for the reader.
        """
        self.settings = settings
        self.index = index
        self._embedder = embedder
        self._retriever = Retriever(index, embedder, settings)
        self._prompts = prompts or load_prompts()
        self._open_model = model
        self._model: ChatModel | None = None

    @classmethod
    def open(
        cls,
        settings: Settings,
        on_changes: Callable[[Changes, Plan], None] | None = None,
        progress: Progress | None = None,
        everything: bool = True,
    ) -> "Assistant":
        """Open the corpus, bringing its index in step with the folder first.

        Args:
            on_changes: told what separates the folder from the index, and what is done about it.
            progress: told after each article.
            everything: False: where more than `index_before_answer` articles changed, or another process is
                indexing, answer from what is indexed.

        Raises:
            CorpusError, IndexingError: with what to do.
        """
        embedder = default_embedder()
        index = open_index(settings, embedder.name, embedder.dimension)
        changes = find_changes(settings, index.manifest)
        tell = on_changes or (lambda changes, plan: None)
        usable = not everything and bool(index.manifest.by_file())
        if usable and changes.count > settings.index_before_answer:
            tell(changes, "later")
        elif changes:
            tell(changes, "rebuild" if index.others() and not index.manifest.by_file() else "now")
            try:
                update(settings, index, embedder, changes, progress)
            except IndexingBusy:
                if not usable:
                    raise
                tell(changes, "busy")
        else:
            tell(changes, "none")
            index.manifest.restamp(changes.restamped)
        return cls(settings, index, embedder, lambda: open_model(settings))

    def retriever_with(self, settings: Settings) -> Retriever:
        """The same index searched with other settings."""
        return Retriever(self.index, self._embedder, settings)

    def search(self, question: str, limit: int, filters: Filters | None = None) -> list[RetrievedPassage]:
        """Retrieval only."""
        return self._retriever.search(self._checked(question), limit, filters)

    def ask(self, question: str, language: str | None = None, history: Sequence[Exchange] = ()) -> AnswerStream:
        """Answer a question from the articles, or say why they do not.

        Args:
            question: in any of the readers' languages.
            language: of the answer, as ISO 639-1; None: the question's.
            history: the conversation so far, oldest first. A question that leans on it is completed from it.

        Raises:
            UsageError: the question is empty or too long, or the language unknown.
            ModelError: while the stream is read, with what to do.
        """
        if language is not None:
            check_language(language)
        stopped = ThreadEvent()
        return AnswerStream(self._answer(self._checked(question), language, history, stopped), stopped)

    def check(self, text: str, facts_only: bool = False) -> Iterator[CheckedSentence]:
        """Hold each sentence of a text against the articles, in order.

        Args:
            facts_only: do not ask the model.

        Raises:
            UsageError: there is nothing to check, or too much.
            ModelError: while it is read, with what to do.
        """
        log_odds, thresholds = (None, None) if facts_only else self.support_odds()

        def sources(sentence: str, limit: int) -> Sources:
            return Sources(self._retriever.search(sentence, limit), self._embedder, log_odds, thresholds)

        return check_text(text, sources)

    def support_odds(self) -> tuple[LogOdds | None, Thresholds | None]:
        """How sure the model is that a source supports a claim, and from where that counts; opens the model.

        Returns:
            None and None where its judgement is not calibrated: the facts alone decide then.
        """
        for _ in self._opened():
            pass
        model = self._model
        calibration = calibration_of(model.digest, self.settings.home) if model else None
        if model is None or calibration is None:
            return None, None
        return support_odds(model, self._prompts), calibration.thresholds

    def close(self) -> None:
        """Free the model and the index."""
        if self._model is not None:
            self._model.close()
            self._model = None

    @property
    def model(self) -> ChatModel | None:
        """The model, once a question has needed it."""
        return self._model

    def _checked(self, question: str) -> str:
        if len(question) > self.settings.max_question_chars:
            raise UsageError(
                f"The question has {len(question):,} characters; the limit is {self.settings.max_question_chars:,}.",
                "Ask a shorter question.",
            )
        question = " ".join(question.replace("\x00", " ").split())
        if not any(character.isalnum() for character in question):
            raise UsageError("The question is empty.", 'Ask one, such as: kzchat ask "Who visited Morocco in 2025?"')
        return question

    def _answer(
        self, typed: str, language: str | None, history: Sequence[Exchange], stopped: ThreadEvent
    ) -> Generator[Event, None, Answer]:
        clock = Clock()
        spoken = language_of(typed, history)
        question = typed
        if needs_completion(typed, history):
            question = yield from self._completed(typed, spoken, history, clock, stopped)
            yield Completed(question, spoken)

        clock.searching()
        choice = alternatives(question)
        # A follow-up may be completed by putting it behind what was asked before, which is answered.
        asked = parts(question) if choice is None and question == typed else (question,)
        evidence, sides = self._retriever.search_sides(
            question,
            choice.searched if choice else (),
            self.settings.evidence_sentences,
            [part for part in asked if part != question and names(part)],  # one without names says nothing by itself
        )
        clock.retrieved()
        yield EvidenceFound(tuple(evidence))
        draft = Draft(typed, question, language or spoken, tuple(evidence), self.index.fingerprint, clock)

        model = yield from self._opened()
        draft.model = model
        if _nothing_relevant(evidence):
            return draft.abstained("no_evidence")

        writer = Writer(model, self._prompts, self.settings, self._embedder, language or spoken, clock, stopped)
        yield Working("reading", writer.notice)
        gate = writer.ask_gate(question, evidence)
        draft.gate_log_odds = gate.log_odds
        if not gate.opens:
            return _declined(draft, evidence, question, why_not(question, evidence))
        yield Working("writing")
        for part in asked:
            for claim in writer.answer(question, part, gate, sides, bool(choice and choice.compared)):
                draft.claims.append(claim)
                yield ClaimReady(claim)
        if all(claim.verdict == "withheld" for claim in draft.claims):
            return _declined(draft, evidence, question, "not_stated")
        return draft.answered()

    def _opened(self) -> Generator[Event, None, ChatModel]:
        if self._model is None:
            yield Working("loading")
            self._model, notice = self._open_model()
            if notice:
                yield Working("reading", notice)
        return self._model

    def _completed(
        self, followup: str, language: str, history: Sequence[Exchange], clock: Clock, stopped: ThreadEvent
    ) -> Generator[Event, None, str]:
        """The follow-up as a question of its own: the model's, where code finds nothing wrong with it."""
        if language not in self.settings.fluent_languages:
            return joined(followup, history)
        model = yield from self._opened()
        yield Working("completing")
        before = history[-1]
        prompt = self._prompts.fill_complete(
            shown(before.understood), shown(hint(before)), followup, LANGUAGES[language]
        )
        written = ""
        for delta in model.stream([Message("user", prompt)], MAX_TOKENS):
            if stopped.is_set():
                raise Stopped("The answer was stopped.", "Ask again to have it whole.")
            written += delta.text
            clock.prompted(delta.prompt_tokens)
            clock.completion_tokens += delta.completion_tokens
        return checked(written, followup, history, language) or joined(followup, history)


def _declined(draft: Draft, evidence: Sequence[RetrievedPassage], question: str, reason: Reason) -> Answer:
    """No answer: for this reason, or with the sentence that has otherwise what the question takes for granted."""
    if passage := said_otherwise(question, evidence):
        draft.claims.append(quotation(passage))
        return draft.abstained("false_premise")
    return draft.abstained(reason)


def _nothing_relevant(evidence: Sequence[RetrievedPassage]) -> bool:
    return not any(
        passage.lexical or (passage.dense and passage.dense.score >= _NO_EVIDENCE_BELOW) for passage in evidence
    )
