"""Case files, metrics, summaries and runs, on answers built by hand."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kzchat.errors import EvalError, ModelError
from kzchat.evaluation import (
    Rate,
    append_jsonl,
    cites_right_file,
    fold,
    hit_at,
    is_correct,
    judge,
    language_matches,
    load_cases,
    run,
    summarise,
    to_json,
    wilson,
)
from kzchat.report import markdown, rate_text, summary_table
from kzchat.schema import (
    Answer,
    Citation,
    Claim,
    EvalCase,
    EvalResult,
    Exchange,
    Quote,
    RetrievedPassage,
    Sentence,
    Timings,
)

ROOT = Path(__file__).parents[1]
TEXTS = {"a.txt": "Le roi a reçu l’ambassadrice.\nElle repart en mars.", "b.txt": "The king met her."}
GOLD: dict[str, Any] = {
    "id": "fr-01",
    "language": "fr",
    "question": "Qui a reçu l'ambassadrice ?",
    "kind": "fact",
    "answerable": True,
    "answers": ["roi|king"],
    "supports": [{"file": "a.txt", "quote": "Le roi a reçu l’ambassadrice."}],
    "why": "The article says so.",
}
PUBLIC: dict[str, Any] = {
    "id": "p1",
    "lang": "ru",
    "question": "Кто?",
    "answers": ["король", "the king"],
    "answerable": True,
    "relevant": ["b.txt"],
}
CASE = EvalCase(
    "fr-01", "fr", "Qui ?", "fact", True, ("roi|king",), (Quote("a.txt", "Le roi a reçu\nl’ambassadrice."),)
)
UNANSWERABLE = EvalCase("fr-02", "fr", "Combien ?", "not_stated", False)


def write(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "cases.jsonl"
    written = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text("\n".join(written), encoding="utf-8")
    return path


def sentence(file: str, text: str) -> Sentence:
    return Sentence(file, 0, len(text), text, "fr", "0" * 64)


def passage(file: str, text: str, *also_in: Sentence) -> RetrievedPassage:
    return RetrievedPassage(sentence(file, text), "Title", None, None, 1.0, also_in=also_in)


def claim(text: str, *files: str, verdict: Any = "supported") -> Claim:
    return Claim(text, verdict, tuple(Citation(n, file, 0, 3, "Le ", "0" * 64) for n, file in enumerate(files, 1)))


def answered(*claims: Claim, evidence: tuple[RetrievedPassage, ...] = (), seconds: float = 2.0) -> Answer:
    timings = Timings(10.0, 10.0, 500 * seconds, 1000 * seconds, 100, 20)
    return Answer("Qui ?", "fr", "answered", None, claims, evidence, "fake", "embedded", "f1", timings)


def abstained(message: str = "Les articles ne le disent pas.") -> Answer:
    timings = Timings(10.0, 10.0, None, 4000.0)
    return Answer("Qui ?", "fr", "abstained", "not_stated", (), (), "fake", "embedded", "f1", timings, message)


# --- case files


def test_gold_line_becomes_a_case(tmp_path: Path) -> None:
    [case] = load_cases(write(tmp_path, GOLD, ""), TEXTS)
    assert case == EvalCase(
        id="fr-01",
        language="fr",
        question="Qui a reçu l'ambassadrice ?",
        kind="fact",
        answerable=True,
        answers=("roi|king",),
        supports=(Quote("a.txt", "Le roi a reçu l’ambassadrice."),),
        why="The article says so.",
    )


def test_public_line_has_its_answers_in_one_part(tmp_path: Path) -> None:
    [case] = load_cases(write(tmp_path, PUBLIC), TEXTS)
    assert (case.language, case.answers, case.relevant) == ("ru", ("король|the king",), ("b.txt",))
    assert case.supports == ()


def test_public_line_may_name_its_contexts_or_have_no_answers(tmp_path: Path) -> None:
    contexts = [{"id": "7#1", "text": "…", "relevant": False}, {"id": "7#2", "text": "…", "relevant": True}]
    row = {name: value for name, value in PUBLIC.items() if name != "relevant"}
    [case] = load_cases(write(tmp_path, {**row, "answers": [], "contexts": contexts}), None)
    assert (case.answers, case.relevant) == ((), ("7#2",))


def test_a_bar_inside_a_public_answer_separates_nothing(tmp_path: Path) -> None:
    [case] = load_cases(write(tmp_path, {**PUBLIC, "answers": ["one|two"]}), None)
    assert case.answers == ("one two",)


def test_line_separators_inside_strings_do_not_end_a_line(tmp_path: Path) -> None:
    [case] = load_cases(write(tmp_path, {**GOLD, "question": "Qui\u2028reçoit\u0085?"}), TEXTS)
    assert case.question == "Qui\u2028reçoit\u0085?"


def test_without_texts_labels_are_not_checked(tmp_path: Path) -> None:
    row = {**GOLD, "supports": [{"file": "elsewhere.txt", "quote": "Rien."}]}
    assert len(load_cases(write(tmp_path, row), None)) == 1


def lacking(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {field: value for field, value in row.items() if field != name}


@pytest.mark.parametrize(
    ("line", "problem", "remedy"),
    [
        ("{not json", "is not JSON", "one JSON object a line"),
        ("[1, 2]", "is not a JSON object", "one JSON object a line"),
        (lacking(GOLD, "question"), "question", "Add or correct question"),
        (lacking(GOLD, "language"), "language", "Add or correct language"),
        (lacking(GOLD, "answerable"), "answerable", "Add or correct answerable"),
        (lacking(GOLD, "answers"), "must have answers and supports", "Correct answerable"),
        ({**GOLD, "answerable": False}, "and neither where it is not", "Correct answerable"),
        ({**GOLD, "answerable": "yes"}, "answerable: ", "Add or correct answerable"),
        ({**GOLD, "supports": [{"file": "a.txt"}]}, "supports.0.quote", "Add or correct"),
        ({**GOLD, "answers": ["roi|"]}, "empty alternative", "Remove it"),
        ({**GOLD, "language": "de"}, "unknown language de", "fr, en, ru, kk, ar"),
        ({**GOLD, "supports": [{"file": "c.txt", "quote": "x"}]}, "names c.txt", "--corpus"),
        ({**GOLD, "supports": [{"file": "a.txt", "quote": "Le roi a vu"}]}, "not in a.txt", "character by character"),
        ({**GOLD, "supports": [{"file": "a.txt", "quote": " "}]}, "not in a.txt", "character by character"),
        ({**GOLD, "id": "first"}, "repeats the id first", "an id of its own"),
        (lacking(PUBLIC, "relevant"), "lacks the field relevant", "Add it"),
        (lacking(PUBLIC, "answers"), "lacks the field answers", "Add it"),
        ({**PUBLIC, "answers": "king"}, "answers is not a list", "Correct it"),
        ({**PUBLIC, "answers": [1]}, "wrong kind", "Correct it"),
        ({**PUBLIC, "lang": "xx"}, "unknown language xx", "fr, en, ru, kk, ar"),
        ({**PUBLIC, "relevant": ["c.txt"]}, "names c.txt", "--corpus"),
    ],
)
def test_a_bad_line_is_named_with_its_remedy(tmp_path: Path, line: object, problem: str, remedy: str) -> None:
    path = write(tmp_path, {**GOLD, "id": "first"}, line)
    with pytest.raises(EvalError) as caught:
        load_cases(path, TEXTS)
    assert caught.value.message.startswith(f"{path}:2 ")
    assert problem in caught.value.message
    assert remedy in caught.value.remedy


def test_an_empty_a_missing_and_an_unreadable_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match="holds no case"):
        load_cases(write(tmp_path, "", "  "), TEXTS)
    with pytest.raises(EvalError, match=r"nowhere\.jsonl cannot be read: No such file"):
        load_cases(tmp_path / "nowhere.jsonl", TEXTS)
    (tmp_path / "latin.jsonl").write_bytes("é".encode("latin-1"))
    with pytest.raises(EvalError, match=r"latin\.jsonl cannot be read"):
        load_cases(tmp_path / "latin.jsonl", TEXTS)


GOLD_FILES = [ROOT / "eval" / "gold" / f"seeds{part}.jsonl" for part in ("", ".dev", ".test")]


def test_the_gold_set_is_whole() -> None:
    texts = {path.name: path.read_bytes().decode("utf-8") for path in (ROOT / "seeds").glob("*.txt")}
    dev, test = (load_cases(path, texts) for path in GOLD_FILES[1:])
    cases = [*dev, *test]
    assert len({case.id for case in cases}) == len(cases) >= 160
    assert not {case.question for case in dev} & {case.question for case in test}
    languages = Counter(case.language for case in cases)
    assert all(languages[code] >= least for code, least in (("fr", 60), ("en", 50), ("ru", 20), ("kk", 15), ("ar", 15)))
    assert sum(not case.answerable for case in cases) >= len(cases) / 3
    kinds = {case.kind for case in cases}
    assert kinds == set(
        "fact list date role alias definition two_articles conflict follow_up "
        "not_stated out_of_scope false_premise injection".split()
    )
    assert all(bool(case.history) == (case.kind == "follow_up") for case in cases)
    assert all(support.quote in texts[support.file] for case in cases for support in case.supports)
    assert {support.file for case in cases for support in case.supports} == set(texts)
    assert all(case.why for case in cases)


@pytest.mark.parametrize("path", GOLD_FILES, ids=lambda path: path.name)
def test_no_gold_question_gives_its_answer_away(path: Path) -> None:
    for case in load_cases(path, None):
        if case.answerable and case.kind != "conflict":  # which of two may be asked by naming both
            assert not is_correct(case, answered(claim(case.question))), case.id


@pytest.mark.parametrize("path", GOLD_FILES, ids=lambda path: path.name)
def test_gold_answers_in_the_articles_own_words_are_correct(path: Path) -> None:
    """Every part is found in the sentences that are said to support it."""
    for case in load_cases(path, None):
        if case.answerable:
            assert is_correct(case, answered(*(claim(support.quote) for support in case.supports))), case.id


def test_a_history_is_read_and_checked(tmp_path: Path) -> None:
    row = {**GOLD, "history": [{"question": "Qui ?", "answer": "Lui."}]}
    assert load_cases(write(tmp_path, row), TEXTS)[0].history == (Exchange("Qui ?", "Lui."),)
    with pytest.raises(EvalError, match="answer"):
        load_cases(write(tmp_path, {**GOLD, "history": [{"question": "Qui ?"}]}), TEXTS)


# --- metrics


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’Assemblée  Générale\u00a0: « Mäjılıs »", "l assemblee generale majilis"),
        ("Qoşanov, 24–27 novembre", "qosanov 24 27 novembre"),
        ("Рабат", "rabat"),
        (" … ", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("part", "text", "correct"),
    [
        ("roi|king", "Le Roi l'a reçue.", True),
        ("roi", "Les trois rois.", False),  # short: neither inside a word nor inflected
        ("terroris", "le terrorisme", True),
        ("terroris", "antiterrorisme", False),
        ("ambassad", "The ambassador", True),
        ("novembre 2025", "en novembre 2025.", True),
        ("novembre 202", "en novembre 2025.", False),  # a number is not inflected
        ("Jérusalem-Est", "jerusalem est", True),
        ("Tokaïev|Tokayev", "President Tokayev", True),
        ("…", "anything", False),
    ],
)
def test_is_correct_by_part(part: str, text: str, correct: bool) -> None:
    assert is_correct(replace(CASE, answers=(part,)), answered(claim(text, "a.txt"))) is correct


def test_is_correct_needs_every_part_and_the_right_status() -> None:
    case = replace(CASE, answers=("roi|king", "mars|March"))
    assert is_correct(case, answered(claim("Le roi."), claim("En mars.")))
    assert not is_correct(case, answered(claim("Le roi.")))
    assert not is_correct(case, answered(claim("Le roi."), claim("En mars.", verdict="withheld")))
    assert not is_correct(case, abstained("Le roi, en mars."))
    assert is_correct(UNANSWERABLE, abstained())
    assert not is_correct(UNANSWERABLE, answered(claim("Douze.")))


def test_hit_at_looks_for_overlapping_sentences_of_the_same_file() -> None:
    miss = passage("a.txt", "Elle repart en mars.")
    hit = passage("a.txt", "Le roi a reçu l’ambassadrice.")  # the quote has a line break there
    assert hit_at(CASE, [miss, hit], 5) is True
    assert hit_at(CASE, [miss, hit], 1) is False
    assert hit_at(CASE, [passage("a.txt", "Hier : Le roi a reçu l’ambassadrice. Fin.")], 5) is True
    assert hit_at(CASE, [passage("a.txt", "Le roi a reçu")], 5) is True
    assert hit_at(CASE, [passage("b.txt", "Le roi a reçu l’ambassadrice.")], 5) is False
    assert hit_at(CASE, [], 5) is False
    assert hit_at(UNANSWERABLE, [hit], 5) is None


def test_hit_at_counts_twins_and_files() -> None:
    twin = sentence("a.txt", "Le roi a reçu l’ambassadrice.")
    assert hit_at(CASE, [passage("b.txt", "Le roi a reçu l’ambassadrice", twin)], 1) is True
    by_file = replace(CASE, supports=(), relevant=("b.txt",))
    assert hit_at(by_file, [passage("b.txt", "The king met her.")], 1) is True
    assert hit_at(by_file, [passage("a.txt", "The king met her.")], 1) is False


def test_cites_right_file() -> None:
    assert cites_right_file(CASE, answered(claim("Le roi.", "a.txt"))) is True
    assert cites_right_file(CASE, answered(claim("Le roi.", "a.txt", "b.txt"))) is False
    assert cites_right_file(CASE, answered(claim("Le roi."))) is False
    assert cites_right_file(replace(CASE, relevant=("b.txt",)), answered(claim("Le roi.", "a.txt", "b.txt"))) is True
    assert cites_right_file(CASE, abstained()) is None
    assert cites_right_file(UNANSWERABLE, answered(claim("Douze.", "a.txt"))) is None
    assert cites_right_file(replace(CASE, supports=()), answered(claim("Le roi.", "a.txt"))) is None


def test_language_matches_looks_at_own_words_only() -> None:
    french = claim("Le roi du Maroc a reçu l'ambassadrice du Kazakhstan à Rabat.")
    english = "The king of Morocco received the ambassador of Kazakhstan in Rabat."
    assert language_matches(CASE, answered(french))
    assert not language_matches(CASE, answered(claim(english)))
    assert language_matches(CASE, answered(french, claim(english, verdict="quoted")))
    assert language_matches(CASE, answered(claim(english, verdict="quoted")))
    assert language_matches(CASE, answered(claim(english, verdict="withheld")))
    assert language_matches(CASE, abstained(english))


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score, without continuity correction)
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_published_intervals(successes: int, count: int, low: float, high: float) -> None:
    assert wilson(successes, count) == pytest.approx((low, high), abs=5e-5)


def test_wilson_stays_in_bounds() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(7, 7)[1] == 1.0
    assert wilson(0, 7)[0] == 0.0


# --- runs and summaries


def results_of_five() -> list[EvalResult]:
    evidence = (passage("a.txt", "Le roi a reçu l’ambassadrice."),)
    own = claim("Le roi du Maroc a reçu l'ambassadrice du Kazakhstan.", "a.txt")
    return [
        judge(CASE, answered(own, evidence=evidence, seconds=1.0)),
        judge(CASE, answered(claim("The king met her.", "b.txt", verdict="quoted"), seconds=3.0)),
        judge(CASE, abstained()),
        judge(UNANSWERABLE, abstained()),
        EvalResult(UNANSWERABLE, replace(abstained(), timings=Timings()), None, False, None, False, "Down. Start it."),
    ]


def test_summarise_counts() -> None:
    summary = summarise(results_of_five())
    assert (summary.cases, summary.answerable, summary.unanswerable, summary.errors) == (5, 3, 2, 1)
    assert summary.hit_at_5 == Rate(1, 3)
    assert summary.correct == Rate(2, 3)
    assert summary.cites_right_file == Rate(1, 2)
    assert summary.correct_abstention == Rate(1, 2)
    assert summary.false_abstention == Rate(1, 3)
    assert summary.language_match == Rate(1, 1)
    assert summary.median_seconds == pytest.approx(3.5)  # of 1, 3, 4, 4: the error has no time
    assert summary.median_first_token_seconds == pytest.approx(1.0)  # of 0.5 and 1.5


def test_summarise_an_error_is_no_false_abstention_and_no_parts_no_correctness() -> None:
    failed = EvalResult(CASE, abstained(), None, False, None, False, "Down.")
    assert summarise([failed]).false_abstention == Rate(0, 1)
    assert summarise([failed]).correct == Rate(0, 1)
    assert summarise([judge(replace(CASE, answers=()), answered(claim("Oui.")))]).correct == Rate(0, 0)


def test_summarise_nothing() -> None:
    summary = summarise([])
    assert summary.correct.share is None
    assert summary.median_seconds is None


def failing_on(*numbers: int) -> Callable[[EvalCase], Answer]:
    asked: list[str] = []

    def ask(case: EvalCase) -> Answer:
        asked.append(case.question)
        if len(asked) in numbers:
            raise ModelError(f"Failure {len(asked)}.", "Start the server.")
        return answered(claim("Le roi.", "a.txt"))

    return ask


def numbered(count: int) -> list[EvalCase]:
    return [replace(CASE, id=f"fr-{n}") for n in range(count)]


def test_run_records_a_failure_and_goes_on() -> None:
    told: list[EvalResult] = []
    results = run(numbered(5), failing_on(1, 2, 4), told.append)
    assert told == results
    assert [result.case.id for result in results] == [f"fr-{n}" for n in range(5)]
    assert [result.error for result in results] == [
        "Failure 1. Start the server.",
        "Failure 2. Start the server.",
        "",
        "Failure 4. Start the server.",
        "",
    ]
    assert [result.correct for result in results] == [False, False, True, False, True]
    assert (results[0].answer.status, results[0].answer.sentences) == ("abstained", ())


def test_run_gives_up_when_the_first_three_fail() -> None:
    told: list[EvalResult] = []
    with pytest.raises(ModelError, match="Failure 3"):
        run(numbered(9), failing_on(1, 2, 3), told.append)
    assert len(told) == 3


def test_run_does_not_give_up_later_nor_hide_bugs() -> None:
    assert len(run(numbered(6), failing_on(2, 3, 4, 5, 6), lambda _: None)) == 6
    assert len(run(numbered(2), failing_on(1, 2), lambda _: None)) == 2

    def bug(case: EvalCase) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(numbered(1), bug, lambda _: None)


def test_results_are_appended_as_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "one.jsonl"
    results = results_of_five()
    for result in results:
        append_jsonl(path, result)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    assert rows == [to_json(result) for result in results]
    assert rows[0]["id"] == "fr-01"
    assert rows[0]["correct"] is True
    assert rows[0]["answer"]["sentences"][0]["citations"][0]["file"] == "a.txt"
    assert rows[4]["error"] == "Down. Start it."
    with pytest.raises(EvalError, match="cannot be written"):
        append_jsonl(tmp_path, results[0])


# --- report


def test_rate_text() -> None:
    assert rate_text(Rate(18, 20)) == "18/20  90 % [70–97]"
    assert rate_text(Rate(0, 0)) == "–"


def test_summary_table() -> None:
    rows = summary_table(summarise(results_of_five()), "Gold")
    assert rows[0] == ("Gold", "5 cases: 3 answerable, 2 not")
    table = dict(rows)
    assert table["Correct answer"] == "2/3  67 % [21–94]"
    assert table["Median time in all"] == "3.5 s"
    assert table["Errors"] == "1"
    assert dict(summary_table(summarise([]), "Gold"))["Median time in all"] == "–"


def test_markdown() -> None:
    text = markdown(summarise(results_of_five()), "Gold")
    lines = text.splitlines()
    assert lines[0] == "## Gold"
    assert "| Correct answer | 2/3  67 % [21–94] |" in lines
    assert lines[4:6] == ["| Measure | Value |", "|---|---|"]
    assert text.endswith("| Errors | 1 |\n")
