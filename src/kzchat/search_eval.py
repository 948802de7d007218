"""What the search alone is worth: cases in, hit@k, MRR and recall@k out, whole, by language, and without each part.

No model is asked. A rank counts sentences where a case quotes sentences, and articles where it names files: as the
figures do to which public question sets are compared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from time import perf_counter
from typing import get_args

from kzchat.evaluation import Rate, hit_at
from kzchat.schema import EvalCase, Filters, RetrievedPassage
from kzchat.settings import Component

DEPTH = 10  # ranks that are looked at
_SENTENCES = 60  # of a search; enough to hold ten articles
Search = Callable[[EvalCase, int], list[RetrievedPassage]]  # case, how many sentences


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """What a run of searches came to."""

    hit_at_1: Rate
    hit_at_5: Rate
    hit_at_10: Rate
    mrr_at_10: float  # mean reciprocal rank of the first hit; 0 where it is not among the first 10
    recall_at_5: float | None  # mean share of the relevant files among the first 5; None where cases quote sentences
    median_ms: float


def with_something_to_find(cases: Sequence[EvalCase]) -> list[EvalCase]:
    """The cases that a search can be measured on."""
    return [case for case in cases if case.supports or case.relevant]


def filters_of(case: EvalCase) -> Filters | None:
    """A case that brings its own passages is searched within those."""
    return Filters(files=case.candidates) if case.candidates else None


def measure(cases: Sequence[EvalCase], search: Search) -> SearchFigures:
    """Search for every case."""
    found: list[list[RetrievedPassage]] = []
    times: list[float] = []
    for case in cases:
        start = perf_counter()
        passages = search(case, _SENTENCES if case.relevant else DEPTH)
        times.append((perf_counter() - start) * 1000)
        found.append(ranked(case, passages))
    return figures(cases, found, times)


def ranked(case: EvalCase, passages: Sequence[RetrievedPassage]) -> list[RetrievedPassage]:
    """The first ten, of each article only its best sentence where the case names files."""
    if case.supports:
        return list(passages[:DEPTH])
    first = {passage.sentence.file: passage for passage in reversed(passages)}
    return sorted(first.values(), key=passages.index)[:DEPTH]


def figures(
    cases: Sequence[EvalCase], found: Sequence[Sequence[RetrievedPassage]], times_ms: Sequence[float]
) -> SearchFigures:
    """Count. Pure.

    Args:
        cases: at least one.
        found: what the search gave for each, best first.
        times_ms: how long each took.
    """
    pairs = list(zip(cases, found, strict=True))
    recalls = [recall for case, passages in pairs if (recall := recall_at(case, passages, 5)) is not None]
    hits = {k: sum(bool(hit_at(case, passages, k)) for case, passages in pairs) for k in (1, 5, 10)}
    return SearchFigures(
        Rate(hits[1], len(pairs)),
        Rate(hits[5], len(pairs)),
        Rate(hits[10], len(pairs)),
        mean(reciprocal_rank(case, passages) for case, passages in pairs),
        mean(recalls) if recalls else None,
        median(times_ms),
    )


def reciprocal_rank(case: EvalCase, passages: Sequence[RetrievedPassage]) -> float:
    """1 / rank of the first hit; 0 without one (Voorhees, TREC-8, 1999)."""
    return next((1 / k for k in range(1, len(passages) + 1) if hit_at(case, passages[:k], k)), 0.0)


def recall_at(case: EvalCase, passages: Sequence[RetrievedPassage], k: int) -> float | None:
    """The share of the relevant files among the files of the first k; None where the case names none."""
    if not case.relevant:
        return None
    files = {sentence.file for p in passages[:k] for sentence in (p.sentence, *p.also_in)}
    return len(files & set(case.relevant)) / len(set(case.relevant))


def by_language(
    cases: Sequence[EvalCase], search: Search, done: Callable[[str], None]
) -> list[tuple[str, SearchFigures]]:
    """All cases, then each language's where there are several."""
    languages = sorted({case.language for case in cases})
    groups = [("all", list(cases))]
    if len(languages) > 1:
        groups += [(code, [case for case in cases if case.language == code]) for code in languages]
    rows = []
    for name, group in groups:
        rows.append((name, measure(group, search)))
        done(name)
    return rows


def ablation(
    cases: Sequence[EvalCase], search_without: Callable[[tuple[Component, ...]], Search], done: Callable[[str], None]
) -> list[tuple[str, SearchFigures]]:
    """The search whole, without each of its parts, and each kind of list alone.

    Args:
        cases: to search for.
        search_without: makes a search from the components that are switched off.
        done: told the name of each run.
    """
    parts: tuple[Component, ...] = get_args(Component)
    runs: list[tuple[str, tuple[Component, ...]]] = [("whole", ()), *((f"without {part}", (part,)) for part in parts)]
    runs.append(("dense sentences alone", ("lexical", "spelling", "passages", "collapse", "quota")))
    runs.append(("lexical sentences alone", ("dense", "spelling", "passages", "collapse", "quota")))
    rows = []
    for name, off in runs:
        rows.append((name, measure(cases, search_without(off))))
        done(name)
    return rows


def table(rows: Sequence[tuple[str, SearchFigures]]) -> list[str]:
    """Lines of text, one a run, under a heading."""
    width = max(len(name) for name, _ in rows)
    lines = [f"{'':<{width}}  {'hit@1':>14}  {'hit@5':>6}  {'hit@10':>6}  {'MRR@10':>6}  {'recall@5':>8}  {'ms':>5}"]
    for name, run in rows:
        low, high = run.hit_at_1.interval
        first = f"{_percent(run.hit_at_1)} [{100 * low:.0f}–{100 * high:.0f}]"
        recall = "–" if run.recall_at_5 is None else f"{100 * run.recall_at_5:.1f}"
        lines.append(
            f"{name:<{width}}  {first:>14}  {_percent(run.hit_at_5):>6}  {_percent(run.hit_at_10):>6}  "
            f"{run.mrr_at_10:>6.3f}  {recall:>8}  {run.median_ms:>5.0f}"
        )
    return lines


def _percent(rate: Rate) -> str:
    return "–" if rate.share is None else f"{100 * rate.share:.1f}"
