"""A Summary in, rows of text or Markdown out. Pure; who prints them decides how they look."""

from kzchat.evaluation import Rate, Summary


def summary_table(summary: Summary, title: str) -> list[tuple[str, str]]:
    """Rows of (label, value), the first with the title and the number of cases.

    A rate reads "18/20  90 % [70–97]": count, share, 95 % interval.
    """
    return [
        (title, f"{summary.cases} cases: {summary.answerable} answerable, {summary.unanswerable} not"),
        ("Evidence in the first 5", rate_text(summary.hit_at_5)),
        ("Correct answer", rate_text(summary.correct)),
        ("Only right files cited", rate_text(summary.cites_right_file)),
        ("Correct abstention", rate_text(summary.correct_abstention)),
        ("False abstention", rate_text(summary.false_abstention)),
        ("Language of the question", rate_text(summary.language_match)),
        ("Median time to the first word", _seconds(summary.median_first_token_seconds)),
        ("Median time in all", _seconds(summary.median_seconds)),
        ("Errors", str(summary.errors)),
    ]


def markdown(summary: Summary, heading: str) -> str:
    """A section with one table; ends with a line break."""
    (title, cases), *rows = summary_table(summary, heading)
    lines = [f"## {title}", "", f"{cases}. 95 % intervals (Wilson).", "", "| Measure | Value |", "|---|---|"]
    lines.extend(f"| {label} | {value} |" for label, value in rows)
    return "\n".join(lines) + "\n"


def rate_text(rate: Rate) -> str:
    """ "18/20  90 % [70–97]"; a dash where there is nothing to count."""
    if rate.share is None:
        return "–"
    low, high = rate.interval
    return f"{rate.successes}/{rate.count}  {100 * rate.share:.0f} % [{100 * low:.0f}–{100 * high:.0f}]"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"
