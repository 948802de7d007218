"""Scored runs in; a table, a report and the exit code out."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from kzchat import search_eval
from kzchat.errors import EvalError, UsageError
from kzchat.eval_run import Request, Say
from kzchat.metrics import BY_KEY, value_of
from kzchat.report import Run, about, lines, markdown, summary_json, table
from kzchat.results import to_json
from kzchat.schema import Article

FELL_SHORT = 3  # exit code


def thresholds(bounds: Sequence[str]) -> dict[str, float]:
    """The bounds of `--fail-under`, "correct=0.9".

    Raises:
        UsageError: one is not NAME=NUMBER, or names no measure.
    """
    found: dict[str, float] = {}
    for bound in bounds:
        name, _, number = bound.partition("=")
        if name not in BY_KEY:
            raise UsageError(f"There is no measure {name}.", f"Use one of: {', '.join(BY_KEY)}.")
        try:
            found[name] = float(number)
        except ValueError as error:
            raise UsageError(f"--fail-under {bound} has no number.", "Write it as correct=0.9.") from error
    return found


def shortfalls(one: Run, bounds: Mapping[str, float]) -> list[str]:
    """What falls short of its bound, or exceeds it where lower is better; what was not measured falls short."""
    short = []
    for name, bound in bounds.items():
        measure = BY_KEY[name]
        value = value_of(measure, one.scored)
        if value is None:
            short.append(f"{name} was not measured in {one.info.title}")
        elif value > bound if measure.lower_is_better else value < bound:
            short.append(f"{name} is {value:.3f} in {one.info.title}, {bound:g} was asked for")
    return short


def finish(
    runs: Sequence[Run], request: Request, bounds: Mapping[str, float], articles: Mapping[str, Article], say: Say
) -> int:
    """Print, report, compare with the thresholds; returns the exit code."""
    if request.report is not None:
        write_reports(runs, request.report, articles, say)
    if request.as_json:
        found = [{**summary_json(one), "results": [to_json(s.result) for s in one.scored]} for one in runs]
        print(json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False, indent=2))
    else:
        for one in runs:
            if one.info.retrieval_only:
                _print_search(one)
        print("\n".join(lines(table(runs))))
        print("In brackets: 95 % intervals (Wilson).")
        for one in runs:
            if about(one.info):
                print(f"{one.info.title}: {about(one.info)}")
    short = [line for one in runs for line in shortfalls(one, bounds)]
    for line in short:
        say(f"kzchat: {line}")
    return FELL_SHORT if short else 0


def write_reports(runs: Sequence[Run], folder: Path, articles: Mapping[str, Article], say: Say) -> None:
    """One page and one JSON file a run, and a Markdown table of all, in a folder.

    Raises:
        EvalError: it cannot be written; the results are kept where they are.
    """
    from kzchat.report_page import page

    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = []
        for number, one in enumerate(runs, start=1):
            name = "report" if len(runs) == 1 else f"report-{number}"
            (folder / f"{name}.html").write_text(page(one, articles), encoding="utf-8")
            text = json.dumps(summary_json(one), ensure_ascii=False, indent=2)
            (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
            names.append(f"{folder / name}.html")
        (folder / "table.md").write_text(markdown(runs), encoding="utf-8")
    except OSError as error:
        raise EvalError(
            f"The report cannot be written to {folder}: {error.strerror or error}.",
            "Name a folder that you may write to with --report. The results are kept; no question is asked again.",
        ) from error
    say(f"Report: {', '.join(names)}")


def _print_search(one: Run) -> None:
    found = [
        search_eval.Found(s.result.case, s.result.answer.evidence, s.result.answer.timings.total_ms)
        for s in one.scored
        if s.scores.ranking is not None
    ]
    print(f"Search only: {len(found)} cases with something to find; {about(one.info)}")
    if found:
        print("\n".join(search_eval.table(search_eval.by_language(found))))
