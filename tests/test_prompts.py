import re
import tomllib
from pathlib import Path

import pytest

from conftest import ROOT
from kzchat import prompts
from kzchat.prompts import load_prompts


def test_braces_in_values_stay_as_they_are() -> None:
    text = load_prompts().fill_question("{question} {x}", "{task} {evidence}", "T")
    assert "{question} {x}" in text and "Question: {task} {evidence}" in text


@pytest.mark.parametrize("broken", ["Excerpts: {evidence}", "{evidence} {question} {task} {language}"])
def test_a_prompt_with_other_variables_is_refused(tmp_path: Path, broken: str) -> None:
    for file in prompts.prompts_folder().glob("*.txt"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "question.txt").write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match=r"question\.txt"):
        load_prompts(tmp_path)


def test_the_wheel_ships_the_prompts() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]["prompts"] == "kzchat/prompts"


def test_no_prompt_holds_a_word_of_the_gold_set() -> None:
    gold = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "eval" / "gold").glob("*.jsonl"))
    questions = re.findall(r'"question": "([^"]+)"', gold)
    texts = " ".join(file.read_text(encoding="utf-8") for file in prompts.prompts_folder().glob("*.txt"))
    assert questions and not any(question in texts for question in questions)
    assert not re.search(r"Kazakhstan|Maroc|Morocco", texts)
