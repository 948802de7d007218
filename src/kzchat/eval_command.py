"""What `kzchat eval` does: settings and case files in, results on disk, running figures, a table and a report out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING

from kzchat import corpus as corpus_reader
from kzchat import search_eval
from kzchat.cases import chosen, load_all
from kzchat.comparison import changed_cases, compare
from kzchat.embedding import default_embedder
from kzchat.errors import EvalError, UsageError
from kzchat.eval_run import RunProgress, run_info
from kzchat.evaluation import EvalAssistant, found_answer, run, scored
from kzchat.folder import Unreadable, scan
from kzchat.metrics import BY_KEY, value_of
from kzchat.report import Run, about, difference_rows, lines, markdown, summary_json, table
from kzchat.results import ResultsFile, read_rows, results_of, to_json
from kzchat.schema import Answer, Article, EvalCase, EvalResult
from kzchat.settings import Component, Settings

if TYPE_CHECKING:
    from rich.console import Console

    from kzchat.assistant import Assistant
    from kzchat.llm import ChatModel

Say = Callable[[str], None]
# An assistant and what opens its model; None where only the search is measured.
Opened = tuple["Assistant", Callable[[], tuple["ChatModel", str | None]] | None]
FELL_SHORT = 3  # exit code


@dataclass(frozen=True, slots=True)
class Request:
    """What `kzchat eval` was asked for."""

    files: tuple[Path, ...]
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    drafts: bool = False
    limit: int | None = None
    repeat: int = 1
    retrieval_only: bool = False
    fresh: bool = False
    output: Path | None = None
    report: Path | None = None
    fail_under: tuple[str, ...] = ()
    as_json: bool = False

    def choose(self, cases: Sequence[EvalCase], say: Say) -> list[EvalCase]:
        """The cases that are asked for."""
        kept = chosen(cases, self.kinds, self.languages, self.ids, self.drafts, self.limit)
        if skipped := 0 if self.drafts else sum(case.draft for case in cases):
            say(f"{skipped} drafts are passed over until they are accepted (see kzchat eval new); --drafts asks them")
        return kept


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


def run_eval(
    assistants: Sequence[Opened],
    request: Request,
    say: Say,
    console: "Console",
) -> int:
    """Ask the cases of each model, save, print and report.

    Args:
        assistants: for each run an assistant and what opens its model; None where only the search is measured.
        request: what is asked for.
        say: takes a line for standard error.
        console: where the bar runs.

    Returns:
        The exit code: 3 where a threshold is not met.

    Raises:
        EvalError: a case cannot be used, results cannot be written, or the model died; what was computed is kept.
    """
    bounds = thresholds(request.fail_under)
    runs = []
    articles: dict[str, Article] = {}
    for assistant, open_model in assistants:
        model, notice = open_model() if open_model else (None, None)
        if notice:
            say(notice)
        articles = indexed_articles(assistant)
        cases = request.choose(load_all(request.files, {file: a.text for file, a in articles.items()}), say)
        try:
            runs.append(_one_run(assistant, model, cases, request, articles, say, console, len(assistants) > 1))
        finally:
            if model is not None:
                model.close()
    return finish(runs, request, bounds, articles, say)


def _one_run(
    assistant: "Assistant",
    model: "ChatModel | None",
    cases: list[EvalCase],
    request: Request,
    articles: Mapping[str, Article],
    say: Say,
    console: "Console",
    several: bool,
) -> Run:
    settings, index = assistant.settings, assistant.index
    name, backend = (model.name, model.backend) if model else ("", "")
    info = run_info(settings, request.files, name, backend, index.fingerprint, request.retrieval_only, request.repeat)
    file = ResultsFile(results_path(settings, request, info.title, several), info)
    saved = file.begin(request.fresh)
    old = results_of(list(saved.values()), cases, file.path)
    have = {(result.case.id, result.repeat) for result in old}
    ask = EvalAssistant(settings, index, default_embedder(), model).ask_case if model else _searching(assistant)
    say(f"Results go to {file.path}" + (f" ({len(old)} are there already; --fresh asks anew)" if old else ""))
    with RunProgress(console, say, len(cases) * request.repeat, info.title, len(old)) as progress:

        def on_result(result: EvalResult) -> None:
            file.add(result)
            progress.add(result)

        new = run(cases, ask, on_result, request.repeat, have)
    order = {case.id: at for at, case in enumerate(cases)}
    results = sorted((*old, *new), key=lambda result: (result.repeat, order[result.case.id]))
    return Run(info, tuple(scored(results, {file: article.language for file, article in articles.items()})))


def _searching(assistant: "Assistant") -> Callable[[EvalCase], Answer]:
    search = _search(assistant, assistant.settings)
    files = assistant.index.manifest.by_file()

    def ask(case: EvalCase) -> Answer:
        found = search_eval.find(case, search, files)
        return found_answer(case, found.passages, assistant.index.fingerprint, found.milliseconds)

    return ask


def _search(assistant: "Assistant", settings: Settings) -> search_eval.Search:
    retriever = assistant.retriever_with(settings)
    retriever.search("Rabat", 1)  # what is loaded at the first search is not counted
    return lambda case, limit, filters: retriever.search(search_eval.question_of(case), limit, filters)


def run_ablation(assistant: "Assistant", request: Request, say: Say) -> None:
    """Print what each part of the search is worth.

    Raises:
        EvalError: a case cannot be used, or none has something to be found.
    """
    articles = indexed_articles(assistant)
    cases = request.choose(load_all(request.files, {file: a.text for file, a in articles.items()}), say)
    cases = search_eval.with_something_to_find(cases)
    if not cases:
        raise EvalError(
            f"No case of {request_files(request)} names what is to be found.",
            "Give each answerable case `supports` or `relevant` (in `contexts`: true or false).",
        )

    def search_without(off: tuple[Component, ...]) -> search_eval.Search:
        off = off or assistant.settings.search_without
        return _search(assistant, assistant.settings.model_copy(update={"search_without": off}))

    rows = search_eval.ablation(cases, search_without, articles, lambda name: say(f"measured: {name}"))
    print(f"Search only: {len(cases)} cases of {request_files(request)}, index {assistant.index.fingerprint}")
    print("\n".join(search_eval.table(rows)))


def _print_search(one: Run) -> None:
    found = [
        search_eval.Found(s.result.case, s.result.answer.evidence, s.result.answer.timings.total_ms)
        for s in one.scored
        if s.scores.ranking is not None
    ]
    print(f"Search only: {len(found)} cases with something to find; {about(one.info)}")
    if found:
        print("\n".join(search_eval.table(search_eval.by_language(found))))


def results_path(settings: Settings, request: Request, title: str, several: bool) -> Path:
    """Where the results of one run go.

    Raises:
        UsageError: one file was named for several models.
    """
    cases = "+".join(path.stem for path in request.files)
    parts = [cases, *title.replace("(", "").replace(")", "").split()]
    parts += [f"without-{part}" for part in settings.search_without]
    name = ".".join("".join(c if c.isalnum() or c in "-_." else "-" for c in part) for part in parts) + ".jsonl"
    if request.output is None:
        return settings.home / "eval" / name
    if request.output.suffix != ".jsonl":
        return request.output / name
    if several:
        raise UsageError("Several models cannot share one results file.", "Name a folder with --output.")
    return request.output


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
        raise EvalError(f"{path} has no result of {request_files(request)}.", "Name its cases with --cases or --split.")
    if other := saved - {case.id for case in known}:
        say(f"{path}: {len(other)} results of other cases are left out, such as {min(other)}")
    cases = chosen(have, request.kinds, request.languages, request.ids, True, request.limit)
    results = results_of(rows, cases, path)
    if not info.model and not info.retrieval_only:  # written before results files said what was run
        first = next((result.answer for result in results if not result.error), results[0].answer)
        info = replace(info, model=first.model, backend=first.backend, index=first.index_fingerprint)
    if len(request.files) == 1 and (missing := len(known) - len(have)):
        say(f"{path}: {len(have)} of {len(known)} cases have a result; {missing} do not count")
    return Run(info, tuple(scored(results, {file: article.language for file, article in articles.items()})))


def request_files(request: Request) -> str:
    """The case files in words."""
    return " + ".join(map(str, request.files))


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


def indexed_articles(assistant: "Assistant") -> dict[str, Article]:
    """What is indexed, by file."""
    manifest = assistant.index.manifest
    found = (manifest.article(file) for file in manifest.by_file())
    return {article.file: article for article in found if article}


def read_articles(settings: Settings) -> dict[str, Article]:
    """What is in the corpus, by file, without an index.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    found: dict[str, Article] = {}
    for entry in scan(settings.corpus, settings.max_file_bytes, time_ns()):
        source = entry if isinstance(entry, Unreadable) else entry.load()
        article = source if isinstance(source, Unreadable) else corpus_reader.read(source)
        if isinstance(article, Article):
            found[article.file] = article
    return found
