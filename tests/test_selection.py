from dataclasses import replace

import pytest

from gold import passage
from kzchat.answering import describes
from kzchat.facts import mismatches
from kzchat.premise import strangers, takes_otherwise
from kzchat.schema import RetrievedPassage
from kzchat.selection import borrowed, fitness, may_answer

HARBOUR = (
    "Le maire Paul Ravel a inauguré le port de Brest. Il a promis 300 emplois d'ici deux ans. « Enfin ! », a dit la "
    "présidente de l'association, Anna Holm."
)
PROMISE = replace(passage("a.txt", "Il a promis 300 emplois d'ici deux ans."), title="Un port à Brest", context=HARBOUR)


@pytest.mark.parametrize(
    "question",
    [
        "Combien d'emplois le maire a-t-il promis ?",
        "Combien d'emplois Paul Ravel a-t-il promis à Brest ?",
        "Combien d'emplois Paul Ravell a-t-il promis ?",  # mistyped
        "How many jobs did Ravel promise in Brest?",
        "Сколько рабочих мест обещал Равель в Бресте?",
    ],
)
def test_the_passage_knows_the_names_of_the_question(question: str) -> None:
    assert may_answer(question, PROMISE, [PROMISE])


@pytest.mark.parametrize(
    "question",
    [
        "Combien d'emplois Paul Ravel a-t-il promis à Toulon ?",
        "Combien d'emplois Nadia Berthier a-t-elle promis ?",
        "How many jobs did Ravel promise in Toulon?",
        "Сколько рабочих мест обещал Ковалёв?",
        "Qui a promis cela ?",  # it names nobody
    ],
)
def test_what_is_asked_of_somebody_else_is_not_answered(question: str) -> None:
    assert not may_answer(question, PROMISE, [PROMISE])


def test_the_article_may_know_a_name_that_the_passage_does_not() -> None:
    question = "Combien d'emplois Ravel a-t-il promis quand Nadia Berthier était son adjointe ?"
    deputy = "Nadia Berthier était alors adjointe au maire."
    assert not may_answer(question, PROMISE, [PROMISE, passage("b.txt", deputy)])
    assert may_answer(question, PROMISE, [PROMISE, passage("a.txt", deputy)])
    whole = replace(PROMISE, article=f"{HARBOUR}\n{deputy}")
    assert may_answer(question, whole, [whole])


def test_a_name_alone_answers_nothing() -> None:
    question = "Qui a conseillé la banque ?"
    signed, told = passage("a.txt", "Serge-Armand Holm"), passage("a.txt", "Serge-Armand Holm a conseillé la banque.")
    assert not may_answer(question, signed, [signed])
    assert may_answer(question, told, [told])


def test_a_question_answers_nothing() -> None:
    asked = passage("a.txt", "Où en est la nappe de la Jeffara ?")
    assert not may_answer("Où en est la nappe ?", asked, [asked])


def test_a_country_is_not_taken_for_a_mistyped_one() -> None:
    nigeria = passage("a.txt", "Le Nigeria a voté la loi en mars.")
    assert not may_answer("Quand le Niger a-t-il voté la loi ?", nigeria, [nigeria])
    assert may_answer("When did Nigeria pass the law?", nigeria, [nigeria])


def test_a_choice_is_answered_in_two_places() -> None:
    assert may_answer("Which came first: the port of Brest or the bridge of Toulon?", opened(), [opened()])


def opened() -> RetrievedPassage:
    return passage("a.txt", "Le port de Brest a ouvert en mars.")


AMBASSADOR = "L'ambassadrice de Norvège en Italie, Anna Holm, a été reçue par le ministre Paul Ravel."


@pytest.mark.parametrize(
    ("question", "otherwise"),
    [
        ("Qui est l'ambassadrice de Norvège en Italie ?", False),
        ("Who is Norway's ambassador to Italy?", False),
        ("Who is Italy's ambassador to Norway?", True),
        ("Qui est l'ambassadrice d'Italie en Norvège ?", True),
        ("Quand Paul Ravel a-t-il reçu l'ambassadrice ?", False),
        ("When did Anna Holm receive Paul Ravel?", True),
        ("Quand a-t-elle été reçue ?", False),
    ],
)
def test_a_question_may_take_for_granted_what_the_source_has_otherwise(question: str, otherwise: bool) -> None:
    assert takes_otherwise(question, AMBASSADOR, "") is otherwise


def test_who_somebody_is_is_told_by_the_sentence_with_the_office() -> None:
    described, named = passage("a.txt", AMBASSADOR), passage("a.txt", "Anna Holm a salué ces idées à Rome.")
    draft = "Anna Holm est une chanteuse danoise."
    for question, better in (("Qui est Anna Holm ?", True), ("Que dit Anna Holm ?", False)):
        one, other = fitness(question, draft, described), fitness(question, draft, named)
        assert (one > other) is better


def test_a_draft_adds_nothing_by_repeating_the_other_part_of_its_question() -> None:
    whole = "Quel taux de vaccination le Togo vise-t-il, et quel taux avait été atteint en 2021 ?"
    part, draft = "Quel taux avait été atteint en 2021 (Togo) ?", "Le Togo vise un taux de vaccination de 95 %."
    right = replace(passage("a.txt", "En 2021, ce taux n'avait pas dépassé 87 %."), score=1.05)
    other = passage("a.txt", "La vaccination a repris dans trois régions du Togo.")
    assert fitness(part, draft, right, whole) > fitness(part, draft, other, whole)
    assert fitness(part, draft, right) < fitness(part, draft, other)


SHIPS = replace(
    passage("a.txt", "Dix-sept navires attendaient mardi au large de Brest."),
    title="Le port de Brest bloqué",
    date="2025-03-11",
    context="Le port est bloqué depuis lundi. Dix-sept navires attendaient mardi au large de Brest. Aucun n'est entré.",
)


@pytest.mark.parametrize(
    ("question", "may"),
    [
        ("Combien de navires attendaient mardi au large de Brest ?", True),
        ("Combien de navires attendaient lundi au large de Brest ?", True),  # which the passage speaks of
        ("Combien de navires attendaient au large de Brest ?", True),
        ("Combien de navires attendaient dimanche au large de Brest ?", False),
        ("كم سفينة كانت تنتظر يوم الأحد قبالة بريست؟", False),
        ("هل كانت إحدى السفن أو أحد القوارب تنتظر قبالة بريست؟", True),  # "one of", written as Sunday is
        ("Combien de personnes ont défilé samedi à Brest ?", False),
        ("How many people marched in Brest on Saturday?", False),
        ("Сколько человек вышло в субботу на улицы Бреста?", False),
    ],
)
def test_what_was_on_another_day_is_no_answer(question: str, may: bool) -> None:
    assert may_answer(question, SHIPS, [SHIPS]) is may


def test_a_title_is_quoted_only_where_no_sentence_below_it_fits() -> None:
    below = replace(
        passage("a.txt", "Anna Holm quitte la mairie de Brest, à 71 ans."), title="Brest : Anna Holm démissionne"
    )
    title = replace(below, sentence=replace(below.sentence, text="Brest : Anna Holm démissionne"), score=0.2)
    draft = "Anna Holm a démissionné de la mairie de Brest."
    assert fitness("Qui a démissionné ?", draft, below) > fitness("Qui a démissionné ?", draft, title)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Anna Holm, conseillère du roi Olav, a salué ces réformes.", True),
        ("It was opened by Anna Holm, the senior adviser to King Olav.", True),
        ("Paul Ravel, conseiller du roi Olav, a reçu Anna Holm.", False),
    ],
)
def test_an_office_is_its_holders_even_where_another_stands_between(sentence: str, told: bool) -> None:
    assert describes("Qui est Anna Holm ?", sentence) is told


def test_who_received_an_ambassador_is_not_taken_for_one() -> None:
    received = "L'ambassadrice Anna Holm a été reçue par Paul Ravel, conseiller du roi Olav."
    assert not takes_otherwise("L'ambassadrice norvégienne a-t-elle été reçue par Paul Ravel ?", received, "")
    assert mismatches("L'ambassadrice a été reçue par Paul Ravel.", received) == []


def test_a_capital_stands_for_its_country() -> None:
    line = "Le Kazakhstan a ouvert une usine en mai."
    assert strangers("Quand Astana a-t-elle ouvert une usine ?", line) == []
    assert strangers("Quand Tachkent a-t-elle ouvert une usine ?", line) == ["Tachkent"]
    assert [each.text for each in mismatches("L’usine a ouvert à Astana en mai.", line)] == ["Astana"]


MEASLES = passage("a.txt", "La campagne contre la rougeole a protégé 412 enfants de Brest.")
POLIO = passage("a.txt", "Le vaccin contre la poliomyélite, lui, n'a pas été donné.")


@pytest.mark.parametrize(
    ("question", "draft", "rest", "word"),
    [
        ("How many got the polio vaccine?", "412 children got the polio vaccine.", [POLIO], "polio"),
        ("How many got the polio vaccine?", "412 children were protected.", [POLIO], None),
        (
            "How many got the polio vaccine?",
            "412 children got the polio vaccine.",
            [],
            None,
        ),  # nothing else speaks of it
        ("How many were protected?", "412 children got the polio vaccine.", [POLIO], None),  # for the model to judge
        ("How many got the polio vaccine?", "412 got it.", [replace(POLIO, title="Polio")], None),
    ],
)
def test_a_word_of_the_question_that_another_sentence_has(
    question: str, draft: str, rest: list[RetrievedPassage], word: str | None
) -> None:
    assert borrowed(question, draft, (MEASLES,), [MEASLES, *rest]) == word
    elsewhere = [replace(each, sentence=replace(each.sentence, file="b.txt")) for each in rest]
    assert borrowed(question, draft, (MEASLES,), [MEASLES, *elsewhere]) is None
