"""`kzchat eval` from cases to the exit code, over a small corpus, with a model that is told what to write."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from fake import FakeModel, open_assistant
from gold import CASE, abstained, answered, claim
from kzchat import eval_command
from kzchat.assistant import Assistant
from kzchat.errors import EvalError, ModelError, UsageError
from kzchat.eval_command import run_eval
from kzchat.eval_run import Request
from kzchat.eval_saved import diff, rescore
from kzchat.evaluation import run
from kzchat.heads import Asked
from kzchat.llm import Message
from kzchat.results import ResultsFile, RunInfo, read_rows
from kzchat.schema import Answer, EvalCase, EvalResult

PORT = "The port of Safi opened in 1930, and Queen Anna cut the ribbon."
SHIP = "The ship Aurora left the harbour of Agadir with forty sailors on board."
CASES: list[dict[str, Any]] = [
    {
        "id": "en-1", "language": "en", "question": "When did the port of Safi open?", "kind": "date",
        "answerable": True, "answers": ["1930"], "supports": [{"file": "port.txt", "quote": PORT}],
    },
    {
        "id": "en-2", "language": "en", "question": "How many sailors left with the Aurora?", "kind": "fact",
        "answerable": True, "answers": ["no such word|neither"], "supports": [{"file": "ship.txt", "quote": SHIP}],
    },
    {
        "id": "en-3", "language": "en", "question": "Who owns the port of Safi?", "kind": "not_stated",
        "answerable": False, "answers": [], "supports": [],
    },
]  # fmt: skip


class SafiModel(FakeModel):
    """Knows when the port opened, and says so whatever is asked. Fails from a given question on."""

    def __init__(self, fails_from: int = 99) -> None:
        super().__init__()
        self.asked = 0
        self.fails_from = fails_from

    def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
        text = messages[-1].content
        if text.startswith("Source:"):
            return 9.0, 10
        if "sailors" in text.partition("Question:")[2] or "open?" in text.partition("Question:")[2]:
            self.asked += 1
            if self.asked >= self.fails_from:
                raise ModelError("The model died.", "Start it again.")
            return 5.0, 10
        return -5.0, 10

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Any:
        self.replies = ["The port of Safi opened in 1930."]
        return super().stream(messages, max_tokens)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Two articles, indexed once; no test changes them."""
    folder = tmp_path_factory.mktemp("articles")
    (folder / "port.txt").write_text(PORT + "\n", encoding="utf-8")
    (folder / "ship.txt").write_text(SHIP + "\n", encoding="utf-8")
    return open_assistant(folder, tmp_path_factory.mktemp("home"), SafiModel())


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in CASES), encoding="utf-8")
    return path


Eval = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def evaluate(assistant: Assistant, cases: Path) -> Eval:
    """Run it; returns the exit code and what was said on standard error."""

    def call(model: FakeModel | None = None, search_only: bool = False, **options: Any) -> tuple[int, list[str]]:
        said: list[str] = []
        opener = None if search_only else lambda: (model or SafiModel(), None)
        request = Request((options.pop("file", cases),), retrieval_only=search_only, **options)
        return run_eval([(assistant, opener)], request, said.append, Console(stderr=True)), said

    return call


def test_a_run_counts_saves_and_prints(evaluate: Eval, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, said = evaluate(output=tmp_path / "out.jsonl")
    printed = capsys.readouterr().out
    assert code == 0
    assert "Questions                 3: 2 answerable, 1 not" in printed
    assert "Correct answer            1/2  50" in printed and "Correct abstention        1/1  100" in printed
    assert said[0] == f"Results go to {tmp_path / 'out.jsonl'}"
    assert [" ".join(line.split()) for line in said[1:4]] == [
        "1/3 en-1 correct 1 of 1, declined 0 of 0",
        "2/3 en-2 correct 1 of 2, declined 0 of 0",
        "3/3 en-3 correct 1 of 2, declined 1 of 1",
    ]
    info, rows = read_rows(tmp_path / "out.jsonl")
    assert (info.model, info.backend, info.repeat) == ("fake", "embedded", 1) and len(info.code) == 8
    assert [row["id"] for row in rows] == ["en-1", "en-2", "en-3"]


def test_an_interrupted_run_goes_on(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    evaluate(output=out)
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text("".join(lines[:2]) + lines[2][:40], encoding="utf-8")  # killed in the middle of a line
    model = SafiModel()
    code, said = evaluate(model, output=out)
    assert code == 0 and "1 are there already" in said[0]
    assert model.asked == 1  # the question about the sailors; that about the port was answered before
    assert [row["id"] for row in read_rows(out)[1]] == ["en-1", "en-2", "en-3"]
    evaluate(model, output=out)
    assert model.asked == 1


def test_two_runs_do_not_write_one_file(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with ResultsFile(out, RunInfo()).alone(), pytest.raises(EvalError, match="Another kzchat eval is writing"):
        evaluate(output=out)
    assert evaluate(output=out)[0] == 0


def test_failures_are_asked_again(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    _, said = evaluate(SafiModel(fails_from=2), output=out)
    assert "1 cases ended in an error, the first " in said[-2] and "cases.jsonl:2: The model died." in said[-2]
    assert [row["error"] for row in read_rows(out)[1]] == ["", "The model died. Start it again.", ""]
    evaluate(output=out)
    assert sorted((row["id"], row["error"]) for row in read_rows(out)[1]) == [
        ("en-1", ""), ("en-2", ""), ("en-3", ""),
    ]  # fmt: skip


def test_another_run_is_not_gone_on_with(evaluate: Eval, tmp_path: Path, cases: Path) -> None:
    out = tmp_path / "out.jsonl"
    evaluate(output=out)
    cases.write_text(cases.read_text(encoding="utf-8").replace("no such word|neither", "neither"), encoding="utf-8")
    other = SafiModel()
    other.name = "another"
    with pytest.raises(EvalError, match=r"3 results of another run \(other cases_sha256, model\)"):
        evaluate(other, output=out)
    evaluate(other, output=out, fresh=True)
    assert read_rows(out)[0].model == "another"
    assert read_rows(tmp_path / "out.previous.jsonl")[0].model == "fake"


def test_a_model_that_dies_half_way_leaves_what_was_computed(evaluate: Eval, tmp_path: Path, cases: Path) -> None:
    rows = [{**CASES[0], "id": f"c{number}"} for number in range(6)]
    cases.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    with pytest.raises(EvalError) as caught:
        evaluate(SafiModel(fails_from=2), output=tmp_path / "out.jsonl")
    assert f"{cases}:4" in caught.value.message and "The model died." in caught.value.message
    assert "Start it again. Then run the same command again" in caught.value.remedy
    assert [bool(row["error"]) for row in read_rows(tmp_path / "out.jsonl")[1]] == [False, True, True, True]


def test_thresholds_fail_the_run(evaluate: Eval, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert evaluate(output=out, fail_under=("correct=0.5", "false_abstention=0.0", "errors=0"))[0] == 0
    code, said = evaluate(output=out, fail_under=("correct=0.6", "answer_precision=0.9", "total_s=0.000001"))
    assert code == 3
    assert "correct is 0.500" in said[-3] and "answer_precision is 0.500" in said[-2] and "total_s" in said[-1]
    code, said = evaluate(output=out, fail_under=("follow_up=0.1",))
    assert code == 3 and "follow_up was not measured" in said[-1]
    with pytest.raises(UsageError, match="no measure corect") as caught:
        evaluate(output=out, fail_under=("corect=0.5",))
    assert "correct, " in caught.value.remedy and "ndcg" in caught.value.remedy
    with pytest.raises(UsageError, match="has no number"):
        evaluate(output=out, fail_under=("correct",))


def test_repeats_count_once_and_what_changes_is_said(
    evaluate: Eval, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = SafiModel()
    evaluate(model, output=tmp_path / "out.jsonl", repeat=2)
    assert model.asked == 4
    printed = capsys.readouterr().out
    assert "1/2  50" in printed and "Same in all rounds        3/3" in printed


def test_search_only_asks_no_model_and_the_diff_shows_what_is_lost(
    evaluate: Eval, assistant: Assistant, tmp_path: Path, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    assert evaluate(search_only=True, output=whole, fail_under=("hit_at_1=1",))[0] == 0
    assert "Search only: 2 cases" in capsys.readouterr().out
    text = whole.read_text(encoding="utf-8")
    broken.write_text(text.replace("port.txt", "other.txt"), encoding="utf-8")
    request = Request((cases,))
    diff(whole, broken, request, assistant.settings, lambda line: None)
    printed = capsys.readouterr().out
    row = next(line for line in printed.splitlines() if line.startswith("Evidence first "))
    assert row.split()[2:] == ["100.0", "%", "50.0", "%", "0", "1", "2", "1.000", "within", "noise"]
    assert "Correct answer" not in printed and "Nothing that is measured differs" in printed
    assert rescore([broken], replace(request, fail_under=("hit_at_1=0.9",)), assistant.settings, print) == 3


def test_saved_results_are_scored_anew(
    evaluate: Eval, assistant: Assistant, tmp_path: Path, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.jsonl"
    evaluate(output=out)
    before = capsys.readouterr().out
    request = Request((cases,), report=tmp_path / "report")
    assert rescore([out], request, assistant.settings, lambda line: None) == 0
    assert capsys.readouterr().out == before
    assert {path.name for path in (tmp_path / "report").iterdir()} == {"report.html", "report.json", "table.md"}
    headless = tmp_path / "headless.jsonl"  # as written before results files said what was run
    headless.write_text("".join(out.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")
    rescore([headless], Request((cases,)), assistant.settings, lambda line: None)
    assert "fake (embedded)" in capsys.readouterr().out


def test_saved_results_that_cannot_be_used(evaluate: Eval, assistant: Assistant, tmp_path: Path, cases: Path) -> None:
    out = tmp_path / "out.jsonl"
    evaluate(output=out)
    text = out.read_text(encoding="utf-8")
    request = Request((cases,))

    def fails(content: str, message: str) -> None:
        path = tmp_path / "bad.jsonl"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(EvalError, match=message):
            rescore([path], request, assistant.settings, lambda line: None)

    fails(text.replace('"id": "en-2"', '"name": "en-2"'), r"bad\.jsonl:3 is no result")
    fails(text.replace('"status"', '"state"'), "the result of en-1 lacks or has a wrong 'status'")
    fails(text.replace("How many sailors left", "How many cooks left"), "en-2 is of another question than .*cases")
    fails(text.replace('"en-', '"fr-'), "has no result of")
    with pytest.raises(EvalError, match="cannot be read"):
        rescore([tmp_path / "none.jsonl"], request, assistant.settings, lambda line: None)


def test_runs_over_other_cases_are_compared_on_what_they_share(
    evaluate: Eval, assistant: Assistant, tmp_path: Path, cases: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = tmp_path / "one.jsonl", tmp_path / "other.jsonl"
    evaluate(output=one)
    evaluate(output=other, limit=2)
    said: list[str] = []
    diff(one, other, Request((cases,)), assistant.settings, said.append)
    assert "only the 2 that both have are compared" in said[0]
    assert "2 cases in common" in capsys.readouterr().out
    third = tmp_path / "third.jsonl"
    evaluate(output=third, ids=("en-3",))
    with pytest.raises(EvalError, match="no case in common"):
        diff(other, third, Request((cases,)), assistant.settings, said.append)


def test_excluded_files_are_out_of_reach(evaluate: Eval, tmp_path: Path, cases: Path) -> None:
    row = {**CASES[2], "excluded": ["port.txt"]}
    cases.write_text(json.dumps(row) + "\n" + json.dumps(CASES[0]) + "\n", encoding="utf-8")
    evaluate(output=tmp_path / "out.jsonl")
    first, second = read_rows(tmp_path / "out.jsonl")[1]
    assert {item["file"] for item in first["answer"]["evidence"]} == {"ship.txt"}
    assert {item["file"] for item in second["answer"]["evidence"]} == {"port.txt", "ship.txt"}


def test_drafts_are_passed_over_until_accepted(evaluate: Eval, tmp_path: Path, cases: Path) -> None:
    drafts = [{**row, "draft": row["id"] == "en-2"} for row in CASES]
    cases.write_text("".join(json.dumps(row) + "\n" for row in drafts), encoding="utf-8")
    _, said = evaluate(output=tmp_path / "out.jsonl")
    assert "1 drafts are passed over" in said[0]
    assert [row["id"] for row in read_rows(tmp_path / "out.jsonl")[1]] == ["en-1", "en-3"]
    evaluate(output=tmp_path / "out.jsonl", drafts=True)
    assert len(read_rows(tmp_path / "out.jsonl")[1]) == 3


def test_folders_that_cannot_be_written_are_named(evaluate: Eval, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(EvalError, match=r"results file .* cannot be written"):
        evaluate(output=tmp_path / "file" / "out.jsonl")
    with pytest.raises(EvalError, match=r"The report cannot be written to .*file: ") as caught:
        evaluate(output=tmp_path / "out.jsonl", report=tmp_path / "file")
    assert "The results are kept" in caught.value.remedy
    assert len(read_rows(tmp_path / "out.jsonl")[1]) == 3


def test_several_models_are_columns_of_one_table(
    assistant: Assistant, cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = SafiModel(fails_from=2)
    small.name = "small"
    runs: list[eval_command.Opened] = [(assistant, lambda: (SafiModel(), None)), (assistant, lambda: (small, "Slow."))]
    said: list[str] = []
    run_eval(runs, Request((cases,), output=tmp_path, report=tmp_path / "report"), said.append, Console(stderr=True))
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].split() == ["fake", "(embedded)", "small", "(embedded)"]
    assert "Slow." in said and small.closed
    assert sorted(path.name for path in tmp_path.glob("*.jsonl")) == [
        "cases.fake.embedded.jsonl", "cases.jsonl", "cases.small.embedded.jsonl",
    ]  # fmt: skip
    assert "| fake (embedded) | small (embedded) |" in (tmp_path / "report" / "table.md").read_text(encoding="utf-8")
    with pytest.raises(UsageError, match="cannot share one results file"):
        run_eval(runs, Request((cases,), output=tmp_path / "one.jsonl"), said.append, Console(stderr=True))


# --- the loop alone


def failing_on(*numbers: int) -> Callable[[EvalCase], Answer]:
    asked: list[str] = []

    def ask(case: EvalCase) -> Answer:
        asked.append(case.question)
        if len(asked) in numbers:
            raise ModelError(f"Failure {len(asked)}.", "Start the server.")
        return answered(claim("Le roi.", "a.txt"))

    return ask


def numbered(count: int) -> list[EvalCase]:
    return [replace(CASE, id=f"fr-{n}", where=f"cases.jsonl:{n + 1}") for n in range(count)]


def test_run_records_a_failure_and_goes_on() -> None:
    told: list[EvalResult] = []
    results = run(numbered(5), failing_on(1, 2, 4), told.append)
    assert told == results
    assert [result.case.id for result in results] == [f"fr-{n}" for n in range(5)]
    assert [result.error for result in results] == [
        "Failure 1. Start the server.", "Failure 2. Start the server.", "", "Failure 4. Start the server.", "",
    ]  # fmt: skip


def test_run_gives_up_when_three_in_a_row_fail() -> None:
    told: list[EvalResult] = []
    with pytest.raises(EvalError, match=r"the last at cases\.jsonl:6: Failure 6"):
        run(numbered(9), failing_on(2, 4, 5, 6), told.append)
    assert len(told) == 6


def test_run_does_not_hide_bugs() -> None:
    def bug(case: EvalCase) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(numbered(1), bug, lambda _: None)


def test_what_is_there_is_not_asked() -> None:
    results = run(numbered(3), lambda case: abstained(), lambda _: None, 2, {("fr-0", 0), ("fr-2", 1)})
    assert [(r.case.id, r.repeat) for r in results] == [("fr-1", 0), ("fr-2", 0), ("fr-0", 1), ("fr-1", 1)]
