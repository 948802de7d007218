"""What `kzchat eval` does: an assistant and a case file in, running figures and a table out."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kzchat.evaluation import Summary, append_jsonl, hit_at, load_cases, run, summarise, to_json, wilson
from kzchat.report import summary_table
from kzchat.schema import Answer, EvalCase, EvalResult

if TYPE_CHECKING:
    from kzchat.assistant import Assistant


def run_eval(
    assistant: "Assistant",
    say: Callable[[str], None],
    cases_file: Path,
    retrieval_only: bool,
    limit: int | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Run the cases and print what they came to.

    Raises:
        EvalError: a case cannot be used, with its file and line.
    """
    manifest = assistant.index.manifest
    articles = (manifest.article(entry.file) for entry in manifest.contents())
    cases = load_cases(cases_file, {article.file: article.text for article in articles if article})[:limit]
    if retrieval_only:
        _measure_search(assistant, cases)
        return
    seen = 0

    def ask(question: str, language: str) -> Answer:
        return assistant.ask(question, language).result()

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


def _measure_search(assistant: "Assistant", cases: list[EvalCase]) -> None:
    """Hit@k of the search alone, over the cases that have something to be found."""
    answerable = [case for case in cases if case.supports or case.relevant]
    found = [(case, assistant.search(case.question, 10)) for case in answerable]
    rows = [("Search only", f"{len(answerable)} cases, index {assistant.index.fingerprint}")]
    for k in (1, 5, 10):
        hits = sum(bool(hit_at(case, passages, k)) for case, passages in found)
        low, high = wilson(hits, len(answerable))
        share = hits / max(1, len(answerable))
        rows.append((f"Hit@{k}", f"{hits}/{len(answerable)}  {share:.1%} [{low:.0%}–{high:.0%}]"))
    _table(rows)


def _table(rows: list[tuple[str, str]]) -> None:
    width = max(len(label) for label, _ in rows[1:])
    for label, value in rows:
        print(f"{label:<{width}}  {value}")
