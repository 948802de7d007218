"""`kzchat eval` and its subcommands: options in, calls of `eval_command` out. Each imports what it needs when it runs.

Exit codes: 0 done, 3 a threshold of `--fail-under` is not met, 2 usage, 1 error.
"""

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kzchat.errors import EvalError, UsageError

if TYPE_CHECKING:
    from kzchat.eval_run import Request
    from kzchat.settings import Settings

eval_app = typer.Typer(invoke_without_command=True, rich_markup_mode=None)

CasesOption = Annotated[Path | None, typer.Option("--cases", help="Gold questions, one JSON object a line.")]
SplitOption = Annotated[str | None, typer.Option("--split", help="kzchat's own: dev, test or all. Default: test.")]
CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="Folder of articles. Default: seeds.")]
KindOption = Annotated[list[str] | None, typer.Option("--kind", help="Only cases of this kind; repeatable.")]
LangOption = Annotated[list[str] | None, typer.Option("--lang", help="Only questions in this language; repeatable.")]
IdsOption = Annotated[Path | None, typer.Option("--ids", help="Only the cases that this file lists, one id a line.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@eval_app.callback()
def evaluate(
    context: typer.Context,
    cases: CasesOption = None,
    split: SplitOption = None,
    corpus: CorpusOption = None,
    kind: KindOption = None,
    lang: LangOption = None,
    ids: IdsOption = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="Model; several times: one column each, one after the other.")
    ] = None,
    backend: Annotated[str | None, typer.Option("--backend", help="ollama, embedded, or auto.")] = None,
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Measure the search, ask no model.")] = False,
    ablate: Annotated[bool, typer.Option("--ablate", help="The search again without each of its parts.")] = False,
    repeat: Annotated[int, typer.Option("--repeat", min=1, help="Rounds. Rates count the first, times all.")] = 1,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Only the first cases.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="Ask drafts too.")] = False,
    fail_under: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-under", help="NAME=NUMBER, repeatable: exit code 3 below it (above, where less is better)."
        ),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Ask anew what an earlier run has answered.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", help="Results: a .jsonl file, or a folder. Default: in KZCHAT_HOME/eval.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", help="Folder for report.html, report.json, table.md. Default: KZCHAT_HOME/eval/report."
        ),
    ] = None,
    from_results: Annotated[
        list[Path] | None, typer.Option("--from-results", help="Score these saved results; ask no model. Repeatable.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every gold question and count: found, correct, cited, declined, how long. See also: diff, new, save.

    Each result is on disk as soon as it is known. The same command again goes on where an interrupted run ended.
    """
    if context.invoked_subcommand is not None:
        return
    request = _request(
        cases, split, kind, lang, ids, saved=bool(from_results), drafts=drafts, limit=limit, repeat=repeat,
        retrieval_only=retrieval_only, fresh=fresh, output=output, report=report,
        fail_under=tuple(fail_under or ()), as_json=as_json,
    )  # fmt: skip
    if from_results:
        from kzchat.eval_saved import rescore

        raise typer.Exit(rescore(from_results, request, _settings(corpus=corpus), _say))
    if cases is not None and corpus is None and _brings_its_articles(cases):
        corpus = cases
    code = _run(request, model or [], ablate, backend=backend, corpus=corpus)
    raise typer.Exit(code)


def _run(request: "Request", models: list[str], ablate: bool, **options: Any) -> int:
    from rich.console import Console

    from kzchat import eval_command
    from kzchat.eval_output import thresholds
    from kzchat.index_command import open_reporting
    from kzchat.llm import open_model

    thresholds(request.fail_under)  # a wrong one is said before the work
    console = Console(stderr=True, highlight=False)
    if ablate or request.retrieval_only:
        assistant = open_reporting(_settings(**options), _say, console, everything=True)
        if ablate:
            eval_command.run_ablation(assistant, request, _say)
            return 0
        return eval_command.run_eval([(assistant, None)], request, _say, console)
    runs: list[eval_command.Opened] = []
    names: list[str | None] = [*models] or [None]
    for name in names:
        settings = _settings(model=name, **options)
        assistant = open_reporting(settings, _say, console, everything=True)
        runs.append((assistant, partial(open_model, settings)))
    return eval_command.run_eval(runs, request, _say, console)


@eval_app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="Saved results of one run.")],
    after: Annotated[Path, typer.Argument(help="Saved results of another run over the same cases.")],
    cases: CasesOption = None,
    split: SplitOption = None,
    corpus: CorpusOption = None,
    kind: KindOption = None,
    lang: LangOption = None,
    ids: IdsOption = None,
    as_json: JsonOption = False,
) -> None:
    """What got better or worse from one run to another, and whether that is more than noise."""
    from kzchat import eval_saved

    request = _request(cases, split, kind, lang, ids, saved=True, as_json=as_json)
    eval_saved.diff(before, after, request, _settings(corpus=corpus), _say)


@eval_app.command()
def new(
    folder: Annotated[Path, typer.Option("--folder", help="Your articles.")],
    to: Annotated[Path, typer.Option("--to", help="The case file to add to.")] = Path("cases.jsonl"),
    count: Annotated[int, typer.Option("--count", min=1, help="At most so many questions.")] = 40,
) -> None:
    """Draft questions from your own articles, for you to edit and accept."""
    from kzchat import drafts

    made = drafts.draft_cases(_settings(corpus=folder), count)
    added = drafts.add_drafts(to, made)
    kinds = ", ".join(f"{number} {kind}" for kind, number in added.items())
    print(f"{to}: {sum(added.values())} drafts ({kinds})" if added else f"{to}: nothing new")
    print(
        f'Edit them; remove `"draft": true` of each that you accept, or the whole line.\n'
        f"Then: kzchat eval --corpus {folder} --cases {to}   (--drafts asks the drafts, too)"
    )


@eval_app.command()
def save(
    answer: Annotated[
        Path | None, typer.Argument(help="What `kzchat ask --json` printed. Default: standard input.")
    ] = None,
    to: Annotated[Path, typer.Option("--to", help="The case file to add to.")] = Path("cases.jsonl"),
    answers: Annotated[
        list[str] | None,
        typer.Option("--answers", help="A part of the right answer; accepted forms separated by |; repeatable."),
    ] = None,
    unanswerable: Annotated[bool, typer.Option("--unanswerable", help="The articles do not say.")] = False,
    kind: Annotated[str, typer.Option("--kind", help="Kind of question, as in eval/gold/README.md.")] = "fact",
    case_id: Annotated[str | None, typer.Option("--id", help="Default: the next saved-N.")] = None,
    why: Annotated[str, typer.Option("--why", help="How one can tell.")] = "",
) -> None:
    """Save an answer as a gold case, accepted as it is or corrected: kzchat ask --json "…" | kzchat eval save"""
    from kzchat.cases import append_case, case_from_answer, next_id

    if unanswerable and answers:
        raise UsageError("--answers and --unanswerable exclude each other.", "Give one of them.")
    try:
        given = sys.stdin.read() if answer is None or str(answer) == "-" else answer.read_text(encoding="utf-8")
        row = json.loads(given)
    except OSError as error:
        raise EvalError(f"{answer} cannot be read: {error.strerror or error}.", "Name a file.") from error
    except ValueError as error:
        raise EvalError(f"This is not JSON ({error}).", 'Pipe it: kzchat ask --json "…" | kzchat eval save') from error
    case = case_from_answer(
        row, case_id or next_id(to), kind, tuple(answers) if answers else None,
        False if unanswerable else True if answers else None, why,
    )  # fmt: skip
    append_case(to, case)
    print(f"{to}: {case['id']} · {case['question']}")


def _request(
    cases: Path | None,
    split: str | None,
    kind: list[str] | None,
    lang: list[str] | None,
    ids: Path | None,
    saved: bool = False,
    **options: Any,
) -> "Request":
    """The request in its own type.

    Args:
        saved: results are there: their cases may be of either split.
    """
    from kzchat.cases import load_ids, split_files
    from kzchat.eval_run import Request

    if cases is not None and split is not None:
        raise UsageError("--cases and --split exclude each other.", "Give one of them.")
    files = (cases,) if cases is not None else split_files(split or ("all" if saved else "test"))
    listed = tuple(load_ids(ids)) if ids is not None else ()
    return Request(files, kinds=tuple(kind or ()), languages=tuple(lang or ()), ids=listed, **options)


def _brings_its_articles(cases: Path) -> bool:
    """Whether each row of a public set holds the passages that it is asked about."""
    try:
        with cases.open(encoding="utf-8-sig") as file:
            return '"contexts"' in file.readline()
    except (OSError, UnicodeDecodeError):
        return False  # the loader says what is wrong


def _settings(**options: Any) -> "Settings":
    from kzchat.settings import load_settings

    return load_settings(**options)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
