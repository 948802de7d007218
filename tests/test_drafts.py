"""Drafts of cases from a folder of articles."""

import json
from pathlib import Path

import pytest

from conftest import SEEDS
from kzchat.cases import load_cases
from kzchat.drafts import add_drafts, draft_cases
from kzchat.errors import EvalError
from kzchat.settings import Settings


@pytest.fixture
def seeds() -> Settings:
    return Settings(corpus=SEEDS)


def test_drafts_are_cases_that_load_and_stay_the_same(seeds: Settings, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = draft_cases(seeds, 20)
    assert len(rows) == 20 and rows == draft_cases(seeds, 20)
    added = add_drafts(path, rows)
    assert sum(added.values()) == 20 and added["not_stated"] >= 4 and added["date"] >= 1 and added["fact"] >= 3
    assert add_drafts(path, rows) == {}
    texts = {file.name: file.read_bytes().decode() for file in SEEDS.iterdir()}
    cases = load_cases(path, texts)  # every quote stands in its file
    assert all(case.draft and case.why for case in cases)
    for case in cases:
        for support in case.supports:
            assert case.answers[0] in " ".join(support.quote.split()) and case.answers[0] not in case.question


def test_unanswerable_drafts_ask_what_stands_in_one_excluded_file_only(seeds: Settings) -> None:
    rows = [row for row in draft_cases(seeds, 30) if not row["answerable"]]
    [file] = {row["excluded"][0] for row in rows}
    texts = {path.name: path.read_bytes().decode() for path in SEEDS.iterdir()}
    for row in rows:
        hidden = row["why"].split("'")[1]
        assert hidden in " ".join(texts[file].split())
        assert all(hidden not in text for name, text in texts.items() if name != file)


def test_a_small_folder_has_no_file_to_spare(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("The ship Aurora left the harbour of Agadir on 3 May 2021 with forty sailors.\n")
    rows = draft_cases(Settings(corpus=tmp_path), 9)
    assert rows and all(row["answerable"] for row in rows)
    assert "_____" in rows[0]["question"] and json.dumps(rows)


def test_a_folder_of_which_nothing_can_be_asked(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("Nothing.\n")
    with pytest.raises(EvalError, match="can be made into a question"):
        draft_cases(Settings(corpus=tmp_path), 9)
