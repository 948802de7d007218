"""What a model's log-odds mean: thresholds by the SHA-256 of its weights, shipped or made by `kzchat calibrate`."""

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from kzchat.answerability import Signs, answers_log_odds
from kzchat.errors import CalibrationError
from kzchat.verdict import Thresholds

_FILE = "calibrated.toml"
# What an earlier kzchat stored with a model's bars, and today's does not know: the shipped weights take their place.
_RETIRED = frozenset({"answers_same_language", "answers_across_languages"})


@dataclass(frozen=True, slots=True)
class Calibration:
    """The thresholds of one model, all log-odds of yes."""

    name: str
    gate: float  # "do the excerpts state the answer?": from here the model is let write
    quote: float  # the same: from here a sentence is quoted where what it wrote does not pass
    same_language: float  # "is the claim fully supported by the source?", as a score of `verdict`
    across_languages: float
    shown_same_language: float = 0.0  # the same for a sentence of an answer, in whose place a quotation can stand
    shown_across_languages: float = 0.0
    answers: tuple[float, ...] = ()  # weights of `answerability`; none: it is not asked

    @property
    def thresholds(self) -> Thresholds:
        """Of the verdict on a text that somebody wrote."""
        return Thresholds(self.same_language, self.across_languages)

    @property
    def shown(self) -> Thresholds:
        """Of the verdict on a sentence of an answer: never lower."""
        return Thresholds(
            max(self.same_language, self.shown_same_language), max(self.across_languages, self.shown_across_languages)
        )


def calibration_of(digest: str, home: Path) -> Calibration | None:
    """The calibration of the model with these weights: the user's own over the shipped one; None where there is none.

    Raises:
        CalibrationError: the user's file cannot be read.
    """
    entry = _shipped().get(digest, {}) | _own(home / _FILE).get(digest, {})  # an earlier kzchat's has fewer bars
    try:
        return _calibration(entry) if entry else None
    except (TypeError, ValueError) as error:
        raise CalibrationError(home / _FILE, str(error)) from error


def remember(calibration: Calibration, digest: str, home: Path) -> Path:
    """Store a calibration among the user's own; those of other models stay, and what is as shipped is left to that.

    Returns:
        The file.
    """
    path = home / _FILE
    entry = _shipped().get(digest)
    shipped = asdict(_calibration(entry)) if entry else {}
    new = {name: value for name, value in asdict(calibration).items() if name not in shipped or value != shipped[name]}
    entries = _own(path) | {digest: new}
    lines = []
    for key, entry in entries.items():
        lines.append(f"[{key}]")
        lines.extend(f"{name} = {_toml(value)}" for name, value in entry.items())
    home.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _calibration(entry: dict[str, Any]) -> Calibration:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in entry.items()
        if name not in _RETIRED
    }
    made = Calibration(**values)
    if made.answers:
        answers_log_odds(Signs(0.0, 0.0, first=False, across=False), made.answers)  # a wrong number is said now
    return made


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads((files("kzchat") / "data" / _FILE).read_text(encoding="utf-8"))


def _own(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise CalibrationError(path, str(error)) from error


def _toml(value: str | float | tuple[float, ...]) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{value:.3f}" if isinstance(value, float) else f"[{', '.join(map(_toml, value))}]"
