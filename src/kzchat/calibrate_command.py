"""What `kzchat calibrate` does: labelled claims and a model in, the scores from which its judgement counts out."""

import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from random import Random

from kzchat.calibration import Calibration, calibration_of, remember
from kzchat.entailment import support_odds
from kzchat.errors import KzchatError, UsageError
from kzchat.languages import same_language
from kzchat.llm import open_model
from kzchat.settings import Settings
from kzchat.verdict import compare, score

_FALSE_SHARE = 0.03  # of the false claims that pass the facts, so many at most may lie above the threshold
_DEFAULT_GATE = 0.8
_PAIRS = 240  # a model on two cores judges some 25 a minute


def run_calibration(settings: Settings, pairs: Path | None, limit: int | None, say: Callable[[str], None]) -> None:
    """Judge labelled pairs and keep the thresholds.

    Raises:
        UsageError: the pairs cannot be used.
        ModelError: the model cannot answer.
    """
    rows = [row for file in ([pairs] if pairs else suite()) for row in _rows(file)]
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
        claim, source = str(row["claim"]), str(row["source"])
        if compare(claim, source):
            continue  # the facts decide; the model is not asked
        scores.setdefault((same_language(claim, source), bool(row["supported"])), []).append(
            score(claim, source, (), ask)
        )
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
    gate, quote = (known.gate, known.quote) if known else (_DEFAULT_GATE, _DEFAULT_GATE)
    made = Calibration(model.name, gate, quote, found[True], found[False])
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
    packaged = Path(str(files("kzchat"))) / "mutations"
    folder = packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "eval" / "mutations"
    return [folder / "paraphrases.jsonl", folder / "seeds.jsonl"]


def _rows(path: Path) -> list[dict[str, str | bool]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise UsageError(f"The pairs {path} cannot be used: {error}.", "Name a JSON Lines file.") from error
    for number, row in enumerate(rows, start=1):
        if not {"claim", "source", "supported"} <= set(row):
            raise UsageError(f"{path}:{number} lacks claim, source or supported.", "Add it.")
    return rows
