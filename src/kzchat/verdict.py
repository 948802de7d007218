"""A claim and its source in, a verdict out: facts compared in code first, then the model's log-odds.

The rule, in order: a fact that the source has otherwise contradicts the claim; one that it does not have leaves the
claim not found; else the score decides. The score is the model's log-odds of yes on "is the claim fully supported by
the source?", less `STRANGERS` times the share of the claim's words that the source does not use (where the two are of
one language: across languages no word need be shared, and the bar is another). What passes is asked once more with two
of its names exchanged: who did what to whom is known only where that is less likely. Thresholds: docs/calibration.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kzchat import wording
from kzchat.exchange import exchanged
from kzchat.facts import Mismatch, mismatches
from kzchat.languages import same_language
from kzchat.schema import CheckVerdict

_EXCHANGES = 3  # pairs of names that are exchanged, each at the price of a call that reads the claim alone
_CLEARER = 0.2  # log-odds by which the claim must be likelier than with two of its names exchanged
STRANGERS = 1.5
MISMATCH = 1.5  # what each fact that speaks against a claim takes from its score
_COUNTED = 2  # of them at most

LogOdds = Callable[[str, str], float]
"""ln P(yes)/P(no) that a source (first) supports a claim (second)."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score a claim counts as supported; they belong to one model."""

    same_language: float
    across_languages: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one claim held against one source."""

    verdict: CheckVerdict
    score: float | None  # None where the model was not asked
    mismatches: tuple[Mismatch, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """For a reader."""
        if self.mismatches:
            return tuple(mismatch.reason for mismatch in self.mismatches)
        return () if self.verdict == "supported" else ("the model does not find it in the source",)


def compare(claim: str, source: str, about: str = "") -> Judgement | None:
    """The verdict of the facts alone; None where they let the claim through.

    Args:
        claim: one sentence.
        source: one sentence of an article, or two.
        about: what the article says of itself: title, date, outlet, author.
    """
    found = tuple(mismatches(claim, source, about))
    if not found:
        return None
    return Judgement("contradicted" if any(each.contradicts for each in found) else "not_found", None, found)


def judge(
    claim: str, source: str, about: str = "", log_odds: LogOdds | None = None, thresholds: Thresholds | None = None
) -> Judgement:
    """The verdict on one claim.

    Args:
        log_odds: None: facts alone decide.
        thresholds: of the model that gives the log-odds; None: it has none, and the facts alone decide.
    """
    return compare(claim, source, about) or by_model(claim, source, about, log_odds, thresholds)


def by_model(claim: str, source: str, about: str, log_odds: LogOdds | None, thresholds: Thresholds | None) -> Judgement:
    """The verdict on a claim that no fact speaks against; arguments as for `judge`."""
    if log_odds is None or thresholds is None:
        return Judgement("supported", None)
    odds = log_odds(source, claim)
    value = score(claim, f"{source}\n{about}" if about else source, (), odds)
    bar = thresholds.same_language if same_language(claim, source) else thresholds.across_languages
    if value < bar:
        return Judgement("not_found", value)
    if other := as_likely(claim, source, odds, log_odds):
        return Judgement("not_found", value, (Mismatch("exchange", claim, other),))
    return Judgement("supported", value)


def as_likely(claim: str, source: str, odds: float, log_odds: LogOdds) -> str | None:
    """The claim with two of its names exchanged, where the model finds it about as likely; else None.

    Args:
        odds: those of the claim itself.
    """
    return next((other for other in exchanged(claim, _EXCHANGES) if log_odds(source, other) > odds - _CLEARER), None)


def score(claim: str, source: str, found: Sequence[Mismatch], odds: float | None) -> float:
    """How well a source supports a claim: the log-odds less what speaks against it; for ordering, not for reading.

    Args:
        found: what the facts have against the claim.
        odds: the model's log-odds; None: the facts alone.
    """
    value = (odds or 0.0) - MISMATCH * min(_COUNTED, len(found))
    if same_language(claim, source):
        value -= STRANGERS * (1 - wording.shared(claim, source))
    return value
