"""A question and its evidence in; gate, prompt, generation and grounding; checked sentences out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import inf
from threading import Event as ThreadEvent

from kzchat.answerability import answers_log_odds, signs
from kzchat.answering import asks_for_a_description, describes
from kzchat.calibration import calibration_of
from kzchat.drafting import Clock
from kzchat.embedding import Embedder
from kzchat.entailment import support_odds
from kzchat.errors import Stopped
from kzchat.evidence import messages
from kzchat.gate import Gate, ask_gate
from kzchat.grounding import Grounder
from kzchat.languages import LANGUAGES
from kzchat.llm import ChatModel
from kzchat.prompts import Prompts
from kzchat.schema import Claim, RetrievedPassage
from kzchat.sentences import SentenceAssembler
from kzchat.settings import Settings
from kzchat.support import Sources

_DESCRIBING = 3  # sentences, the best first, of which one may say who somebody is
_NOT_FLUENT = "the model does not write this language well"
_NOT_CALIBRATED = "the judgement of this model is not calibrated"


class Writer:
    """Writes one answer. Its citations are numbered through, whatever parts the question has."""

    def __init__(
        self,
        model: ChatModel,
        prompts: Prompts,
        settings: Settings,
        embedder: Embedder,
        language: str,
        clock: Clock,
        stopped: ThreadEvent,
    ) -> None:
        """Write with `model`, in `language`, until `stopped` is set."""
        self._model = model
        self._prompts = prompts
        self._settings = settings
        self._embedder = embedder
        self._language = language
        self._fluent = language in settings.fluent_languages
        self._clock = clock
        self._stopped = stopped
        self._calibration = calibration_of(model.digest, settings.home)
        self._numbers: dict[str, int] = {}
        self._said: set[str] = set()

    @property
    def notice(self) -> str:
        """What a reader should know of the model's judgement; often nothing."""
        if self._calibration:
            return ""
        remedy = f"kzchat calibrate --model {self._model.name}"
        return f"{_NOT_CALIBRATED.capitalize()}: its answers are quotations. Calibrate it with: {remedy}"

    def ask_gate(self, question: str, evidence: Sequence[RetrievedPassage]) -> Gate:
        """How sure the model is that the evidence, best first, holds the answer to a question.

        Who somebody is, is answered by a sentence that gives his office, and what letters stand for by one that spells
        them out, whatever the model thinks of it.
        """
        gate = ask_gate(
            self._model, self._prompts, self._settings, question, self._language, evidence, self._calibration,
            self._clock.prompted,
        )  # fmt: skip
        best = gate.accepted[:_DESCRIBING]
        if asks_for_a_description(question) and any(describes(question, passage.sentence.one_line) for passage in best):
            return replace(gate, opens=True, sure=True)
        return gate

    def answer(
        self,
        question: str,
        part: str,
        gate: Gate,
        sides: Sequence[RetrievedPassage] = (),
        compared: bool = False,
    ) -> Iterator[Claim]:
        """Answer one part of a question from what the gate let through: its sentences as they are checked.

        Args:
            question: understood without what was said before.
            part: of it, as a question of its own; the question itself where it asks one thing.
            gate: open.
            sides: of a question that offers a choice, the best sentence on each side.
            compared: such a question, and the answer must speak of both sides.
        """
        posed = question if part == question else self._prompts.fill_part(question, part)
        grounder = self._grounder(question, part, gate, sides)
        claims: list[Claim] = []
        for sentence, complete in self._sentences(posed, gate.accepted):
            claims.append(grounder.check(sentence, complete))
            yield from self._not_said_before(claims[-1])
        for claim in grounder.closing(claims, compared):
            yield from self._not_said_before(claim)

    def _not_said_before(self, claim: Claim) -> Iterator[Claim]:
        """The claim, unless it is shown already, also within a longer quotation: one sentence may answer two parts."""
        within = any(claim.text in said for said in self._said)
        if not (within if claim.verdict == "quoted" else claim.text in self._said):
            yield claim
        if claim.citations:
            self._said.add(claim.text)

    def _grounder(self, whole: str, question: str, gate: Gate, sides: Sequence[RetrievedPassage]) -> Grounder:
        without = self._settings.verify_without
        sources = Sources(
            gate.accepted,
            self._embedder,
            None if "entailment" in without else support_odds(self._model, self._prompts, self._clock.prompted),
            self._calibration.shown if self._calibration else None,
            self._language,
            facts="facts" not in without,
        )
        return Grounder(
            sources,
            question,
            whole,
            quote_only=_NOT_FLUENT if not self._fluent else "" if self._calibration else _NOT_CALIBRATED,
            may_quote=gate.sure,
            sides=sides,
            numbers=self._numbers,
            reads=self._settings.fluent_languages,
            answers=lambda passage: self._answers(question, gate, passage),
        )

    def _answers(self, question: str, gate: Gate, passage: RetrievedPassage) -> float:
        """Log-odds that a sentence answers (`answerability`); infinite where nothing is known of the model's odds."""
        if not self._calibration or not self._calibration.answers or "answers" in self._settings.verify_without:
            return inf
        return answers_log_odds(signs(gate.log_odds, question, passage, gate.accepted), self._calibration.answers)

    def _sentences(self, question: str, evidence: Sequence[RetrievedPassage]) -> Iterator[tuple[str, bool]]:
        """The model's sentences as it ends them, and whether it did: the last may be cut off."""
        task = self._prompts.fill_answer(LANGUAGES[self._language if self._fluent else "en"])
        limit = self._settings.max_answer_tokens
        assembler = SentenceAssembler()
        written = 0
        for delta in self._model.stream(messages(self._prompts, evidence, question, task), limit):
            if self._stopped.is_set():
                raise Stopped("The answer was stopped.", "Ask again to have it whole.")
            if delta.text:
                self._clock.token()
            if delta.completion_tokens:
                self._clock.prompted(delta.prompt_tokens)
                self._clock.completion_tokens += delta.completion_tokens
                written = delta.completion_tokens
            for sentence in assembler.push(delta.text):
                yield sentence, True
        if rest := assembler.rest():
            yield rest, written < limit or rest[-1] in ".!?…»؟"
