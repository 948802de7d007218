"""What a second sentence may lend a claim: whom it is about, not another's office."""

import re
from importlib.resources import files

import pytest

from kzchat import concepts
from kzchat.bindings import lends, misbound
from kzchat.embedding import default_embedder
from kzchat.premise import takes_otherwise
from kzchat.schema import RetrievedPassage, Sentence
from kzchat.support import Sources


@pytest.mark.parametrize(
    ("claim", "lacking", "source"),
    [
        (
            "Murat Nurtleu congratulated Morocco.",
            [("name", "Murat"), ("name", "Nurtleu")],
            "The statement was signed by the minister, Murat Nurtleu.",
        ),
        (
            "Le ministre Bourita a reçu la délégation.",
            [("function", "ministre")],
            "Nasser Bourita est ministre des Affaires étrangères.",
        ),
        (
            "Министр Муратов поздравил Марокко.",
            [("function", "Министр")],
            "Timur Muratov is the foreign minister.",
        ),
        ("The museum in Tarvel was granted 180,000 euros.", [("name", "Tarvel")], "The museum opened in Tarvel."),
        ("Carl Dahl and Eva Falk met.", [("name", "Falk")], "It was signed by Eva Falk and Carl Dahl."),
        ("The league plays in Tarvel and Bergen.", [("name", "Bergen")], "It also plays in Bergen."),
    ],
)
def test_whom_it_is_about_is_lent(claim: str, lacking: list[tuple[str, str]], source: str) -> None:
    assert lends(claim, lacking, source)


@pytest.mark.parametrize(
    ("claim", "lacking", "source"),
    [
        (
            "Anna Berg was elected vice-president of the league.",
            [("function", "vice")],
            "Carl Dahl and Eva Falk were elected vice-presidents unopposed.",
        ),
        (
            "Anna Berg sera directrice générale de Norvia Fret.",
            [("name", "Norvia"), ("name", "Fret")],
            "Le nouvel ensemble prendra le nom de Norvia Fret.",
        ),
        (
            "Anna Berg is director of the Norvia Trust.",
            [("name", "Norvia"), ("name", "Trust")],
            "The museum belongs to the Norvia Trust.",
        ),
        (
            "King Olav V and the minister Carl Dahl spoke of trade in Bergen.",
            [("name", "Dahl"), ("function", "minister")],
            "Carl Dahl, the minister, had announced it in March.",
        ),
        (
            "Анна Берг и министр Карл Даль говорили о торговле.",
            [("name", "Даль")],
            "Об этом сообщил министр Карл Даль.",
        ),
    ],
)
def test_anothers_office_is_not_lent(claim: str, lacking: list[tuple[str, str]], source: str) -> None:
    assert not lends(claim, lacking, source)


def test_two_sentences_do_not_make_somebody_what_another_is() -> None:
    texts = (
        "Former goalkeeper Anna Berg was elected president of the league on Saturday.",
        "Carl Dahl, chairman of the northern region, and Eva Falk were elected vice-presidents unopposed.",
    )
    evidence = [
        RetrievedPassage(Sentence("a.txt", 0, len(text), text, "en", "sha", "p"), "", None, None, 1.0) for text in texts
    ]
    claim = "Anna Berg was elected vice-president of the league."
    assert Sources(evidence, default_embedder()).support(claim)[1].verdict != "supported"
    assert Sources(evidence, default_embedder()).support(texts[0])[1].verdict == "supported"


def test_a_pattern_ends_a_word_at_its_end_only() -> None:
    table = (files("kzchat") / "data" / "concepts.toml").read_text(encoding="utf-8")
    assert re.findall(r'[^ "]*\$[^ "\n]+', table) == []
    assert [match.concept for match in concepts.matches("functions", "the director of the directorate")] == ["director"]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        # A verb stands between: neither the country nor the name belongs to the office.
        (
            "What did the Danish envoy, the ambassador, say to Dahl?",
            "Ambassador of Denmark Eva Falk spoke to Carl Dahl.",
        ),
        ("How does the royal adviser describe Norway's reforms?", "The adviser to the King of Spain praised them."),
        ("Which plans did the ambassador present to Dahl?", "Carl Dahl received Ambassador Eva Falk."),
        # In Kazakh, what stands behind an office is where somebody went.
        ("Қазақстан Парламентінің төрағасы Мароккоға қашан барды?", "La visite du président du Parlement kazakh."),
    ],
)
def test_a_verb_between_binds_nothing(claim: str, source: str) -> None:
    assert misbound(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The ambassador of Norway spoke.", "The ambassador of Denmark spoke."),
        ("L'ambassade de Norvège à Rabat a publié une note.", "L'ambassade du Danemark à Rabat a publié une note."),
        ("Le ministre danois a parlé.", "Le ministre norvégien a parlé."),
        ("Посол Казахстана выступил.", "Посол Марокко выступил."),
    ],
)
def test_an_office_belongs_to_whom_the_source_says(claim: str, source: str) -> None:
    assert misbound(claim, source)


def test_a_choice_takes_neither_of_the_two_for_granted() -> None:
    source = "The ambassador of Norway was received by Carl Dahl."
    assert takes_otherwise("When did the ambassador of Norway receive Carl Dahl?", source, "")
    question = "Did Carl Dahl receive the ambassador of Norway, or did the ambassador of Norway receive Carl Dahl?"
    assert not takes_otherwise(question, source, "")
