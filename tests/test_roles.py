"""Who did it, where the source says "done by A at B"."""

import pytest

from kzchat.facts import mismatches
from kzchat.roles import other_agents

SESSION = "She wrote of the reforms announced by Governor Anna Holm at the fifth session of the Norden Council."
PONT = "Le pont a été construit par la société Brunel lors des Jeux de Vareg."


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The fifth session of the Norden Council announced the reforms.", SESSION),
        ("The Norden Council announced reforms.", SESSION),
        ("Les Jeux de Vareg ont construit le pont.", PONT),
    ],
)
def test_a_deed_that_is_given_to_another(claim: str, source: str) -> None:
    ((said, told),) = other_agents(claim, source)
    assert said in claim and told in source
    assert any(mismatch.kind == "agent" and told in mismatch.reason for mismatch in mismatches(claim, source))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Governor Anna Holm announced the reforms at the fifth session of the Norden Council.", SESSION),
        ("Holm announced reforms.", SESSION),
        ("The reforms were announced at the fifth session of the Norden Council.", SESSION),
        ("Norden's reforms announced at the fifth session are many.", SESSION),
        ("The Norden Council heard of the reforms announced by Anna Holm.", SESSION),
        ("She announced the reforms.", SESSION),
        ("At the Norden Council, she announced the reforms.", SESSION),
        ("The Norden Council announced a fund.", f"The Norden Council announced a fund. {SESSION}"),
        ("La société Brunel a construit le pont.", PONT),
        ("Lors des Jeux de Vareg, la société a construit le pont.", PONT),
        ("Emile Dahl endorsed the pact with Anna Holm.", "The pact was endorsed by Anna Holm and Emile Dahl in Vareg."),
        (
            "At the Vareg forum, pacts were also endorsed.",
            "Pacts were endorsed by Anna Holm at the Vareg forum.",
        ),
        ("Anna Holm saw the endorsement.", "It was endorsed by Emile Dahl before Anna Holm."),
        ("Anna Holm a remporté le prix.", "Le prix remis par Emile Dahl à Anna Holm."),
        ("Le pont construit lors des Jeux de Vareg est de la société Brunel.", PONT),
    ],
)
def test_the_same_deed_in_another_voice(claim: str, source: str) -> None:
    assert other_agents(claim, source) == []
