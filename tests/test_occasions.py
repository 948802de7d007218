import pytest

from kzchat.facts import mismatches
from kzchat.moments import moments
from kzchat.occasions import misdated

VISITS = (
    "La ministre des Transports Anna Holm s’est rendue à Lisbonne en mars 2024, suivie en juin 2024 par le maire "
    "d’Oslo, à la tête d’une délégation."
)
TWICE = "The minister visited Lisbon in March and June 2024."


@pytest.mark.parametrize(
    "claim",
    [
        "La ministre s’est rendue à Lisbonne en mars 2024.",
        "The mayor of Oslo visited Lisbon in June 2024.",
        "The minister went to Lisbon in March 2024 and the mayor in June 2024.",
        "Мэр Осло посетил Лиссабон в июне 2024 года.",
        "Both went to Lisbon in 2024.",
        "Lisbon had a visit in June 2024.",
    ],
)
def test_a_date_of_the_same_occasion(claim: str) -> None:
    assert misdated(claim, VISITS) == []


@pytest.mark.parametrize(
    ("claim", "date"),
    [
        ("La ministre s’est rendue à Lisbonne en juin 2024.", "juin 2024"),
        ("The mayor of Oslo visited Lisbon in March 2024.", "March 2024"),
        ("The minister visited Lisbon in March 2024 and June 2024.", "March 2024 / June 2024"),
        ("The minister visited Lisbon in March 2024 and came back in June 2024.", "June 2024"),
        ("Anna Holm visited Lisbon in March and June 2024.", "March / June 2024"),
        ("Мэр Осло посетил Лиссабон в марте 2024 года.", "марте 2024"),
    ],
)
def test_a_date_of_another_occasion(claim: str, date: str) -> None:
    assert [text for text, _ in misdated(claim, VISITS)] == [date]
    found = [mismatch for mismatch in mismatches(claim, VISITS) if mismatch.kind == "occasion"]
    assert date in found[0].reason and found[0].contradicts


def test_dates_that_the_source_joins_may_be_joined() -> None:
    assert misdated("La ministre est venue à Lisbonne en mars et en juin 2024.", TWICE) == []
    assert misdated("The minister visited Lisbon in June 2024.", TWICE) == []


def test_a_subject_may_go_on_acting_in_the_next_clause() -> None:
    source = "Le ministre a ouvert le pont en mai 2020, puis a inauguré la gare en mai 2021."
    assert misdated("Le ministre a inauguré la gare en mai 2021.", source) == []


def test_a_date_is_written_without_its_neighbour() -> None:
    assert [moment.text for moment in moments(VISITS)] == ["mars 2024", "juin 2024"]
    assert [moment.text for moment in moments("du 24 au 27 novembre 2025, puis le 3 mai")] == [
        "24 au 27 novembre 2025",
        "3 mai",
    ]
