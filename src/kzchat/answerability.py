"""How a sentence came to be quoted in, how likely it is the answer out. Pure.

The gate asks the model whether its evidence holds the answer, and is often told yes where the articles are near the
subject and do not say. A sentence that is then quoted is true and no answer. More signs tell better than the gate
alone: how near the sentence is to the question, and whether the search has it first. A logistic regression weighs
them; fitted by eval/calibration/fit_answers.py on questions of authors whom the search was not fitted on
(docs/calibration.md).
Source: selective answering with a calibrator (Kamath et al., ACL 2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kzchat.languages import same_language
from kzchat.schema import RetrievedPassage


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a sentence that could be quoted as the answer."""

    gate: float  # log-odds of yes on "do the excerpts state the answer?"
    nearness: float  # cosine of what was searched for and the sentence, -1 to 1
    first: bool  # of what the search found
    across: bool  # the sentence is in another language than the question


def signs(gate: float, question: str, passage: RetrievedPassage, evidence: Sequence[RetrievedPassage]) -> Signs:
    """The signs of a sentence of the evidence, which is as the search orders it.

    One that the search found by its words alone is as near as the farthest of the others.
    """
    near = [each.dense.score for each in evidence if each.dense]
    nearness = passage.dense.score if passage.dense else min(near, default=0.0)
    across = not same_language(question, passage.sentence.one_line)
    return Signs(gate, nearness, passage.sentence.id == evidence[0].sentence.id, across)


def answers_log_odds(signs: Signs, weights: Sequence[float]) -> float:
    """Log-odds that a sentence answers, less those from which it is quoted: it is where they are not below 0.

    Args:
        weights: the constant, then one for each of the signs in order; they belong to one model and one search.

    Raises:
        ValueError: there are more or fewer.
    """
    constant, *each = weights
    values = (signs.gate, signs.nearness, signs.first, signs.across)
    return constant + sum(weight * value for weight, value in zip(each, values, strict=True))
