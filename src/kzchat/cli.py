"""The `kzchat` command. Each command imports what it needs when it runs, so that `--help` is instant.

Exit codes: 0 answered, 3 abstained, 2 usage, 1 error. Messages and progress go to standard error; what was asked for
goes to standard output, without colours or spinners where that is not a terminal.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kzchat.errors import KzchatError, UsageError
from kzchat.eval_cli import eval_app

if TYPE_CHECKING:
    from rich.console import Console

    from kzchat.assistant import Assistant
    from kzchat.settings import Settings

app = typer.Typer(
    help="Answers about press articles, every sentence tied to the exact sentence that supports it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(eval_app, name="eval")

ABSTAINED = 3
NOT_SUPPORTED = 3
_INTERRUPTED = 130  # what typer makes of Ctrl-C

CorpusOption = Annotated[Path | None, typer.Option("--corpus", help="Folder of articles. Default: seeds.")]
ModelOption = Annotated[str | None, typer.Option("--model", help="Model, by the Ollama server's name for it.")]
BackendOption = Annotated[
    str | None, typer.Option("--backend", help="ollama, embedded, or auto: Ollama where it answers.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """The console script."""
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a model that still loads or writes in a thread of C++ would hold up an ordinary exit


def run(arguments: list[str] | None = None) -> int:
    """Run the command line: a user's errors in one line each, a bug with its traceback.

    Returns:
        The exit code.
    """
    stopped = ("Stopped.", "What was finished is kept: run the command again.", 1)
    try:
        given = sys.argv[1:] if arguments is None else arguments
        code = app(given or ["--help"], standalone_mode=False) or 0
        return _fail(*stopped) if code == _INTERRUPTED else int(code)
    except KzchatError as error:
        return _fail(error.message, error.remedy, error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return _fail(*stopped)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except typer.TyperException as error:
        return _fail(str(error).strip().rstrip(".?") + ".", "See: kzchat --help", 2)


def _fail(message: str, remedy: str, code: int) -> int:
    print(f"kzchat: {message} {remedy}", file=sys.stderr, flush=True)
    return code


@app.command()
def ask(
    question: Annotated[list[str], typer.Argument(help="The question; - reads it from standard input.")],
    as_json: JsonOption = False,
    lang: Annotated[str | None, typer.Option("--lang", help="Language of the answer: fr, en, ru, kk or ar.")] = None,
    model: ModelOption = None,
    backend: BackendOption = None,
    show_evidence: Annotated[
        bool, typer.Option("--show-evidence", help="Show all of the evidence, whole, with its scores.")
    ] = False,
    no_stream: Annotated[bool, typer.Option("--no-stream", help="Print only the finished answer.")] = False,
    corpus: CorpusOption = None,
) -> None:
    """Answer a question from the articles. Exit code 3 when they do not say."""
    text = " ".join(question)
    settings = _settings(corpus=corpus, model=model, backend=backend)
    if text == "-":
        text = sys.stdin.read(4 * settings.max_question_chars + 1)
    if not text.strip():
        raise UsageError("The question is empty.", 'Ask one, such as: kzchat ask "Who visited Morocco in 2025?"')
    if lang is not None:
        from kzchat.languages import check_language

        check_language(lang)
    assistant = _open_assistant(settings)
    from kzchat.terminal import stream_answer

    stream = assistant.ask(text, lang)
    answer = stream_answer(stream, _console(), _console(stderr=True), as_json or no_stream, show_evidence)
    if as_json:
        from kzchat.render import answer_json

        print(json.dumps(answer_json(answer), ensure_ascii=False, indent=2))
    assistant.close()
    if answer.status == "abstained":
        raise typer.Exit(ABSTAINED)


@app.command()
def chat(
    lang: Annotated[str | None, typer.Option("--lang", help="Language of the answers: fr, en, ru, kk or ar.")] = None,
    model: ModelOption = None,
    backend: BackendOption = None,
    corpus: CorpusOption = None,
) -> None:
    """Talk about the articles in the terminal: follow-ups, sources, the articles themselves."""
    settings = _settings(corpus=corpus, model=model, backend=backend)
    if lang is not None:
        from kzchat.languages import check_language

        check_language(lang)
    assistant = _open_assistant(settings)
    from kzchat.chat_command import run_chat

    run_chat(assistant, _console(), _console(stderr=True), lang)
    assistant.close()


@app.command()
def index(
    folder: Annotated[Path | None, typer.Argument(help="Folder of articles. Default: seeds.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    corpus: CorpusOption = None,
) -> None:
    """Bring the index in step with a folder of articles: only what changed is done."""
    from kzchat.index_command import print_index, print_plan

    settings = _settings(corpus=folder or corpus)
    if dry_run:
        print_plan(settings)
    else:
        print_index(settings, _say, _console(stderr=True))


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="What to look for.")],
    as_json: JsonOption = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many sentences.")] = 10,
    lang: Annotated[str | None, typer.Option("--lang", help="Only articles in fr, en, ru, kk or ar.")] = None,
    file: Annotated[str | None, typer.Option("--file", help="Only these articles; * stands for anything.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Only articles of this date or later.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Only articles of this date or earlier.")] = None,
    corpus: CorpusOption = None,
) -> None:
    """Show the sentences that a question finds, without asking a model."""
    from kzchat.search_command import filters_for, print_passages

    assistant = _open_assistant(_settings(corpus=corpus))
    filters = filters_for(assistant.index.manifest.by_file(), lang, file, since, until)
    found = assistant.search(" ".join(query), limit, filters)
    if as_json:
        from kzchat.render import passage_json

        print(json.dumps([passage_json(passage) for passage in found], ensure_ascii=False, indent=2))
    else:
        print_passages(found, _console())


@app.command()
def show(
    place: Annotated[str, typer.Argument(help="FILE, or FILE#START-END as citations and searches name it.")],
    corpus: CorpusOption = None,
) -> None:
    """Print an article as it is indexed, with a span marked."""
    from kzchat.places import marked, parse_place
    from kzchat.terminal import print_marked

    assistant = _open_assistant(_settings(corpus=corpus))
    file, span = parse_place(place)
    article = assistant.index.manifest.article(file)
    if article is None:
        names = ", ".join(entry.file for entry in assistant.index.manifest.contents()[:10])
        raise UsageError(
            f"No article {file} is indexed.", f"Name a place as FILE or FILE#START-END, with one of: {names}"
        )
    print_marked(_console(), *marked(article, span))


@app.command()
def check(
    text: Annotated[list[str] | None, typer.Argument(help="What to check; - reads it from standard input.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="Check the text of this file.")] = None,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="Claims with their sources, one JSON object a line.")
    ] = None,
    facts_only: Annotated[bool, typer.Option("--facts-only", help="Compare facts; do not ask the model.")] = False,
    as_json: JsonOption = False,
    model: ModelOption = None,
    backend: BackendOption = None,
    corpus: CorpusOption = None,
) -> None:
    """Check a text against the articles, sentence by sentence. Exit code 3 unless everything is supported."""
    from kzchat.check_command import given_text, print_checked, print_pairs

    settings = _settings(corpus=corpus, model=model, backend=backend)
    if pairs is not None:
        supported = print_pairs(settings, pairs, facts_only, _say)
    else:
        content = given_text(text, file)
        assistant = _open_assistant(settings)
        supported = print_checked(assistant, content, facts_only, as_json, _console(), _say)
        assistant.close()
    if not supported:
        raise typer.Exit(NOT_SUPPORTED)


@app.command()
def calibrate(
    model: ModelOption = None,
    backend: BackendOption = None,
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="Labelled claims and sources. Default: the project's own.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=20, help="Only so many pairs.")] = None,
) -> None:
    """Find from which score a model's judgement may be trusted, and keep it (some minutes)."""
    from kzchat.calibrate_command import run_calibration

    run_calibration(_settings(model=model, backend=backend), pairs, limit, _say)


@app.command()
def pull(
    model: Annotated[
        str | None, typer.Argument(help="A model for the Ollama server. Default: fetch the embedded model.")
    ] = None,
    from_gguf: Annotated[
        Path | None, typer.Option("--from-gguf", help="Make that Ollama model from this ChatML GGUF file.")
    ] = None,
    release: Annotated[
        str, typer.Option("--release", help="Which embedded model: default (1.5B) or small (0.5B).")
    ] = "default",
) -> None:
    """Fetch a model: the embedded one, or one for the Ollama server."""
    from kzchat.pull_command import pull_into_ollama, pull_release

    settings = _settings(model=model)
    if model is not None:
        pull_into_ollama(settings, from_gguf, _console(stderr=True), _say)
    else:
        pull_release(settings, release, _console(stderr=True), _say)


@app.command()
def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 7860,
    host: Annotated[
        str, typer.Option("--host", help="An address of this machine; one that others reach needs KZCHAT_PASSWORD.")
    ] = "127.0.0.1",
    share: Annotated[bool, typer.Option("--share", help="Refused: nothing leaves this machine.")] = False,
    model: ModelOption = None,
    backend: BackendOption = None,
    corpus: CorpusOption = None,
) -> None:
    """Open the chat page on this machine (127.0.0.1)."""
    if share:
        raise UsageError(
            "kzchat does not share its page over the internet: nothing leaves this machine.",
            "Leave --share out; for colleagues on your network: KZCHAT_PASSWORD=… kzchat serve --host ADDRESS",
        )
    settings = _settings(corpus=corpus, model=model, backend=backend)
    assistant = _open_assistant(settings)
    from kzchat.web import serve as serve_page

    serve_page(assistant, port, host)


@app.command()
def feedback(
    as_json: JsonOption = False,
    to_cases: Annotated[
        Path | None, typer.Option("--to-cases", help="Append what is judged to a file of gold questions.")
    ] = None,
    only: Annotated[str | None, typer.Option("--id", help="Only the answer of this id.")] = None,
    accepted: Annotated[
        list[str] | None, typer.Option("--accepted", help="With --id and --to-cases: what a right answer says.")
    ] = None,
    unanswerable: Annotated[
        bool, typer.Option("--unanswerable", help="With --id and --to-cases: the articles do not say.")
    ] = False,
    corpus: CorpusOption = None,
) -> None:
    """List what readers of the page said of its answers; make gold questions of it."""
    from kzchat.feedback_command import list_feedback, make_cases

    settings = _settings(corpus=corpus)
    if to_cases is None:
        list_feedback(settings, only, as_json)
    else:
        make_cases(settings, to_cases, only, tuple(accepted or ()), unanswerable)


# --------------------------------------------------------------------------------------------- in the terminal


def _settings(**options: Any) -> "Settings":
    from kzchat.settings import load_settings

    return load_settings(**options)


def _console(stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _open_assistant(settings: "Settings", everything: bool = False) -> "Assistant":
    from kzchat.index_command import open_reporting

    return open_reporting(settings, _say, _console(stderr=True), everything)
