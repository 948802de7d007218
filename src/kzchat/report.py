"""Scored runs in, rows of text, Markdown or plain data out. Pure; who prints them decides how they look."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kzchat.comparison import Difference
from kzchat.metrics import MEASURES, Figure, Measure, Rate, Scored, figure, groups, rate, unstable
from kzchat.results import RunInfo

PERCENT = "\u00a0%"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what was run, and what it came to."""

    info: RunInfo
    scored: tuple[Scored, ...]

    @property
    def cases(self) -> int:
        """How many different cases."""
        return len({one.result.case.id for one in self.scored})

    @property
    def answerable(self) -> int:
        """How many of them the articles answer."""
        return len({one.result.case.id for one in self.scored if one.result.case.answerable})


def measures_of(info: RunInfo, headline_only: bool = False) -> list[Measure]:
    """What a run measures."""
    return [
        measure
        for measure in MEASURES
        if (measure.retrieval or not info.retrieval_only) and (measure.headline or not headline_only)
    ]


def measured(measure: Measure, scored: Sequence[Scored]) -> Rate | Figure:
    """A measure of a run."""
    return rate(measure, scored) if measure.unit in ("rate", "count") else figure(measure, scored)


def text_of(measure: Measure, scored: Sequence[Scored]) -> str:
    """ "18/20  90 % [70–97]", "4.8 s (9 of 10 within 7.1 s)"; a dash where there is nothing to count."""
    value = measured(measure, scored)
    if isinstance(value, Rate):
        return str(value.successes) if measure.unit == "count" else rate_text(value)
    if value.value is None:
        return "–"
    if measure.unit == "s":
        return f"{value.value:.1f}\u00a0s (9 of 10 within {value.p90:.1f}\u00a0s)"
    return f"{value.value:.3f}" if measure.unit == "score" else f"{value.value:.0f}"


def rate_text(value: Rate) -> str:
    """ "18/20  90 % [70–97]"; a dash where there is nothing to count."""
    if value.share is None:
        return "–"
    low, high = value.interval
    return f"{value.successes}/{value.count}  {100 * value.share:.0f}{PERCENT} [{100 * low:.0f}–{100 * high:.0f}]"


def table(runs: Sequence[Run], headline_only: bool = True) -> list[list[str]]:
    """One row a measure, one column a run; the first row names the runs, the second counts their cases."""
    rows = [
        ["", *(run.info.title for run in runs)],
        ["Questions", *(f"{run.cases}: {run.answerable} answerable, {run.cases - run.answerable} not" for run in runs)],
    ]
    known = [measure for measure in MEASURES if any(measure in measures_of(run.info, headline_only) for run in runs)]
    rows.extend([measure.label, *(text_of(measure, run.scored) for run in runs)] for measure in known)
    if any(run.info.repeat > 1 for run in runs):
        rows.append(["Same in all rounds", *(f"{r.cases - len(unstable(r.scored))}/{r.cases}" for r in runs)])
    return rows


def lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table as aligned text."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def markdown(runs: Sequence[Run], heading: str = "") -> str:
    """A table for a README or a pull request, with what was run below it; ends with a line break."""
    (_, *titles), *rows = table(runs)
    text = [f"## {heading}", ""] if heading else []
    text += ["| | " + " | ".join(titles) + " |", "|---" * (len(titles) + 1) + "|"]
    text += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    text += ["", "In brackets: 95 % intervals (Wilson)."]
    text += [f"{run.info.title}: {about(run.info)}." for run in runs if about(run.info)]
    return "\n".join(text) + "\n"


def about(info: RunInfo) -> str:
    """Where, when and how a run was made; empty where that was not saved."""
    parts = [
        info.cases and f"cases {info.cases}",
        info.started[:10],
        info.machine,
        info.index and f"index {info.index}",
        info.code and f"kzchat {info.version} (code {info.code})",
        info.repeat > 1 and f"{info.repeat} rounds",
        info.settings and "settings " + ", ".join(f"{name}={value}" for name, value in info.settings.items()),
        info.command and f"`{info.command}`",
    ]
    return "; ".join(str(part) for part in parts if part)


def breakdown(run: Run) -> dict[str, dict[str, list[Scored]]]:
    """The cases by language of the question, by pair of languages and by kind."""
    return {
        "language": groups(run.scored, lambda one: one.result.case.language),
        "pair": groups(run.scored, lambda one: one.scores.pair),
        "kind": groups(run.scored, lambda one: one.result.case.kind),
    }


def summary_json(run: Run) -> dict[str, Any]:
    """Every measure, whole and by group, as plain data."""
    return {
        "run": asdict(run.info),
        "cases": run.cases,
        "answerable": run.answerable,
        "measures": _measures_json(run, run.scored),
        "by": {
            what: {name: _measures_json(run, part) for name, part in found.items()}
            for what, found in breakdown(run).items()
        },
        "outcomes": {
            name: len(part) for name, part in groups(_first(run.scored), lambda one: one.scores.outcome).items()
        },
    }


def _first(scored: Sequence[Scored]) -> list[Scored]:
    return [one for one in scored if one.result.repeat == 0]


def _measures_json(run: Run, scored: Sequence[Scored]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for measure in measures_of(run.info):
        value = measured(measure, scored)
        if isinstance(value, Figure):
            found[measure.key] = asdict(value)
        elif measure.unit == "count":
            found[measure.key] = value.successes
        else:
            found[measure.key] = {
                "successes": value.successes,
                "count": value.count,
                "share": value.share,
                "interval": list(value.interval),
            }
    return found


def difference_rows(differences: Sequence[Difference]) -> list[list[str]]:
    """One row a measure: before, after, how many cases went which way, and what that means."""
    rows = [["", "before", "after", "better", "worse", "of", "p", "verdict"]]
    for one in differences:
        if not one.pairs:
            continue
        cells = [_number(one.measure, one.before), _number(one.measure, one.after)]
        counts = [str(one.better), str(one.worse), str(one.pairs)]
        rows.append([one.measure.label, *cells, *counts, f"{one.p:.3f}", one.verdict])
    return rows


def _number(measure: Measure, value: float | None) -> str:
    if value is None:
        return "–"
    if measure.unit == "rate":
        return f"{100 * value:.1f}{PERCENT}"
    return f"{value:.3f}" if measure.unit == "score" else f"{value:.1f}"
