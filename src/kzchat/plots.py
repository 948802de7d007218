"""Numbers in, SVG text out. Pure, no library: bars with intervals, curves, distributions.

Colours are CSS classes of the page (`data/report.css`), so that a plot follows its light or dark scheme. Every text
is escaped.
"""

from collections.abc import Sequence
from html import escape

from kzchat.metrics import GatePoint, Rate

_WIDTH = 640
_ROW = 26
_LABEL = 190
_RIGHT = 118


def rates(rows: Sequence[tuple[str, Rate]], label: str) -> str:
    """One line a rate: a dot at the share, a bar over its 95 % interval, the numbers at the right.

    Args:
        rows: what each is called, and the rate; those of nothing are left out.
        label: what the plot shows, for readers who do not see it.
    """
    rows = [(name, value) for name, value in rows if value.count]
    height = _ROW * len(rows) + 26
    span = _WIDTH - _LABEL - _RIGHT
    parts = [_open(height, label)]
    for tick in range(0, 101, 25):
        x = _LABEL + span * tick / 100
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="4" x2="{x:.1f}" y2="{height - 20}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 6}" text-anchor="middle">{tick}</text>')
    for at, (name, value) in enumerate(rows):
        y = _ROW * at + 18
        low, high = (_LABEL + span * bound for bound in value.interval)
        x = _LABEL + span * (value.share or 0.0)
        parts.append(f'<text class="name" x="{_LABEL - 12}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<line class="interval" x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}"/>')
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y}" r="5"/>')
        shown = f"{100 * (value.share or 0):.0f}\u00a0% · {value.successes}/{value.count}"
        parts.append(f'<text class="value" x="{_WIDTH}" y="{y + 4}" text-anchor="end">{shown}</text>')
    return "".join(parts) + "</svg>"


def gate(points: Sequence[GatePoint], threshold: float | None) -> str:
    """Precision against coverage: how often the gate is right to let a question through, the more it lets through."""
    width, height, left, bottom = 640, 260, 44, 34
    across, up = width - left - 16, height - bottom - 14
    parts = [_open(height, "Precision against coverage of the gate")]
    for tick in range(0, 101, 25):
        x, y = left + across * tick / 100, 14 + up * (1 - tick / 100)
        parts.append(f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{left + across}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick" x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{tick}</text>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 18}" text-anchor="middle">{tick}</text>')

    def path(values: Sequence[tuple[float, float]]) -> str:
        return " ".join(f"{left + across * x:.1f},{14 + up * (1 - y):.1f}" for x, y in values)

    parts.append(f'<polyline class="curve" points="{path([(p.coverage, p.precision) for p in points])}"/>')
    right = [(p.coverage, p.correct) for p in points if p.correct is not None]
    parts.append(f'<polyline class="curve second" points="{path(right)}"/>')
    if threshold is not None and points:
        through = [p for p in points if p.threshold >= threshold]
        x = left + across * (through[-1].coverage if through else 0.0)
        parts.append(f'<line class="mark" x1="{x:.1f}" y1="14" x2="{x:.1f}" y2="{14 + up}"/>')
        anchor = "end" if x > width / 2 else "start"
        side = -6 if anchor == "end" else 6
        parts.append(
            f'<text class="tick" x="{x + side:.1f}" y="{10 + up}" text-anchor="{anchor}">let through in this run</text>'
        )
    parts.append(
        f'<text class="tick" x="{left + across / 2:.0f}" y="{height - 3}" text-anchor="middle">'
        "% of the questions let through, the surest first</text>"
    )
    return "".join(parts) + "</svg>"


def distribution(series: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Seconds as one dot a question, with the median as a line and nine of ten to its right-hand end.

    Args:
        series: what each is called, and seconds.
    """
    series = [(name, sorted(values)) for name, values in series if values]
    tenths = [values[min(len(values) - 1, int(0.9 * len(values)))] for _, values in series]
    # One very slow answer, such as the first one that loads the model, would squeeze all others together.
    most = min(max((values[-1] for _, values in series), default=1.0), 2 * max(tenths, default=1.0)) or 1.0
    row = 54
    height = row * len(series) + 28
    span = _WIDTH - _LABEL - 40
    parts = [_open(height, "Distribution of the times")]
    step = next(s for s in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 10**9) if most / s <= 8)
    for tick in range(0, int(most) + 1, step):
        x = _LABEL + span * tick / most
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="4" x2="{x:.1f}" y2="{height - 22}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 6}" text-anchor="middle">{tick} s</text>')
    for at, (name, values) in enumerate(series):
        y = row * at + 28
        middle = values[len(values) // 2]
        tenth = tenths[at]
        parts.append(f'<text class="name" x="{_LABEL - 12}" y="{y}" text-anchor="end">{escape(name)}</text>')
        parts.append(
            f'<text class="tick" x="{_LABEL - 12}" y="{y + 15}" text-anchor="end">'
            f"median {middle:.1f} s, 9 of 10 in {tenth:.1f} s</text>"
        )
        for number, value in enumerate(values):
            offset = (number * 7 % 19) - 9
            x = _LABEL + span * min(value / most, 1.0)
            parts.append(f'<circle class="speck" cx="{x:.1f}" cy="{y + offset:.1f}" r="2.6"/>')
        if values[-1] > most:
            slow = sum(value > most for value in values)
            parts.append(
                f'<text class="tick" x="{_WIDTH}" y="{y + 22}" text-anchor="end">'
                f"{slow} slower, up to {values[-1]:.0f} s</text>"
            )
        x, x90 = _LABEL + span * middle / most, _LABEL + span * tenth / most
        parts.append(f'<line class="mark" x1="{x:.1f}" y1="{y - 14}" x2="{x:.1f}" y2="{y + 14}"/>')
        parts.append(f'<line class="interval thin" x1="{x:.1f}" y1="{y + 16}" x2="{x90:.1f}" y2="{y + 16}"/>')
    return "".join(parts) + "</svg>"


def _open(height: int, label: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">'
