"""Scores of many cases in, rates and figures with their uncertainty out. Pure.

`MEASURES` is the list of all that is counted: `kzchat eval --fail-under`, the report and `kzchat eval diff` go by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median
from typing import Literal

from kzchat.schema import EvalResult
from kzchat.scoring import Scores

_Z95 = 1.959964  # two-sided 95 % quantile of the normal distribution


@dataclass(frozen=True, slots=True)
class Scored:
    """A result with its scores."""

    result: EvalResult
    scores: Scores


def wilson(successes: int, count: int) -> tuple[float, float]:
    """95 % score interval of a proportion (E. B. Wilson, JASA 22, 1927, pp. 209-212); (0, 1) where count is 0."""
    if count == 0:
        return 0.0, 1.0
    share, z2 = successes / count, _Z95**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z95 * sqrt(share * (1 - share) / count + z2 / (4 * count**2)) / (1 + z2 / count)
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    successes: int
    count: int

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of none."""
        return self.successes / self.count if self.count else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, by `wilson`."""
        return wilson(self.successes, self.count)


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean or median of so many values."""

    value: float | None  # None of none
    count: int
    p90: float | None = None  # the 90th percentile, nearest rank


Unit = Literal["rate", "score", "s", "tokens", "characters", "count"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is counted. `of` gives (so many, of so many) of a case for a rate, else (value, 1); None: no part.

    A rate adds up what the cases give; a score is their mean; times, tokens and characters are medians.
    """

    key: str
    label: str
    of: Callable[[Scored], tuple[float, int] | None]
    unit: Unit = "rate"
    lower_is_better: bool = False
    headline: bool = True
    retrieval: bool = False  # is measured without a model, too
    definition: str = ""


def _flag(value: bool | None) -> tuple[float, int] | None:
    return None if value is None else (float(value), 1)


def _value(value: float | None, scale: float = 1.0) -> tuple[float, int] | None:
    return None if value is None else (value * scale, 1)


def _timing(name: str, scale: float) -> Callable[[Scored], tuple[float, int] | None]:
    return lambda s: None if s.result.error else _value(getattr(s.result.answer.timings, name), scale)


def _hit(name: str) -> Callable[[Scored], tuple[float, int] | None]:
    return lambda s: None if s.scores.ranking is None else _value(float(getattr(s.scores.ranking, name)))


def _answered_right(s: Scored) -> tuple[float, int] | None:
    if s.result.error or s.result.answer.status != "answered":
        return None
    return _flag(s.result.case.answerable and s.scores.correct)


MEASURES: tuple[Measure, ...] = (
    Measure("correct", "Correct answer", lambda s: _flag(s.scores.correct_text),
            definition="of the answerable: every required part is in the answer; an error is a failure"),
    Measure("answer_precision", "Right where it answers", _answered_right,
            definition="of all that was answered, also where nothing could be: correct"),
    Measure("correct_abstention", "Correct abstention",
            lambda s: None if s.result.case.answerable else _flag(s.scores.correct),
            definition="of the unanswerable: it abstained; an error is a failure"),
    Measure("false_abstention", "False abstention", lambda s: _flag(
                s.result.answer.status == "abstained" and not s.result.error) if s.result.case.answerable else None,
            lower_is_better=True, definition="of the answerable: it abstained; an error is none"),
    Measure("right_reason", "Right reason for abstaining", lambda s: _flag(s.scores.right_reason), headline=False,
            definition="of the correct abstentions: the reason is one that the case accepts"),
    Measure("hit_at_1", "Evidence first", _hit("hit_at_1"),
            retrieval=True, headline=False, definition="of cases with labels: a labelled one is first (Success@1)"),
    Measure("hit_at_5", "Evidence in the first 5", _hit("hit_at_5"),
            retrieval=True, definition="a labelled sentence is among the first five (Success@5)"),
    Measure("hit_at_10", "Evidence in the first 10", _hit("hit_at_10"),
            retrieval=True, headline=False, definition="among the first ten, of which an answer keeps eight"),
    Measure("mrr", "Mean reciprocal rank", _hit("reciprocal_rank"),
            "score", retrieval=True, headline=False, definition="1 / rank of the first labelled sentence, to rank 10"),
    Measure("ndcg", "nDCG@10", _hit("ndcg"), "score", retrieval=True,
            headline=False, definition="normalised discounted cumulative gain of the labelled sentences"),
    Measure("cites_right_file", "Only right files cited", lambda s: _flag(s.scores.cites_right_file), headline=False,
            definition="of the answered answerable: cites something, and only files that hold the answer"),
    Measure("citation_precision", "Citation precision", lambda s: s.scores.citation_precision,
            definition="of the citations in answers to answerable questions: points to a labelled sentence (ALCE)"),
    Measure("citation_recall", "Citation recall", lambda s: s.scores.citation_recall,
            definition="of the sentences in them: has such a citation (ALCE)"),
    Measure("supported_sentences", "Supported sentences", lambda s: s.scores.supported_sentences,
            definition="of all shown sentences: cites, and every number, date and name stands in what it cites"),
    Measure("own_words", "Sentences in its own words", lambda s: s.scores.own_words, headline=False,
            definition="of all shown sentences: not a quotation"),
    Measure("language_match", "Language of the question", lambda s: _flag(s.scores.language_match),
            definition="of the answers with a sentence in the model's words: they are in the question's language"),
    Measure("follow_up", "Follow-ups", lambda s: _flag(s.scores.correct) if s.result.case.history else None,
            definition="of the follow-ups, answerable or not: right"),
    Measure("first_evidence_s", "First evidence, median", _timing("first_evidence_ms", 0.001), "s", True, False,
            retrieval=True, definition="seconds from the question to the evidence"),
    Measure("first_token_s", "First word, median", _timing("first_token_ms", 0.001), "s", True, True,
            definition="seconds to the model's first word, of those that it wrote"),
    Measure("total_s", "In all, median", _timing("total_ms", 0.001), "s", True, True,
            definition="seconds to the end of the answer or abstention"),
    Measure("prompt_tokens", "Prompt tokens, median", _timing("prompt_tokens", 1), "tokens", True, False,
            definition="tokens that the model was sent, all calls of a question together"),
    Measure("completion_tokens", "Written tokens, median", _timing("completion_tokens", 1), "tokens", True, False,
            definition="tokens that the model wrote"),
    Measure("cited_characters", "Length of a citation, median", lambda s: _value(s.scores.cited_characters),
            "characters", True, False, definition="characters that a reader must read to check a citation"),
    Measure("errors", "Errors", lambda s: (float(bool(s.result.error)), 1), "count", True, True,
            definition="cases that ended in an error"),
)  # fmt: skip
BY_KEY = {measure.key: measure for measure in MEASURES}


def rate(measure: Measure, scored: Sequence[Scored]) -> Rate:
    """A rate, or a count of errors, over the first round of the cases: repeats are no new evidence."""
    parts = [part for one in scored if one.result.repeat == 0 and (part := measure.of(one)) is not None]
    return Rate(int(sum(part[0] for part in parts)), sum(part[1] for part in parts))


def figure(measure: Measure, scored: Sequence[Scored]) -> Figure:
    """A mean (scores) or median (times, tokens), times over all rounds."""
    values = sorted(
        part[0]
        for one in scored
        if (measure.unit == "s" or one.result.repeat == 0) and (part := measure.of(one)) is not None
    )
    if not values:
        return Figure(None, 0)
    middle = fmean(values) if measure.unit == "score" else median(values)
    return Figure(middle, len(values), values[min(len(values) - 1, int(0.9 * len(values)))])


def value_of(measure: Measure, scored: Sequence[Scored]) -> float | None:
    """The one number that a threshold is compared with."""
    if measure.unit == "count":
        return float(rate(measure, scored).successes)
    return rate(measure, scored).share if measure.unit == "rate" else figure(measure, scored).value


def unstable(scored: Sequence[Scored]) -> list[str]:
    """The ids of the cases whose outcome was not the same in every round."""
    outcomes: dict[str, set[str]] = {}
    for one in scored:
        outcomes.setdefault(one.result.case.id, set()).add(one.scores.outcome)
    return [id_ for id_, seen in outcomes.items() if len(seen) > 1]


def groups(scored: Sequence[Scored], of: Callable[[Scored], str]) -> dict[str, list[Scored]]:
    """The cases by a property, the largest group first."""
    found: dict[str, list[Scored]] = {}
    for one in scored:
        found.setdefault(of(one), []).append(one)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), item[0])))


@dataclass(frozen=True, slots=True)
class GatePoint:
    """What answering from this log-odds on would come to."""

    threshold: float
    coverage: float  # of all cases that the gate was asked about
    precision: float  # of these, answerable
    correct: float | None  # of these, answered correctly; None from the first on that the gate stopped


def gate_curve(scored: Sequence[Scored]) -> list[GatePoint]:
    """Precision against coverage of the gate, one point a case, from the surest on (El-Yaniv and Wiener, JMLR 2010)."""
    asked = [s for s in scored if s.result.repeat == 0 and s.result.answer.gate_log_odds is not None]
    asked.sort(key=lambda s: -(s.result.answer.gate_log_odds or 0.0))
    points: list[GatePoint] = []
    answerable = right = 0
    known = True  # what would have been answered
    for count, one in enumerate(asked, start=1):
        answerable += one.result.case.answerable
        right += one.result.case.answerable and one.scores.correct
        known = known and (one.result.answer.status == "answered" or bool(one.result.answer.sentences))
        share = right / count if known else None
        odds = one.result.answer.gate_log_odds or 0.0
        points.append(GatePoint(odds, count / len(asked), answerable / count, share))
    return points
