"""Case files: read, checked, chosen among, written."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from gold import GOLD, PUBLIC, TEXTS, answered, claim, write
from kzchat.cases import append_case, case_from_answer, chosen, load_all, load_cases, load_ids, next_id
from kzchat.errors import EvalError, UsageError
from kzchat.render import answer_json
from kzchat.schema import EvalCase, Exchange, Quote
from kzchat.scoring import is_correct


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
NATURAL = [
    (ROOT / "eval" / "gold" / "seeds.natural.jsonl", ROOT / "seeds"),
    (ROOT / "eval" / "gold" / "seeds.natural2.jsonl", ROOT / "seeds"),
    (ROOT / "eval" / "gold" / "seeds.natural3.jsonl", ROOT / "seeds"),
    (ROOT / "eval" / "gold" / "seeds.natural4.jsonl", ROOT / "seeds"),
    (ROOT / "eval" / "gold" / "seeds.natural5.jsonl", ROOT / "seeds"),
    (ROOT / "eval" / "gold" / "seeds.natural6.jsonl", ROOT / "seeds"),
    (ROOT / "eval" / "gold" / "other.jsonl", ROOT / "eval" / "gold" / "other"),
    (ROOT / "eval" / "gold" / "other2.jsonl", ROOT / "eval" / "gold" / "other2"),
    (ROOT / "eval" / "gold" / "other3.jsonl", ROOT / "eval" / "gold" / "other3"),
    (ROOT / "eval" / "gold" / "other4.jsonl", ROOT / "eval" / "gold" / "other4"),
    (ROOT / "eval" / "gold" / "other5.jsonl", ROOT / "eval" / "gold" / "other5"),
    (ROOT / "eval" / "gold" / "other6.jsonl", ROOT / "eval" / "gold" / "other6"),
]


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


@pytest.mark.parametrize(("path", "folder"), NATURAL, ids=lambda path: path.name)
def test_the_labels_of_the_natural_questions_stand_in_their_articles(path: Path, folder: Path) -> None:
    texts = {file.name: file.read_bytes().decode("utf-8") for file in folder.glob("*.txt")}
    cases = load_cases(path, texts)
    assert len(cases) >= 44 and {case.language for case in cases} == {"fr", "en", "ru", "kk", "ar"}
    assert all(support.quote in texts[support.file] for case in cases for support in case.supports)
    assert all(case.answerable == bool(case.supports) for case in cases)


@pytest.mark.parametrize("path", [*GOLD_FILES, *(path for path, _ in NATURAL)], ids=lambda path: path.name)
def test_no_gold_question_gives_its_answer_away(path: Path) -> None:
    for case in load_cases(path, None):
        if case.answerable and case.kind != "conflict":  # which of two may be asked by naming both
            assert not is_correct(case, answered(claim(case.question))), case.id


@pytest.mark.parametrize("path", [*GOLD_FILES, *(path for path, _ in NATURAL)], ids=lambda path: path.name)
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


def test_split_files_may_not_share_an_id(tmp_path: Path) -> None:
    one = write(tmp_path, GOLD)
    other = tmp_path / "other.jsonl"
    other.write_text(one.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(EvalError, match=r"other\.jsonl:1 repeats the id fr-01 of .*cases\.jsonl:1"):
        load_all([one, other], TEXTS)


# --- chosen


def rows(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**GOLD, "id": f"c{number}", **change} for number, change in enumerate(changes)]


def test_cases_are_chosen_by_kind_language_id_and_draft(tmp_path: Path) -> None:
    cases = load_cases(write(tmp_path, *rows({}, {"kind": "date"}, {"language": "en"}, {"draft": True})), TEXTS)
    assert [case.id for case in chosen(cases)] == ["c0", "c1", "c2"]
    assert [case.id for case in chosen(cases, drafts=True, limit=9)] == ["c0", "c1", "c2", "c3"]
    assert [case.id for case in chosen(cases, kinds=["date"])] == ["c1"]
    assert [case.id for case in chosen(cases, languages=["en"])] == ["c2"]
    assert [case.id for case in chosen(cases, ids=["c2", "c0"], limit=1)] == ["c0"]
    with pytest.raises(UsageError, match="No case has the kind dates"):
        chosen(cases, kinds=["dates"])
    with pytest.raises(UsageError, match="1 are drafts"):
        chosen(cases, ids=["c3"])


def test_lists_of_ids(tmp_path: Path) -> None:
    path = tmp_path / "ids.txt"
    path.write_text("# chosen\nc1\n\n c2 \n", encoding="utf-8")
    assert load_ids(path) == ["c1", "c2"]
    path.write_text("# none", encoding="utf-8")
    with pytest.raises(EvalError, match="lists no case"):
        load_ids(path)


@pytest.mark.parametrize(("name", "count", "split"), [("ci24", 24, "dev"), ("peer40", 40, "test")])
def test_the_fixed_subsets_are_of_their_split(name: str, count: int, split: str) -> None:
    cases = load_cases(ROOT / "eval" / "gold" / f"seeds.{split}.jsonl", None)
    kept = chosen(cases, ids=load_ids(ROOT / "eval" / "gold" / f"{name}.txt"))
    assert len(kept) == count
    assert {case.language for case in kept} == {"fr", "en", "ru", "kk", "ar"}
    assert sum(not case.answerable for case in kept) >= count / 3


# --- written

SEEN = answer_json(answered(claim("Le roi a reçu l’ambassadrice.", "a.txt"), claim("Faux.", verdict="withheld")))


def test_an_answer_is_saved_as_it_is(tmp_path: Path) -> None:
    row = case_from_answer(SEEN, "x1", why="Lu dans l'article.")
    path = tmp_path / "mine" / "cases.jsonl"
    append_case(path, row)
    append_case(path, case_from_answer(SEEN, "x2", "role", ("roi|king",)))
    first, second = load_cases(path, None)
    assert first.answers == ("Le roi a reçu l’ambassadrice.",)
    assert first.supports == (Quote("a.txt", "Le "),)
    assert (first.answerable, first.why, second.kind, second.answers) == (
        True, "Lu dans l'article.", "role", ("roi|king",)
    )  # fmt: skip
    assert next_id(path) == "saved-1" and next_id(tmp_path / "none.jsonl") == "saved-1"


def test_an_answer_is_corrected_to_unanswerable() -> None:
    row = case_from_answer(SEEN, "x1", answerable=False)
    assert (row["kind"], row["answerable"], row["answers"], row["supports"]) == ("not_stated", False, [], [])
    declined = {**SEEN, "status": "abstained", "reason": "false_premise", "sentences": []}
    assert case_from_answer(declined, "x2")["kind"] == "false_premise"


def test_what_cannot_be_saved_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    with pytest.raises(EvalError, match="not an answer"):
        case_from_answer({"question": "Qui ?"}, "x1")
    with pytest.raises(EvalError, match="cites no sentence"):
        case_from_answer({**SEEN, "sentences": []}, "x1", answerable=True, accepted=("roi",))
    append_case(path, case_from_answer(SEEN, "x1"))
    before = path.read_text(encoding="utf-8")
    with pytest.raises(EvalError, match="has a case x1 already"):
        append_case(path, case_from_answer(SEEN, "x1"))
    with pytest.raises(EvalError, match="unknown language de"):
        append_case(path, {**case_from_answer(SEEN, "x2"), "language": "de"})
    assert path.read_text(encoding="utf-8") == before
    with pytest.raises(EvalError, match="cannot be written"):
        append_case(path / "below", case_from_answer(SEEN, "x3"))


def test_a_file_without_a_last_line_break_is_added_to(tmp_path: Path) -> None:
    path = write(tmp_path, GOLD)
    append_case(path, case_from_answer(SEEN, "x1"))
    assert [case.id for case in load_cases(path, None)] == ["fr-01", "x1"]
