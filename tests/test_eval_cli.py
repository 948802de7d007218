"""The `kzchat eval` commands as they are typed, without a model."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT
from kzchat.cases import load_cases
from kzchat.cli import run
from kzchat.render import answer_json
from kzchat.schema import Answer, Citation, Claim, EvalCase, RetrievedPassage, Sentence, Timings

DEV = ROOT / "eval" / "gold" / "seeds.dev.jsonl"
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Indexed once, by the first command that needs it."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], home: Path) -> Typed:
    """Type a command at the top of the repository: exit code, standard output, standard error."""

    def call(*arguments: object, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("KZCHAT_HOME", str(home))
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capfd.readouterr()
        code = run(["eval", *map(str, arguments)])
        return code, *capfd.readouterr()

    return call


def perfect(case: EvalCase, fails: bool = False) -> Answer:
    """What a perfect system would answer: the labelled sentences, or nothing."""
    found = tuple(
        RetrievedPassage(Sentence(s.file, 0, len(s.quote), s.quote, "fr", ""), "", None, None, 1.0)
        for s in case.supports
    )
    claims = tuple(
        Claim(s.quote, "quoted", (Citation(n, s.file, 0, len(s.quote), s.quote, ""),))
        for n, s in enumerate(case.supports, start=1)
    )
    answered = case.answerable and not fails
    return Answer(
        case.question, case.language, "answered" if answered else "abstained", None if answered else "not_stated",
        claims if answered else (), found, "perfect", "embedded", "f", Timings(1, 1, 2, 3), "" if answered else "No.",
    )  # fmt: skip


def saved(path: Path, fails: int = 0) -> Path:
    """Results of all dev cases as files had them at first; the first `fails` answerable ones declined."""
    lines = []
    for case in load_cases(DEV, None):
        fails -= case.answerable
        answer = perfect(case, fails >= 0 and case.answerable)
        lines.append(json.dumps({"id": case.id, "error": "", "gate_log_odds": 1.0, "answer": answer_json(answer)}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_saved_answers_are_scored_within_the_blink_of_an_eye(typed: Typed, tmp_path: Path) -> None:
    results = saved(tmp_path / "r.jsonl")
    code, out, err = typed("--from-results", results, "--report", tmp_path / "report", "--fail-under", "correct=1")
    assert (code, err) == (0, f"Report: {tmp_path / 'report' / 'report.html'}\n")
    assert "Correct answer            49/49  100" in out and "Correct abstention        29/29  100" in out
    assert "Citation precision" in out and (tmp_path / "report" / "report.html").stat().st_size < 3_000_000
    code, out, _ = typed("--from-results", results, "--kind", "date", "--lang", "fr", "--lang", "ru")
    assert code == 0 and "Questions                 2: 2 answerable, 0 not" in out
    code, out, _ = typed("--from-results", results, "--ids", "eval/gold/ci24.txt", "--json")
    data = json.loads(out)
    assert data["cases"] == 24 and data["measures"]["correct"]["share"] == 1.0 and len(data["results"]) == 24
    assert set(data["by"]["language"]) == {"fr", "en", "ru", "kk", "ar"}


def test_ids_without_a_result_are_left_out_and_unknown_ones_are_named(typed: Typed, tmp_path: Path) -> None:
    results, ids = saved(tmp_path / "r.jsonl"), tmp_path / "ids.txt"
    ids.write_text("fr-d-01\nfr-t-01\n", encoding="utf-8")
    code, out, _ = typed("--from-results", results, "--ids", ids)
    assert code == 0 and "Questions                 1: 1 answerable" in out
    ids.write_text("fr-t-01\n", encoding="utf-8")
    code, _, err = typed("--from-results", results, "--ids", ids)
    assert code == 1 and "has no result of the cases that --ids lists" in err
    ids.write_text("fr-d-99\n", encoding="utf-8")
    code, _, err = typed("--from-results", results, "--ids", ids)
    assert code == 2 and "No case has the id fr-d-99" in err


def test_two_runs_are_compared(typed: Typed, tmp_path: Path) -> None:
    good, bad = saved(tmp_path / "good.jsonl"), saved(tmp_path / "bad.jsonl", fails=9)
    code, out, _ = typed("diff", good, bad)
    assert code == 0 and "78 cases in common" in out
    row = next(line for line in out.splitlines() if line.startswith("Correct answer"))
    assert row.split()[-5:] == ["0", "9", "49", "0.004", "WORSE"]
    assert "Now wrong (9): fr-d-01" in out and "Correct answer worse" in out
    code, out, _ = typed("diff", good, good, "--json")
    assert {one["verdict"] for one in json.loads(out)["differences"]} == {"the same"}
    code, out, err = typed("--from-results", bad, "--fail-under", "correct=0.9")
    assert code == 3 and "kzchat: correct is 0.816 in perfect (embedded), 0.9 was asked for" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--fail-under", "corect=1"], 2, "There is no measure corect. Use one of: correct, answer_precision"),
        (["--split", "train"], 2, "There is no split train. Use one of: dev, test, all."),
        (["--split", "dev", "--cases", "x.jsonl"], 2, "exclude each other"),
        (["--from-results", "none.jsonl"], 1, "none.jsonl cannot be read"),
        (["--split", "dev", "--kind", "dates", "--retrieval-only"], 2, "No case has the kind dates"),
        (["--cases", "none.jsonl", "--retrieval-only"], 1, "none.jsonl cannot be read"),
        (["diff", "none.jsonl", "none.jsonl"], 1, "none.jsonl cannot be read"),
        (["new", "--folder", "nowhere"], 1, "nowhere"),
        (["save", "none.json"], 1, "none.json cannot be read"),
    ],
)
def test_a_wrong_command_is_one_line(typed: Typed, arguments: list[str], code: int, said: str) -> None:
    got, out, err = typed(*arguments)
    last = err.strip().splitlines()[-1]
    assert (got, out) == (code, "") and last.startswith("kzchat: ") and said in last


def figures(table: str) -> list[list[str]]:
    """The rows of a table of searches without their last column: the median time, which differs from run to run."""
    return [row.split()[:-1] for row in table.splitlines()[2:8]]


def test_search_only_needs_no_model_and_goes_on(typed: Typed, tmp_path: Path) -> None:
    options = ("--split", "dev", "--retrieval-only", "--output", tmp_path / "s.jsonl", "--fail-under", "hit_at_5=0.7")
    code, out, err = typed(*options)
    assert code == 0, err
    assert "49 cases with something to find" in out and "MRR@10" in out
    code, again, err = typed(*options)
    assert code == 0 and "49 are there already" in err and figures(again) == figures(out)
    code, _, err = typed(*options[:-1], "hit_at_5=0.99")
    assert code == 3


def test_a_public_set_brings_its_articles(typed: Typed, tmp_path: Path) -> None:
    contexts = [
        {"id": "1", "text": "The port of Safi opened in 1930, and Queen Anna cut the ribbon.", "relevant": True},
        {"id": "2", "text": "The ship Aurora left the harbour of Agadir with forty sailors.", "relevant": False},
    ]
    row = {"id": "q", "lang": "en", "question": "When did the port of Safi open?", "answers": [], "answerable": True}
    path = tmp_path / "public.jsonl"
    path.write_text(json.dumps({**row, "contexts": contexts}) + "\n", encoding="utf-8")
    code, out, err = typed("--cases", path, "--retrieval-only")
    assert code == 0, err
    assert "1 cases with something to find" in out and "100.0 [21–100]" in out


def test_drafts_from_a_folder_and_answers_are_saved(typed: Typed, tmp_path: Path) -> None:
    to = tmp_path / "mine.jsonl"
    code, out, _ = typed("new", "--folder", "seeds", "--to", to, "--count", 9)
    assert code == 0 and out.startswith(f"{to}: 9 drafts (") and '`"draft": true`' in out
    code, out, _ = typed("new", "--folder", "seeds", "--to", to, "--count", 9)
    assert code == 0 and "nothing new" in out
    code, _, err = typed("--cases", to, "--retrieval-only")
    assert code == 2 and "9 are drafts" in err and "--drafts" in err

    case = load_cases(DEV, None)[0]
    answer = json.dumps(answer_json(perfect(case)))
    assert typed("save", "--to", to, "--answers", "jeudi|Thursday", stdin=answer)[0] == 0
    assert typed("save", "--to", to, "--unanswerable", "--why", "Not there.", "--id", "mine-2", stdin=answer)[0] == 0
    first, second = load_cases(to, None)[9:]
    assert (first.id, first.answers, first.supports) == ("saved-1", ("jeudi|Thursday",), case.supports)
    assert (second.id, second.answerable, second.why) == ("mine-2", False, "Not there.")
    code, _, err = typed("save", "--to", to, "--id", "mine-2", stdin=answer)
    assert code == 1 and "has a case mine-2 already" in err
    code, _, err = typed("save", "--to", to, stdin="not json")
    assert code == 1 and "This is not JSON" in err
    code, _, err = typed("save", "--to", to, "--unanswerable", "--answers", "x", stdin=answer)
    assert code == 2
    code, out, _ = typed("--cases", to, "--retrieval-only")  # the drafts are passed over
    assert code == 0 and "1 cases with something to find" in out
