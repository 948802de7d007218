import pytest

from kzchat.directions import turned
from kzchat.facts import mismatches

FRENCH = "Le blé en provenance du Brésil passe par Lisbonne vers le Portugal."
ENGLISH = "The minister of Portugal flew from the Republic of Brazil to Chile, according to Peru."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Le blé va vers le Brésil.", FRENCH),
        ("Wheat is sent to Brazil.", FRENCH),
        ("Wheat comes from Portugal.", FRENCH),
        ("Pourquoi le blé part-il à destination du Brésil ?", FRENCH),
        ("Зерно везут из Португалии.", FRENCH),
        ("يأتي القمح من البرتغال.", FRENCH),
        ("يصدر القمح إلى البرازيل.", FRENCH),
        ("The minister flew to Brazil.", ENGLISH),
        ("The minister came from Chile.", ENGLISH),
    ],
)
def test_what_goes_where_it_comes_from(claim: str, source: str) -> None:
    assert turned(claim, source)
    assert any(each.kind == "role" and each.contradicts for each in mismatches(claim, source))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Le blé vient du Brésil.", FRENCH),
        ("Wheat goes from Brazil to Portugal.", FRENCH),
        ("Зерно везут из Бразилии.", FRENCH),
        ("يأتي القمح من البرازيل إلى البرتغال.", FRENCH),
        ("يستورد كل من البرتغال والبرازيل القمح.", FRENCH),
        ("The minister flew from Brazil.", ENGLISH),
        ("According to Brazil, the minister left.", ENGLISH),
        ("The minister came from Peru.", ENGLISH),
        ("He went to Brazil.", "He came from Brazil and went back to Brazil."),
        ("Anna Holm was invited to Brazil.", "Anna Holm received an invitation from Brazil."),
        ("The gold medal went to Kenya.", "A runner from Kenya won the gold medal."),
        ("Flights to Turkey resumed.", "Flights to and from Turkey resumed, as did those to Chile."),
        ("Les migrants venus du Mali ont été renvoyés.", "Ils ont été renvoyés vers le Mali, d'où ils venaient."),
    ],
)
def test_where_nothing_is_turned(claim: str, source: str) -> None:
    assert turned(claim, source) == []


SIGNED = "Carrick have signed the winger Anna Holm from FC Lindhavn for £3 million."


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        ("Anna Holm has moved to Lindhavn for £3 million.", [("to Lindhavn", "from FC Lindhavn")]),
        ("Anna Holm moved from FC Lindhavn to Carrick.", []),
        ("Anna Holm vient de Lindhavn.", []),
        ("Anna Holm part vers Lindhavn.", [("vers Lindhavn", "from FC Lindhavn")]),
        ("The ball went from Lindhavn to Lindhavn.", []),
        ("Thanks to Lindhavn, Carrick won.", []),
    ],
)
def test_a_name_from_which_somebody_comes(claim: str, found: list[tuple[str, str]]) -> None:
    assert turned(claim, SIGNED) == found
