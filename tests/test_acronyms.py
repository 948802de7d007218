import pytest

from kzchat import acronyms
from kzchat.answering import asks_for_a_description, describes

LINES = ("Anna Holm préside l’Union norvégienne des pêcheurs (UNP).", "Anna Holm préside l’UNP (Union des pêcheurs).")


@pytest.mark.parametrize(
    "question",
    [
        "Que veut dire le sigle UNP ?",
        "Que signifie UNP ?",
        "What does UNP stand for?",
        "What does UNP mean?",
        "Что означает UNP?",
        "UNP деген не?",
        "ماذا يعني اختصار UNP؟",
    ],
)
@pytest.mark.parametrize("line", LINES)
def test_letters_are_spelt_out(question: str, line: str) -> None:
    assert acronyms.asked(question) == ("UNP",)
    assert asks_for_a_description(question) and describes(question, line)


def test_what_spells_nothing_out_does_not_describe() -> None:
    question = "Que veut dire le sigle UNP ?"
    assert not describes(question, "Anna Holm préside l’UNP depuis 2019.")
    assert not describes(question, "L’UNP (Bergen) a voté.")
    assert not describes(question, "Anna Holm préside la Ligue des pêcheurs (LP).")


@pytest.mark.parametrize(
    "question", ["What does the EU mean for Bergen?", "Qui préside l’UNP ?", "Que veut dire cela ?"]
)
def test_another_question_about_letters(question: str) -> None:
    assert not acronyms.asked(question)
