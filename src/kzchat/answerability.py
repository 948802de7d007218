"""How a sentence came to be quoted in, how likely it is the answer out. Pure.

The gate asks the model whether its evidence holds the answer, and is often told yes where the articles are near the
subject and do not say. A sentence that is then quoted is true and no answer. Three signs together tell better than the
gate alone: its log-odds, how much of the question stands in the sentence and its article's title, and whether the
search has it first. A logistic regression weighs them; fitted on public questions, of which some had their paragraph
taken out of its article, by eval/calibration/fit_answers.py (docs/calibration.md).
Source: selective answering with a calibrator (Kamath et al., ACL 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kzchat.answering import holds
from kzchat.languages import same_language
from kzchat.words import stems


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a sentence that could be quoted as the answer."""

    gate: float  # log-odds of yes on "do the excerpts state the answer?"
    shared: float | None  # of the question's words, 0 to 1, in the sentence or its title; None: in another language
    first: bool  # of what the search found


def signs(gate: float, question: str, sentence: str, title: str, first: bool) -> Signs:
    """The signs of a sentence; across languages no word need be shared."""
    return Signs(gate, shared(question, sentence, title) if same_language(question, sentence) else None, first)


def shared(question: str, sentence: str, title: str) -> float:
    """The share of a question's words, 0 to 1, that a sentence of its language or the article's title has."""
    return holds(set(stems(question)), f"{sentence} {title}")


def answers_log_odds(signs: Signs, weights: Sequence[float]) -> float:
    """Log-odds that a sentence answers, less those from which it is quoted: it is where they are not below 0.

    Args:
        weights: the constant, then one for each of the signs in order; they belong to one model.

    Raises:
        ValueError: there are more or fewer.
    """
    constant, *each = weights
    values = (signs.gate, signs.shared or 0.0, signs.first)
    return constant + sum(weight * value for weight, value in zip(each, values, strict=True))
