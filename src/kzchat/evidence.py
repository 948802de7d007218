"""The evidence in a prompt: numbered lines, in batches that fit the model's window."""

from collections.abc import Sequence

from kzchat.errors import UsageError
from kzchat.languages import LANGUAGES
from kzchat.llm import ChatModel, Message
from kzchat.prompts import Prompts
from kzchat.schema import RetrievedPassage
from kzchat.settings import Settings


def messages(prompts: Prompts, evidence: Sequence[RetrievedPassage], question: str, task: str) -> list[Message]:
    """What the model is sent; the evidence comes first, so that gate and answer share it."""
    lines = "\n".join(_line(number, passage) for number, passage in enumerate(evidence, start=1))
    return [Message("system", prompts.system), Message("user", prompts.fill_question(lines, question, task))]


def evidence_batches(
    prompts: Prompts,
    settings: Settings,
    model: ChatModel,
    question: str,
    language: str,
    evidence: Sequence[RetrievedPassage],
) -> list[list[RetrievedPassage]]:
    """The first sentences, then all, each as long as the budget allows. A batch is a prefix of the next one, so
    that the model reads only what is new.

    Raises:
        UsageError: the question alone fills the window.
    """
    frame = messages(prompts, [], question, prompts.fill_answer(LANGUAGES[language]))
    used = sum(model.count_tokens(message.content) + 8 for message in frame)
    room = min(settings.evidence_tokens, model.context_window - used - settings.max_answer_tokens - 16)
    kept: list[RetrievedPassage] = []
    for number, passage in enumerate(evidence, start=1):
        room -= model.count_tokens(_line(number, passage)) + 1
        if room < 0:
            break
        kept.append(passage)
    if not kept:
        raise UsageError(
            "The question and its best evidence do not fit the model's window together.",
            "Ask a shorter question, or raise KZCHAT_CONTEXT_WINDOW and KZCHAT_EVIDENCE_TOKENS.",
        )
    first = kept[: settings.first_sentences]
    return [first, kept] if len(kept) > len(first) else [kept]


def _line(number: int, passage: RetrievedPassage) -> str:
    return line(number, passage.date, passage.sentence.one_line)


def line(number: int, date: str | None, text: str) -> str:
    """One sentence of the evidence, as the model reads it."""
    return f"[{number}]{f' ({date})' if date else ''} {text}"
