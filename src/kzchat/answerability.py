"""How a sentence came to be shown in, how likely it is the answer out. Pure.

The gate asks the model whether its evidence holds the answer, and is often told yes where the articles are near the
subject and do not say. What then is shown is true and no answer. Four signs together tell better than the gate alone:
its log-odds, how much of the question stands in what is shown and its article's title, whether that is the model's own
words, which passed the checks, and whether the search has their source first. A logistic regression weighs them; fitted
on public questions, of which some had their paragraph taken out of its article, by eval/calibration/fit_answers.py
(docs/calibration.md).
Source: selective answering with a calibrator (Kamath et al., ACL 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kzchat.answering import holds
from kzchat.words import stems


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a sentence that could be shown as an answer."""

    gate: float  # log-odds of yes on "do the excerpts state the answer?"
    shared: float  # of the question's words, 0 to 1, in what is shown or its article's title; 0 across languages
    own_words: bool  # the model's; else a quotation
    first: bool  # of what the search found, the sentence that it rests on


def shared(question: str, text: str, title: str) -> float:
    """The share of a question's words, 0 to 1, that a text of its language or the article's title has."""
    return holds(set(stems(question)), f"{text} {title}")


def answers_log_odds(signs: Signs, weights: Sequence[float]) -> float:
    """Log-odds that a sentence answers, less those from which it is shown: it is where they are not below 0.

    Args:
        weights: the constant, then one for each of the signs in order; they belong to one model.
    """
    constant, *each = weights
    values = (signs.gate, signs.shared, signs.own_words, signs.first)
    return constant + sum(weight * value for weight, value in zip(each, values, strict=True))
