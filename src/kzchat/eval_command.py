"""What `kzchat eval` does: an assistant and a case file in, running figures and a table out."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kzchat import search_eval
from kzchat.completion import joined
from kzchat.errors import EvalError
from kzchat.evaluation import Summary, append_jsonl, load_cases, run, summarise, to_json
from kzchat.followup import needs_completion
from kzchat.report import summary_table
from kzchat.schema import Answer, EvalCase, EvalResult
from kzchat.settings import Component

if TYPE_CHECKING:
    from kzchat.assistant import Assistant


def run_eval(
    assistant: "Assistant",
    say: Callable[[str], None],
    cases_file: Path,
    limit: int | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Run the cases and print what they came to.

    Raises:
        EvalError: a case cannot be used, with its file and line.
    """
    cases = load_cases(cases_file, _texts(assistant))[:limit]
    seen = 0

    def ask(case: EvalCase) -> Answer:
        return assistant.ask(case.question, case.language, case.history).result()

    def on_result(result: EvalResult) -> None:
        nonlocal seen
        seen += 1
        mark = "error" if result.error else "right" if result.correct else "wrong"
        say(f"{seen:3}/{len(cases)} {mark:5} {result.case.id:8} {result.answer.status:9} {result.case.question[:70]}")
        if output:
            append_jsonl(output, result)

    if output and output.exists():
        output.unlink()
    results = run(cases, ask, on_result)
    model = assistant.model
    title = f"{model.name} ({model.backend})" if model else "no model was needed"
    if as_json:
        json.dump([to_json(result) for result in results], sys.stdout, ensure_ascii=False, indent=2)
        print()
        return
    print_summary(summarise(results), f"{title}, index {assistant.index.fingerprint}")


def print_summary(summary: Summary, title: str) -> None:
    """The table of a run on standard output."""
    _table(summary_table(summary, title))


def run_search_eval(assistant: "Assistant", say: Callable[[str], None], cases_file: Path, ablate: bool) -> None:
    """Measure the search alone and print the figures.

    Raises:
        EvalError: a case cannot be used, or none has something to be found.
    """
    cases = search_eval.with_something_to_find(load_cases(cases_file, _texts(assistant)))
    if not cases:
        raise EvalError(
            f"No case of {cases_file} names what is to be found.",
            "Give each answerable case `supports` or `relevant` (in `contexts`: true or false).",
        )

    def search_without(off: tuple[Component, ...]) -> search_eval.Search:
        settings = assistant.settings.model_copy(update={"search_without": off or assistant.settings.search_without})
        retriever = assistant.retriever_with(settings)
        return lambda case, limit: retriever.search(_searched(case), limit, search_eval.filters_of(case))

    def done(name: str) -> None:
        say(f"measured: {name}")

    whole = search_without(())
    whole(cases[0], 1)  # what is loaded at the first search is not counted
    run = search_eval.ablation(cases, search_without, done) if ablate else search_eval.by_language(cases, whole, done)
    print(f"Search only: {len(cases)} cases of {cases_file.name}, index {assistant.index.fingerprint}; 95 % intervals")
    print("\n".join(search_eval.table(run)))


def _searched(case: EvalCase) -> str:
    """A follow-up as it is completed without a model."""
    return joined(case.question, case.history) if needs_completion(case.question, case.history) else case.question


def _texts(assistant: "Assistant") -> dict[str, str]:
    manifest = assistant.index.manifest
    articles = (manifest.article(file) for file in manifest.by_file())
    return {article.file: article.text for article in articles if article}


def _table(rows: list[tuple[str, str]]) -> None:
    width = max(len(label) for label, _ in rows[1:])
    for label, value in rows:
        print(f"{label:<{width}}  {value}")
