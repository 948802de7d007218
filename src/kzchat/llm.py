"""A model that writes text and tells how likely yes is: an Ollama server's, or one embedded in this process.

Both answer greedily (temperature 0), keep the shared prefix of successive prompts cached, and never drop a part of
a prompt: one that does not fit the context window is an error.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kzchat.errors import ModelMissing, OllamaUnreachable
from kzchat.heads import Asked, head_of
from kzchat.schema import BackendName
from kzchat.settings import DEFAULT_GGUF, Settings

_YES = frozenset({"yes"})
_NO = frozenset({"no", "not"})
ALTERNATIVES = 20  # of the first token; both backends give no more
_FLOOR = 1e-6  # the probability of a word that is not among them


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a prompt."""

    role: str  # "system", "user" or "assistant"
    content: str


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of generated text. The last one carries the counts of tokens."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ChatModel(Protocol):
    """What the assistant needs of a model."""

    name: str
    backend: BackendName
    context_window: int

    @property
    def digest(self) -> str:
        """SHA-256 of the weights, by which a calibration is found; empty where it is not known."""
        ...

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[Delta]:
        """Generate a reply, piece by piece. Closing the iterator stops the generation.

        Raises:
            ModelError: the model died, or the prompt does not fit.
        """
        ...

    def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
        """Log-odds of yes in the reply's first token, and the prompt's length in tokens.

        Args:
            asked: what the messages ask, which some weights have a head for (`heads`).

        Raises:
            ModelError: as for `stream`.
        """
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens a text costs, or a bound that is never too low."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


def read_log_odds(alternatives: Mapping[str, float], digest: str, asked: Asked) -> float:
    """Log-odds of yes from a first token's alternatives: by the head of these weights, else by their yes and no.

    Args:
        alternatives: log-probabilities by token.
        digest: of the weights.
    """
    head = head_of(digest, asked)
    odds = head.log_odds(alternatives) if head else None
    return yes_no_log_odds(alternatives) if odds is None else odds


def yes_no_log_odds(alternatives: Mapping[str, float]) -> float:
    """ln P(yes)/P(no) from the log-probabilities of a first token's alternatives, summed over spellings.

    Source: the "P(True)" of Kadavath et al. 2022, "Language Models (Mostly) Know What They Know".
    """
    yes = no = _FLOOR
    for token, logprob in alternatives.items():
        word = token.strip().strip(".,!").casefold()
        if word in _YES:
            yes += math.exp(logprob)
        elif word in _NO:
            no += math.exp(logprob)
    return math.log(yes / no)


def estimate_tokens(text: str) -> int:
    """A bound on the tokens of a text for the byte-pair vocabularies of today's models.

    Measured on the seeds and NTREX with the default model: French has 3.3 characters a token at the least, Russian
    2.0, Arabic 1.9, Kazakh 1.4.
    """
    latin = sum(1 for character in text if character < "\u0250")
    return math.ceil(latin / 2.8 + (len(text) - latin) / 1.3) + 1


def open_model(settings: Settings) -> tuple[ChatModel, str | None]:
    """The model that the settings ask for, ready to answer.

    Returns:
        The model, and a notice for the reader where it is not the first choice.

    Raises:
        OllamaUnreachable, ModelMissing, ModelError: with what to do.
    """
    from kzchat.embedded_model import EmbeddedModel
    from kzchat.ollama_model import OllamaModel
    from kzchat.pull import without_heads

    if settings.backend == "embedded":
        return EmbeddedModel(settings), None
    model = OllamaModel(settings)
    try:
        model.check()
    except (OllamaUnreachable, ModelMissing) as error:
        if settings.backend == "ollama":
            raise
        embedded = EmbeddedModel(settings)
        remedy = f" ({error.remedy})" if isinstance(error, ModelMissing) else ""
        return embedded, f"{error.message} Answering with the embedded model {embedded.name}.{remedy}"
    if model.digest in without_heads():
        remedy = f"kzchat pull {model.name} --from-gguf {settings.models_folder / DEFAULT_GGUF}"
        return model, f"The Ollama server's {model.name} lacks its gate's head, and errs more. Make it from: {remedy}"
    return model, None
