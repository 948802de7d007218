"""Two runs in, what got better or worse and whether that is more than noise out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from kzchat.metrics import MEASURES, Measure, Scored, value_of

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two runs, over the cases that both have."""

    measure: Measure
    before: float | None
    after: float | None
    better: int  # cases
    worse: int
    pairs: int  # cases that count in both
    p: float

    @property
    def verdict(self) -> str:
        """In words."""
        if not self.pairs:
            return "not measured in both"
        if not self.better and not self.worse:
            return "the same"
        if self.p >= _SIGNIFICANT:
            return "within noise"
        return "BETTER" if self.better > self.worse else "WORSE"


def sign_test(better: int, worse: int) -> float:
    """The probability of a split at least as uneven if each of the pairs that differ could have gone either way.

    Two-sided and exact: for right-or-wrong this is McNemar's test (Psychometrika 12, 1947) with the binomial
    distribution in place of chi-squared; for shares and times it is the sign test. 1 where nothing differs.
    """
    total = better + worse
    if not total:
        return 1.0
    tail = sum(comb(total, k) for k in range(min(better, worse) + 1))
    return float(min(1.0, 2 * tail / 2**total))


def compare(before: Sequence[Scored], after: Sequence[Scored], retrieval_only: bool = False) -> list[Difference]:
    """Every measure over the cases that both runs have, first rounds only.

    Args:
        before: one run.
        after: the other.
        retrieval_only: only what is measured without a model.
    """
    first = {one.result.case.id: one for one in before if one.result.repeat == 0}
    second = {one.result.case.id: one for one in after if one.result.repeat == 0}
    common = [id_ for id_ in first if id_ in second]
    return [
        _difference(measure, [first[id_] for id_ in common], [second[id_] for id_ in common])
        for measure in MEASURES
        if measure.retrieval or not retrieval_only
    ]


def _difference(measure: Measure, before: Sequence[Scored], after: Sequence[Scored]) -> Difference:
    better = worse = pairs = 0
    for one, other in zip(before, after, strict=True):
        old, new = measure.of(one), measure.of(other)
        if old is None or new is None or not old[1] or not new[1]:
            continue
        pairs += 1
        change = new[0] / new[1] - old[0] / old[1]
        if measure.lower_is_better:
            change = -change
        better += change > 1e-9
        worse += change < -1e-9
    p = sign_test(better, worse)
    return Difference(measure, value_of(measure, before), value_of(measure, after), better, worse, pairs, p)


def changed_cases(before: Sequence[Scored], after: Sequence[Scored]) -> tuple[list[str], list[str]]:
    """The ids of the cases that were wrong and are right, and of those that were right and are wrong."""
    old = {one.result.case.id: one.scores.correct for one in before if one.result.repeat == 0}
    new = {one.result.case.id: one.scores.correct for one in after if one.result.repeat == 0}
    mended = [id_ for id_ in old if id_ in new and new[id_] and not old[id_]]
    broken = [id_ for id_ in old if id_ in new and old[id_] and not new[id_]]
    return mended, broken
