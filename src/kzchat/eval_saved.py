"""Saved results in; scored, or compared with others, without a model."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from time import time_ns

from kzchat import corpus
from kzchat.cases import chosen, load_all
from kzchat.comparison import changed_cases, compare
from kzchat.errors import EvalError
from kzchat.eval_output import finish, thresholds
from kzchat.eval_run import Request, Say
from kzchat.evaluation import scored
from kzchat.folder import Unreadable, scan
from kzchat.report import Run, about, difference_rows, lines
from kzchat.results import read_rows, results_of
from kzchat.schema import Article
from kzchat.settings import Settings


def rescore(files: Sequence[Path], request: Request, settings: Settings, say: Say) -> int:
    """Score saved results, without a model.

    Returns:
        The exit code, as `run_eval`.

    Raises:
        EvalError: a file cannot be used.
    """
    bounds = thresholds(request.fail_under)
    articles = read_articles(settings)
    runs = [load_run(path, request, articles, say) for path in files]
    return finish(runs, request, bounds, articles, say)


def load_run(path: Path, request: Request, articles: Mapping[str, Article], say: Say) -> Run:
    """A saved run with its scores; of the request, the selection of cases counts.

    Raises:
        EvalError: the file cannot be used, or none of its cases is known.
    """
    info, rows = read_rows(path)
    known = load_all(request.files, {file: article.text for file, article in articles.items()})
    saved = {row["id"] for row in rows}
    have = [case for case in known if case.id in saved]
    if not have:
        raise EvalError(f"{path} has no result of {request.named}.", "Name its cases with --cases or --split.")
    if other := saved - {case.id for case in known}:
        say(f"{path}: {len(other)} results of other cases are left out, such as {min(other)}")
    if request.ids:
        chosen(known, ids=request.ids, drafts=True)  # says which id is of no case; what has no result is left out
    ids = [id_ for id_ in request.ids if id_ in saved]
    if request.ids and not ids:
        raise EvalError(f"{path} has no result of the cases that --ids lists.", "Name another file of results or ids.")
    cases = chosen(have, request.kinds, request.languages, ids, True, request.limit)
    results = results_of(rows, cases, path)
    if not info.model and not info.retrieval_only:  # written before results files said what was run
        first = next((result.answer for result in results if not result.error), results[0].answer)
        info = replace(info, model=first.model, backend=first.backend, index=first.index_fingerprint)
    if len(request.files) == 1 and (missing := len(known) - len(have)):
        say(f"{path}: {len(have)} of {len(known)} cases have a result; {missing} do not count")
    return Run(info, tuple(scored(results, {file: article.language for file, article in articles.items()})))


def diff(before: Path, after: Path, request: Request, settings: Settings, say: Say) -> None:
    """Print what separates two saved runs.

    Raises:
        EvalError: a file cannot be used, or they have no case in common.
    """
    articles = read_articles(settings)
    one, other = (load_run(path, request, articles, lambda _: None) for path in (before, after))
    ids, others = ({s.result.case.id for s in part.scored} for part in (one, other))
    if not ids & others:
        raise EvalError(f"{before} and {after} have no case in common.", "Compare runs over the same cases.")
    if ids != others:
        say(
            f"The runs are not over the same cases ({len(ids)} and {len(others)}); "
            f"only the {len(ids & others)} that both have are compared"
        )
    search_only = one.info.retrieval_only or other.info.retrieval_only
    kept = [[s for s in part.scored if s.result.case.id in ids & others] for part in (one, other)]
    differences = compare(kept[0], kept[1], search_only)
    if request.as_json:
        rows = [{**asdict(d), "measure": d.measure.key, "verdict": d.verdict} for d in differences if d.pairs]
        print(json.dumps({"cases": len(ids & others), "differences": rows}, ensure_ascii=False, indent=2))
        return
    for name, part in (("before", one), ("after", other)):
        print(f"{name:6} {part.info.title}; {about(part.info)}".rstrip("; "))
    print(f"{len(ids & others)} cases in common\n")
    print("\n".join(lines(difference_rows(differences))))
    marked = [d for d in differences if d.verdict in ("BETTER", "WORSE")]
    print(
        "\nbetter, worse: cases that went either way, of those that count in both. p: exact McNemar or sign test, "
        "two-sided.\nOf twenty measures one falls below .05 by chance alone."
    )
    if not search_only:
        mended, broken = changed_cases(*kept)
        print(f"\nNow right ({len(mended)}): {' '.join(mended) or '–'}")
        print(f"Now wrong ({len(broken)}): {' '.join(broken) or '–'}")
    said = ", ".join(f"{d.measure.label} {d.verdict.lower()}" for d in marked)
    print(f"\n{said or 'Nothing that is measured differs by more than noise'}.")


def read_articles(settings: Settings) -> dict[str, Article]:
    """What is in the corpus, by file, without an index.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    found: dict[str, Article] = {}
    for entry in scan(settings.corpus, settings.max_file_bytes, time_ns()):
        source = entry if isinstance(entry, Unreadable) else entry.load()
        article = source if isinstance(source, Unreadable) else corpus.read(source)
        if isinstance(article, Article):
            found[article.file] = article
    return found
