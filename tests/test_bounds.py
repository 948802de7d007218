import pytest

from kzchat.bounds import unbound
from kzchat.facts import mismatches

GRANTS = "The minister promised households a grant of £750 each and businesses up to £5,000, and more than 300 jobs."


@pytest.mark.parametrize(
    "claim",
    [
        "Businesses get up to £5,000.",
        "Les entreprises reçoivent jusqu'à 5 000 livres, les ménages 750 livres.",
        "Предприятия получат до 5000 фунтов.",
        "It is about at least 300 jobs.",
        "Over 300 jobs were promised.",
        "Businesses might get as much as £5,000.",
        "Il a promis plus de 300 emplois.",
        "Кемінде 300 жұмыс орны.",
        "300-ден астам жұмыс орны.",
        "وعد بأكثر من 300 وظيفة.",
        "The grant is for 2026.",
    ],
)
def test_the_same_limit_in_other_words(claim: str) -> None:
    assert unbound(claim, GRANTS) == []


@pytest.mark.parametrize(
    ("claim", "text", "instead"),
    [
        ("Businesses get £5,000.", "5,000", "up to £5,000"),
        ("Les entreprises reçoivent 5 000 livres.", "5 000", "up to £5,000"),
        ("Предприятия получат 5000 фунтов.", "5000", "up to £5,000"),
        ("Businesses get at least £5,000.", "at least £5,000", "up to £5,000"),
        ("Households get up to £750.", "up to £750", "750"),
        ("No more than 300 jobs were promised.", "No more than 300", "more than 300"),
        ("Il a promis 300 emplois.", "300", "more than 300"),
    ],
)
def test_another_limit(claim: str, text: str, instead: str) -> None:
    assert unbound(claim, GRANTS) == [(text, instead)]
    found = [mismatch for mismatch in mismatches(claim, GRANTS) if mismatch.kind == "bound"]
    assert f"the source has “{instead}”" in found[0].reason


def test_what_something_rose_to_is_no_limit() -> None:
    assert unbound("Банк мөлшерлемені 5,25 пайызға дейін көтерді.", "La banque a relevé son taux à 5,25 %.") == []
    assert unbound("Банк 5,25 пайызға дейін төлейді.", "La banque paie 5,25 %.") == [("5,25 пайызға дейін", "5,25")]


def test_a_date_is_no_limit() -> None:
    assert unbound("Le marché est ouvert le 15 mars 2026.", "Le marché est ouvert jusqu'au 15 mars 2026.") == []
    limited = "Le 15 mars 2026, jusqu'à 15 marchés étaient ouverts."
    assert unbound("Le 15 mars 2026, 15 marchés étaient ouverts.", limited) == [("15", "jusqu'à 15")]


def test_a_number_that_stands_with_and_without_a_limit() -> None:
    assert unbound("Il y a 40 blessés.", "On comptait plus de 40 blessés ; ils sont 40 à l'hôpital.") == []
