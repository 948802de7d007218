"""What `kzchat eval` does: assistants and case files in, results on disk, running figures, a table and a report out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kzchat import search_eval
from kzchat.cases import load_all
from kzchat.embedding import default_embedder
from kzchat.errors import EvalError, UsageError
from kzchat.eval_output import finish, thresholds
from kzchat.eval_run import Request, RunProgress, Say, run_info
from kzchat.evaluation import EvalAssistant, found_answer, run, scored
from kzchat.report import Run
from kzchat.results import ResultsFile, results_of
from kzchat.schema import Answer, Article, EvalCase, EvalResult
from kzchat.settings import Component, Settings

if TYPE_CHECKING:
    from rich.console import Console

    from kzchat.assistant import Assistant
    from kzchat.llm import ChatModel

# An assistant and what opens its model; None where only the search is measured.
Opened = tuple["Assistant", Callable[[], tuple["ChatModel", str | None]] | None]


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
        articles = indexed_articles(assistant)
        cases = request.choose(load_all(request.files, {file: a.text for file, a in articles.items()}), say)
        if request.retrieval_only:
            cases = _to_be_found(cases, request)
        model, notice = open_model() if open_model else (None, None)
        if notice:
            say(notice)
        try:
            runs.append(_one_run(assistant, model, cases, request, articles, say, console, len(assistants) > 1))
        finally:
            if model is not None:
                model.close()
    if request.report is None and not request.retrieval_only and runs:
        request = replace(request, report=assistants[0][0].settings.home / "eval" / "report")
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
    with file.alone():
        results = _results(assistant, model, cases, request, file, say, console)
    return Run(info, tuple(scored(results, {name: article.language for name, article in articles.items()})))


def _results(
    assistant: "Assistant",
    model: "ChatModel | None",
    cases: list[EvalCase],
    request: Request,
    file: ResultsFile,
    say: Say,
    console: "Console",
) -> list[EvalResult]:
    """What is in the file already, and what is asked now, in the order of the cases."""
    settings, index, title = assistant.settings, assistant.index, file.info.title
    saved = file.begin(request.fresh)
    old = results_of(list(saved.values()), cases, file.path)
    have = {(result.case.id, result.repeat) for result in old}
    ask = EvalAssistant(settings, index, default_embedder(), model).ask_case if model else _searching(assistant)
    say(f"Results go to {file.path}" + (f" ({len(old)} are there already; --fresh asks anew)" if old else ""))
    total = len(cases) * request.repeat
    with RunProgress(console, say, total, title, old, request.retrieval_only) as progress:

        def on_result(result: EvalResult) -> None:
            file.add(result)
            progress.add(result)

        new = run(cases, ask, on_result, request.repeat, have)
    if failed := [result for result in new if result.error]:
        first = f"the first {failed[0].case.where or failed[0].case.id}: {failed[0].error}"
        say(f"{len(failed)} cases ended in an error, {first} The same command asks them again.")
    order = {case.id: at for at, case in enumerate(cases)}
    return sorted((*old, *new), key=lambda result: (result.repeat, order[result.case.id]))


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
    cases = _to_be_found(cases, request)

    def search_without(off: tuple[Component, ...]) -> search_eval.Search:
        off = off or assistant.settings.search_without
        return _search(assistant, assistant.settings.model_copy(update={"search_without": off}))

    rows = search_eval.ablation(cases, search_without, articles, lambda name: say(f"measured: {name}"))
    print(f"Search only: {len(cases)} cases of {request.named}, index {assistant.index.fingerprint}")
    print("\n".join(search_eval.table(rows)))


def _to_be_found(cases: Sequence[EvalCase], request: Request) -> list[EvalCase]:
    found = search_eval.with_something_to_find(cases)
    if not found:
        raise EvalError(
            f"No case of {request.named} names what is to be found.",
            "Give each answerable case `supports` or `relevant` (in `contexts`: true or false).",
        )
    return found


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


def indexed_articles(assistant: "Assistant") -> dict[str, Article]:
    """What is indexed, by file."""
    manifest = assistant.index.manifest
    found = (manifest.article(file) for file in manifest.by_file())
    return {article.file: article for article in found if article}
