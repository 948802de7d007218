import pytest

from conftest import SEEDS
from fake import FakeModel, assistant_over
from kzchat.alternatives import Alternatives, alternatives
from kzchat.index import Index
from kzchat.schema import Answer
from kzchat.settings import Settings

WHO_FIRST = "Qui est né le premier, Ibn Battuta ou Al-Farabi ?"


@pytest.mark.parametrize(
    ("question", "offered", "compared"),
    [
        ("Which is longer: the Aktau railway or the Tangier line?", ("the Aktau railway", "the Tangier line"), True),
        (WHO_FIRST, ("Ibn Battuta", "Al-Farabi"), True),
        ("Le port est-il à Tanger ou à Agadir ?", ("Le port est-il à Tanger", "à Agadir"), False),
        ("Договор подписали в Астане или в Рабате?", ("Договор подписали в Астане", "в Рабате"), False),
        ("Келісімге Астанада немесе Рабатта қол қойылды ма?", ("Келісімге Астанада", "Рабатта қол қойылды ма"), False),
        ("هل وُقّع الاتفاق في الرباط أم في أستانا؟", ("هل وُقّع الاتفاق في الرباط", "في أستانا"), False),
    ],
)
def test_what_a_question_offers(question: str, offered: tuple[str, str], compared: bool) -> None:
    assert alternatives(question) == Alternatives(offered, compared)


@pytest.mark.parametrize(
    "question",
    [
        "Which projects or agreements were signed?",
        "Quels organes les deux pays vont-ils créer ou soutenir ?",
        "À Rabat, qui a reçu ou salué le ministre ?",
        "When was the port opened?",
        "Où est le port ?",
        "or what?",
        "Peace or?",
    ],
)
def test_where_nothing_is_offered(question: str) -> None:
    assert alternatives(question) is None


def test_a_date_is_no_side_to_search_for() -> None:
    choice = alternatives("Le port a-t-il ouvert en mars 2024 ou en avril 2025 ?")
    assert choice is not None and choice.searched == ()


def asked(seeds_index: tuple[Settings, Index], question: str, model: FakeModel) -> Answer:
    return assistant_over(seeds_index, model).ask(question).result()


def test_both_sides_of_a_comparison_are_quoted(seeds_index: tuple[Settings, Index]) -> None:
    answer = asked(seeds_index, WHO_FIRST, FakeModel(replies=["Ibn Battuta est né en 1304."], odds=[2.0]))
    assert [claim.verdict for claim in answer.sentences] == ["quoted", "quoted"]
    assert ["Battuta" in claim.text for claim in answer.sentences] == [True, False]
    assert ["Farabi" in claim.text for claim in answer.sentences] == [False, True]
    for citation in answer.citations:
        assert (SEEDS / citation.file).read_bytes().decode()[citation.start : citation.end] == citation.quote


def test_one_side_is_enough_where_the_model_said_which_it_is(seeds_index: tuple[Settings, Index]) -> None:
    question = "Le Kazakhstan a-t-il adhéré aux Accords d’Abraham en novembre 2025 ou en mars 2024 ?"
    reply = "Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025."
    answer = asked(seeds_index, question, FakeModel(replies=[reply], odds=[2.0]))
    assert [claim.text for claim in answer.sentences] == [reply]


def test_nothing_is_quoted_where_nothing_answers(seeds_index: tuple[Settings, Index]) -> None:
    assert asked(seeds_index, WHO_FIRST, FakeModel(replies=[], odds=[-3.0, -3.0])).status == "abstained"
