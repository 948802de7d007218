"""What `kzchat calibrate` does: labelled claims and a model in, the scores from which its judgement counts out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from random import Random

from kzchat.calibration import Calibration, calibration_of, remember
from kzchat.checking import read_pairs
from kzchat.entailment import support_odds
from kzchat.errors import KzchatError, UsageError
from kzchat.languages import same_language
from kzchat.llm import open_model
from kzchat.settings import Settings
from kzchat.shipped import shipped
from kzchat.verdict import as_likely, compare, score

_FALSE_SHARE = 0.03  # of the false claims that pass the facts, so many at most may lie above the threshold
_DEFAULT_GATE = 0.8
_PAIRS = 240  # a model on two cores judges some 25 a minute


def run_calibration(settings: Settings, pairs: Path | None, limit: int | None, say: Callable[[str], None]) -> None:
    """Judge labelled pairs and keep the thresholds.

    Raises:
        UsageError: the pairs cannot be used.
        ModelError: the model cannot answer.
    """
    rows = [row for file in ([pairs] if pairs else suite()) for row in read_pairs(file, labelled=True)]
    Random(0).shuffle(rows)
    model, notice = open_model(settings)
    if notice:
        say(notice)
    if not model.digest:
        raise KzchatError(f"The weights of {model.name} are not known.", "Calibrate a model of a GGUF file.")
    ask = support_odds(model)
    scores: dict[tuple[bool, bool], list[float]] = {}
    judged = 0
    for row in rows:
        claim, source = row["claim"], row["source"]
        if compare(claim, source):
            continue  # the facts decide; the model is not asked
        odds = ask(source, claim)
        value = -inf if as_likely(claim, source, odds, ask) else score(claim, source, (), odds)
        scores.setdefault((same_language(claim, source), row["supported"]), []).append(value)
        judged += 1
        if judged % 20 == 0:
            say(f"{judged} of {limit or _PAIRS} pairs judged")
        if judged >= (limit or _PAIRS):
            break
    found = {}
    for same, name in ((True, "same language"), (False, "across languages")):
        true, false = (sorted(scores.get((same, label), [])) for label in (True, False))
        found[same] = threshold(true, false)
        kept = sum(value >= found[same] for value in true)
        passed = sum(value >= found[same] for value in false)
        print(f"{name:<17} from {found[same]:5.2f}: {kept} of {len(true)} true claims, {passed} of {len(false)} false")
    known = calibration_of(model.digest, settings.home)
    made = Calibration(model.name, _DEFAULT_GATE, _DEFAULT_GATE, found[True], found[False])
    if known:
        made = replace(known, name=model.name, same_language=found[True], across_languages=found[False])
    path = remember(made, model.digest, settings.home)
    print(f"{model.name} is calibrated: {path}")


def threshold(true: Sequence[float], false: Sequence[float]) -> float:
    """The lowest score above which at most 3 % of the false claims lie.

    Args:
        true, false: the scores of labelled claims that the facts let through; at least one false.

    Raises:
        UsageError: there is no false claim.
    """
    if not false:
        raise UsageError("The pairs hold no false claim that passes the facts.", "Give more with --pairs.")
    ordered = sorted(false, reverse=True)
    allowed = int(_FALSE_SHARE * len(ordered))
    above = [value for value in (*true, *ordered) if value > ordered[allowed]]
    return min(above, default=ordered[0] + 0.01)


def suite() -> list[Path]:
    """The project's own faithful and broken claims: in the package, else in the repository."""
    folder = shipped("mutations", "eval/mutations")
    return [folder / "paraphrases.jsonl", folder / "seeds.jsonl"]
