"""What the search alone is worth: cases in, hit@k, MRR, nDCG, recall@k out, whole, by language, without each part.

No model is asked. A rank counts sentences where a case quotes sentences, and articles where it names files: as the
figures do to which public question sets are compared.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from time import perf_counter
from typing import get_args

from kzchat.completion import joined
from kzchat.evaluation import filters_of
from kzchat.followup import needs_completion
from kzchat.metrics import Rate
from kzchat.schema import EvalCase, Filters, RetrievedPassage
from kzchat.scoring import DEPTH, ranking
from kzchat.settings import Component

_SENTENCES = 60  # of a search; enough to hold ten articles
Search = Callable[
    [EvalCase, int, Filters | None], list[RetrievedPassage]
]  # case, how many sentences, within which files


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave for a case, as `ranked`, and in what time."""

    case: EvalCase
    passages: tuple[RetrievedPassage, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class SearchFigures:
    """What a run of searches came to."""

    hit_at_1: Rate
    hit_at_5: Rate
    hit_at_10: Rate
    mrr_at_10: float  # mean reciprocal rank of the first hit; 0 where it is not among the first 10
    ndcg_at_10: float
    recall_at_5: float | None  # mean share of the relevant files among the first 5; None where cases quote sentences
    median_ms: float


def with_something_to_find(cases: Sequence[EvalCase]) -> list[EvalCase]:
    """The cases that a search can be measured on."""
    return [case for case in cases if case.supports or case.relevant]


def question_of(case: EvalCase) -> str:
    """What is searched for: a follow-up as it is completed without a model."""
    return joined(case.question, case.history) if needs_completion(case.question, case.history) else case.question


def find(case: EvalCase, search: Search, files: Collection[str]) -> Found:
    """Search for one case.

    Args:
        case: to be searched for, within the files that it may see.
        search: gives sentences.
        files: all that are indexed.
    """
    start = perf_counter()
    passages = search(case, _SENTENCES if case.relevant else DEPTH, filters_of(case, files))
    return Found(case, tuple(ranked(case, passages)), (perf_counter() - start) * 1000)


def ranked(case: EvalCase, passages: Sequence[RetrievedPassage]) -> list[RetrievedPassage]:
    """The first ten, of each article only its best sentence where the case names files."""
    if case.supports:
        return list(passages[:DEPTH])
    first = {passage.sentence.file: passage for passage in reversed(passages)}
    return sorted(first.values(), key=passages.index)[:DEPTH]


def figures(found: Sequence[Found]) -> SearchFigures:
    """Count. Pure; at least one case, each with something to find."""
    rankings = [r for one in found if (r := ranking(one.case, one.passages)) is not None]
    recalls = [recall for one in found if (recall := recall_at(one.case, one.passages, 5)) is not None]
    return SearchFigures(
        Rate(sum(one.hit_at_1 for one in rankings), len(rankings)),
        Rate(sum(one.hit_at_5 for one in rankings), len(rankings)),
        Rate(sum(one.hit_at_10 for one in rankings), len(rankings)),
        fmean(one.reciprocal_rank for one in rankings),
        fmean(one.ndcg for one in rankings),
        fmean(recalls) if recalls else None,
        median(one.milliseconds for one in found),
    )


def recall_at(case: EvalCase, passages: Sequence[RetrievedPassage], k: int) -> float | None:
    """The share of the relevant files among the files of the first k; None where the case names none."""
    if not case.relevant:
        return None
    files = {sentence.file for p in passages[:k] for sentence in (p.sentence, *p.also_in)}
    return len(files & set(case.relevant)) / len(set(case.relevant))


def by_language(found: Sequence[Found]) -> list[tuple[str, SearchFigures]]:
    """All cases, then each language's where there are several."""
    languages = sorted({one.case.language for one in found})
    rows = [("all", figures(found))]
    if len(languages) > 1:
        rows += [(code, figures([one for one in found if one.case.language == code])) for code in languages]
    return rows


def ablation(
    cases: Sequence[EvalCase],
    search_without: Callable[[tuple[Component, ...]], Search],
    files: Collection[str],
    done: Callable[[str], None],
) -> list[tuple[str, SearchFigures]]:
    """The search whole, without each of its parts, and each kind of list alone.

    Args:
        cases: to search for.
        search_without: makes a search from the components that are switched off.
        files: all that are indexed.
        done: told the name of each run.
    """
    parts: tuple[Component, ...] = get_args(Component)
    runs: list[tuple[str, tuple[Component, ...]]] = [("whole", ()), *((f"without {part}", (part,)) for part in parts)]
    runs.append(("dense sentences alone", ("lexical", "spelling", "passages", "asked", "collapse", "quota")))
    runs.append(("lexical sentences alone", ("dense", "spelling", "passages", "asked", "collapse", "quota")))
    rows = []
    for name, off in runs:
        search = search_without(off)
        rows.append((name, figures([find(case, search, files) for case in cases])))
        done(name)
    return rows


def table(rows: Sequence[tuple[str, SearchFigures]]) -> list[str]:
    """Lines of text, one a run, under a heading."""
    width = max(len(name) for name, _ in rows)
    lines = [
        f"{'':<{width}}  {'hit@1':>14}  {'hit@5':>6}  {'hit@10':>6}  {'MRR@10':>6}  {'nDCG@10':>7}  "
        f"{'recall@5':>8}  {'ms':>5}"
    ]
    for name, run in rows:
        low, high = run.hit_at_1.interval
        first = f"{_percent(run.hit_at_1)} [{100 * low:.0f}–{100 * high:.0f}]"
        recall = "–" if run.recall_at_5 is None else f"{100 * run.recall_at_5:.1f}"
        lines.append(
            f"{name:<{width}}  {first:>14}  {_percent(run.hit_at_5):>6}  {_percent(run.hit_at_10):>6}  "
            f"{run.mrr_at_10:>6.3f}  {run.ndcg_at_10:>7.3f}  {recall:>8}  {run.median_ms:>5.0f}"
        )
    return lines


def _percent(rate: Rate) -> str:
    return "–" if rate.share is None else f"{100 * rate.share:.1f}"
