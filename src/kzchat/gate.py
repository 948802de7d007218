"""The evidence and a question in, out how sure the model is that they hold the answer, and the sentences it is sure of.

One question, one token, no text: "Do the excerpts state the answer to this question?"
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kzchat.calibration import Calibration
from kzchat.evidence import evidence_batches, messages
from kzchat.llm import ChatModel
from kzchat.prompts import Prompts
from kzchat.schema import RetrievedPassage
from kzchat.settings import Settings

_WITHOUT_CALIBRATION = 0.8  # of a model whose odds mean nothing yet: the default model's rarely errs above it


@dataclass(frozen=True, slots=True)
class Gate:
    """What the model makes of the evidence for one question."""

    log_odds: float  # of yes, off the model's head or its words
    accepted: Sequence[RetrievedPassage]  # the batch for which they are highest
    opens: bool  # the model is let write
    sure: bool  # a sentence may be quoted where what it writes does not pass


def ask_gate(
    model: ChatModel,
    prompts: Prompts,
    settings: Settings,
    question: str,
    language: str,
    evidence: Sequence[RetrievedPassage],
    calibration: Calibration | None,
    on_prompt: Callable[[int], None],
) -> Gate:
    """Ask the model of the best sentences first, and of the rest only where these do not surely hold the answer.

    Args:
        question: understood without what was said before.
        language: of the answer that would follow.
        evidence: best first.
        calibration: what the model's odds mean; None: nothing is known of them.
        on_prompt: told the tokens of each prompt.

    Raises:
        UsageError: the question alone fills the model's window.
    """
    sure = calibration.quote if calibration else _WITHOUT_CALIBRATION
    asked: list[tuple[float, Sequence[RetrievedPassage]]] = []
    for batch in evidence_batches(prompts, settings, model, question, language, evidence):
        odds, prompt_tokens = model.log_odds(messages(prompts, batch, question, prompts.gate), "answered")
        on_prompt(prompt_tokens)
        asked.append((odds, batch))
        if odds >= sure:
            break
    odds, accepted = max(asked, key=lambda each: each[0])
    return Gate(odds, accepted, odds >= (calibration.gate if calibration else sure), odds >= sure)
