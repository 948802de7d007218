"""What a claim may say in other words, and what it may not: the finds of 240 claims that a stranger wrote."""

import pytest

from kzchat.answering import asks_for_a_description, describes, lacks
from kzchat.exchange import exchanged
from kzchat.facts import mismatches
from kzchat.full_names import torn
from kzchat.listing import strange_parts
from kzchat.numerals import numbers
from kzchat.verdict import Thresholds, judge

WALL = (
    "Le mur de soutènement, fermé au public depuis mars, rouvrira le 5 juin à Bergen, mais la mairie n'exclut pas "
    "d'autres travaux, sans préciser leur coût."
)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The wall in Bergen will reopen on 5 June.", WALL),  # what another clause denies is another matter
        ("L'accès au pont reste interdit.", "Les piétons ne peuvent pas emprunter le pont."),
        ("She did not manage to win.", "She failed to win."),
        ("Ils n'étaient pas au courant.", "Ils ignoraient tout du projet."),
        ("К маю Nordal построит 40 домов в Бергене.", "Nordal will build 40 houses in Bergen by May."),
        ("Forty houses are to be built in Norway.", "Nordal construira 40 maisons en Norvège."),
        ("Le chantier doit s'achever en mai.", "The works will be completed in May."),
        ("L'OMS a livré 300 doses contre le choléra.", "L'OMS a fourni 300 doses de vaccin contre le choléra."),
        ("The ban applies before 10 p.m.", "L'interdiction vaut avant 22 heures."),
        ("Мартен Лунд приехал.", "Marten Lund est arrivé."),
        ("Катарина Лунд приехала.", "Catarina Lund est arrivée."),
        ("Сообщение возобновится после остановки.", "Service will resume after it was halted."),
        ("Le gouvernement malgache a signé.", "The government of Madagascar signed."),
        ("The Scottish parliament voted.", "Le parlement écossais a voté."),
        ("Le ministre de l'Intérieur a démissionné.", "The Interior Minister resigned."),
        ("Le train Amman-Zarqa a démarré.", "بدأ القطار بين عمّان والزرقاء."),
        ("По словам Хаувы Белло, школа открылась.", "The school opened, Hauwa Bello said."),
        ("Қалада он екі мектеп бар.", "Қалада 12 мектеп бар."),
        ("Двадцать два человека ранены.", "22 people were injured."),
        ("Экспорт достиг 2,6 миллиона тонн.", "Экспорт вырос за год до 2,6 млн тонн."),
        ("Les camions ne passeront pas avant la fin.", "Ils sont interdits depuis mai jusqu'à la fin des travaux."),
        ("The US president came.", "Le président américain est venu."),
        ("Holm declined to speculate.", "Holm said that she would not speculate."),
        ("She failed to win the cup.", "She did not win the cup."),
        ("Elle sera remplacée au tournoi de Bergen.", "Elle ne disputera pas le tournoi de Bergen et sera remplacée."),
        ("No more than five boats may sail.", "At most five boats may sail."),
        ("Мектеп маусымға дейін ашылмайды.", "L'école n'ouvrira pas avant juin."),
        ("The fund offered €340m.", "The fund offered 340 million euros."),
        ("Le fonds a offert 12 Md€.", "The fund offered 12 billion euros."),
        ("Les Polonais ont gagné.", "L'équipe de Pologne a gagné."),
        ("Rescuers in Georgia found them.", "Les secours géorgiens les ont trouvés."),
        ("The Lyon-based group won.", "Le groupe lyonnais, de Lyon, a gagné."),
        ("Olena Chevtchouk a démissionné.", "Olena Shevchuk resigned."),
        ("Youssef El Fassi a démissionné.", "استقال يوسف الفاسي."),
        ("He has yet to name a minister.", "Il n'a pas encore nommé de ministre."),
        ("La banque n'a pas modifié son taux directeur.", "The bank left its key rate unchanged."),
    ],
)
def test_it_may_say_so(claim: str, source: str) -> None:
    assert mismatches(claim, source) == []


@pytest.mark.parametrize(
    ("claim", "source", "kind"),
    [
        ("The wall in Bergen did not reopen on 5 June.", "Le mur a rouvert le 5 juin à Bergen.", "negation"),
        ("Le mur a rouvert le 5 juin à Bergen.", "The wall did not reopen in Bergen on 5 June.", "negation"),
        ("The houses in Norway were built.", "Nordal construira 40 maisons en Norvège.", "plan"),
        ("The ban applies before 10 a.m.", "L'interdiction vaut avant 22 heures.", "number"),
        ("Le train Amman-Irbid a démarré.", "بدأ القطار بين عمّان والزرقاء.", "name"),
        ("Қалада он үш мектеп бар.", "Қалада 12 мектеп бар.", "number"),
        ("Le capteur sera vendu en 2026.", "Le capteur pourrait être vendu en 2026.", "open"),
        ("La Corée du Sud a signé.", "North Korea signed.", "name"),
        ("Лимит составляет 500 тонн.", "Лимит составляет до 500 тонн.", "bound"),
    ],
)
def test_it_may_not_say_so(claim: str, source: str, kind: str) -> None:
    assert kind in {mismatch.kind for mismatch in mismatches(claim, source)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("vingt et un", "21"),
        ("сорок один", "41"),
        ("жиырма бес мың", "25000"),
        ("cent vingt", "120"),
        ("9:30 p.m.", "21"),
        ("a 120-million-euro grant", "120000000"),
        ("84 мыңға жетті", "84000"),
        ("три с половиной миллиона", "3500000"),
        ("двадцать две тысячи", "22000"),
        ("سبعة عشر شخصا", "17"),
        ("trois millions et demi", "3500000"),
        ("3 millions et demi", "3500000"),
        ("أربعين مليون", "40000000"),
        ("سبع مدارس", "7"),
        ("12 p.m.", "12"),
    ],
)
def test_numbers_of_several_words(text: str, value: str) -> None:
    assert value in {number for number, _ in numbers(text)}


@pytest.mark.parametrize(
    "text",
    ["миллиардер Маск", "город-миллионник", "أحد عشر شخصا", "القرن التاسع عشر", "May 16, 2025 - Thousands of people"],
)
def test_words_like_numbers(text: str) -> None:
    assert not {"1000000000", "1000000", "10", "2025000"} & {number for number, _ in numbers(text)}


def test_he_is_not_ten() -> None:
    assert list(numbers("он сказал")) == []


def test_names_put_together_that_stand_apart() -> None:
    source = "The Moroccan traveller Ibn Battuta was praised by Henrik Lund and by the mayor, Sofia Dahl."
    assert torn("Henrik Dahl praised him.", source) == ["Henrik Dahl"]
    assert torn("Ibn Battuta was praised by Henrik Lund and Sofia Dahl.", source) == []
    assert torn("Moroccan Sofia Dahl", source) == []  # whose she is, is another check's matter
    assert torn("Dahl Sofia", source) == []
    assert torn("Henrik Berg", source) == []  # a name that is nowhere is a missing name


def test_a_part_of_a_list_that_is_not_the_sources() -> None:
    source = "They named global threats such as food shortages, disease and climate change, and praised industry."
    assert strange_parts("The threats are food shortages, unemployment and climate change.", source) == ["unemployment"]
    assert strange_parts("The threats are food shortages, disease and climate change.", source) == []
    assert strange_parts("They met, talked and left.", source) == []  # no list of the source's


def test_two_names_in_each_others_place() -> None:
    assert exchanged("Lund received Dahl near Oslo.", 2) == ["Dahl received Lund near Oslo."]  # Oslo receives nobody
    assert "Lund went from Oslo to Bergen." in exchanged("Lund went from Bergen to Oslo.", 3)
    assert exchanged("Jobs will go in Bergen and in Oslo.", 2) == []
    assert exchanged("Lund was received by Dahl, then left for Oslo.", 1) == [
        "Dahl was received by Lund, then left for Oslo."
    ]
    assert exchanged("Lund and Dahl met.", 3) == []  # the same
    assert exchanged("Nobody came.", 3) == []


def test_a_claim_must_be_likelier_than_with_its_names_exchanged() -> None:
    claim, source = "Lund was thanked by Dahl.", "It was Lund whom Dahl thanked."
    bars = Thresholds(0.5, 0.9)
    sure = judge(claim, source, "", lambda _, said: 3.0 if said == claim else 1.0, bars)
    assert sure.verdict == "supported"
    unsure = judge(claim, source, "", lambda _, said: 3.0, bars)
    assert unsure.verdict == "not_found"
    assert unsure.reasons == ("the model finds it as likely with two names exchanged: “Dahl was thanked by Lund.”",)


@pytest.mark.parametrize(
    ("question", "sentence", "why"),
    [
        ("Во сколько обошёлся учёт барсов?", "В заповеднике насчитали 34 барса.", "it gives no amount of money"),
        ("Во сколько обошёлся учёт барсов?", "Учёт стоил 7 000 сомов.", None),
        ("How much did the bridge cost?", "The bridge is 40 metres long.", "it gives no amount of money"),
        ("How much did the bridge cost?", "It cost £40.", None),
        ("كم تكلفة الجسر؟", "طول الجسر 40 مترا.", "it gives no amount of money"),
        ("coût du billet de train", "Le billet de train se vend dans 12 gares.", "it gives no amount of money"),
        ("Le coût de la vie : quelles mesures ?", "Le ministre a promis un audit.", None),
        ("price per kilowatt-hour?", "The plant makes 40 kilowatt-hours.", "it gives no amount of money"),
        ("nombre d'entreprises présentes", "Des entreprises étaient présentes.", "it gives no number"),
        ("Nombre de députés ont voté contre ?", "Ils ont voté contre.", None),
        ("number of visitors?", "The museum has many visitors.", "it gives no number"),
        ("Number two of the regime?", "Anna Holm is next in line.", None),
        ("La date de la visite ?", "La visite a duré deux jours.", "it gives no date"),
        ("Date of the visit: will it change?", "It will not change.", None),
        ("How much time has the owner to object?", "The owner has one hour to object.", None),
        ("How much time has the owner to object?", "The owner may object.", "it does not say how long"),
        ("Quel jour le pont a-t-il rouvert ?", "Le pont a rouvert en mai 2025.", "it gives no day"),
        ("En quel mois le pont a-t-il rouvert ?", "Le pont a rouvert en 2025.", "it names no month"),
        ("Which month did the bridge reopen?", "The bridge reopened in 2025.", "it names no month"),
        ("Қай айда көпір ашылды?", "Көпір 2025 жылы ашылды.", "it names no month"),
        ("Which month did the bridge reopen?", "Le pont a rouvert le 12/03/2025.", None),
        ("Quel jour le pont a-t-il rouvert ?", "Le pont a rouvert le 3 mai.", None),
        ("На какое число назначено заседание?", "Заседание назначено на май.", "it gives no day"),
        ("Where and when will Norway host the fair?", "Norway will host the fair on 3 May 2027.", "it names no place"),
        ("Where and when will Norway host the fair?", "Norway will host the fair in Bergen.", "it gives no date"),
        ("Quel est le nom du navire ?", "Le navire est amarré à un quai.", "it gives no name"),
        ("Quel est le nom du navire ?", "Le navire s'appelle « Aurore ».", None),
        ("Comment s'appelle la patronne de Marélia ?", "La patronne de Marélia s'appelle Anna Holm.", None),
        ("What is the ship called?", "The ship is moored in a port.", "it gives no name"),
        ("Où et quand la foire aura-t-elle lieu ?", "Elle aura lieu à Bergen en mai 2027.", None),
    ],
)
def test_what_an_answer_must_hold(question: str, sentence: str, why: str | None) -> None:
    assert lacks(question, sentence) == why


def test_names_with_their_numbers_may_come_in_another_order() -> None:
    source = "Sweden will pay 40 million, Finland 35 million and Estonia 15 million."
    assert mismatches("Finland: 35 million, Estonia: 15 million, Sweden: 40 million.", source) == []
    assert mismatches("Finland will pay 40 million, Sweden 35 million and Estonia 15 million.", source)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Quelle fonction Anna Holm occupe-t-elle ?", "His counterpart, Anna Holm, will become chair of the board."),
        ("What position does Anna Holm hold?", "La secrétaire du syndicat local, Anna Holm, salue le projet."),
        (
            "De quoi Anna Holm est-elle chargée ?",
            "La ministre de la Pêche, de la Coopération nordique et des Ports à l’étranger, Anna Holm, est venue.",
        ),
        ("Какую должность занимает Анна Хольм?", "Директор музея Анна Хольм уехала."),
    ],
)
def test_who_somebody_is_by_his_office(question: str, sentence: str) -> None:
    assert describes(question, sentence)
    assert not describes(question, sentence.replace("Holm", "Lund").replace("Хольм", "Лунд"))


@pytest.mark.parametrize(
    ("question", "only"),
    [
        ("Qui est Anna Holm ?", True),
        ("Who is Anna Holm?", True),
        ("Кто такая Анна Хольм?", True),
        ("What position does Anna Holm hold in Bergen?", True),
        ("Qui est allé voir Anna Holm ?", False),
        ("Qui est né le premier, Anna Holm ou Paul Lund ?", False),
        ("When did Anna Holm resign?", False),
    ],
)
def test_what_asks_for_nothing_but_an_office(question: str, only: bool) -> None:
    assert asks_for_a_description(question) is only


def test_days_of_the_week_in_their_cases() -> None:
    source = "Trois marins, disparus depuis vendredi, ont été retrouvés dimanche."
    assert [each.text for each in mismatches("Моряки пропали в четверг.", source)] == ["четверг"]
    assert [each.text for each in mismatches("Моряки числились пропавшими с четверга.", source)] == ["четверга"]
    assert not mismatches("Моряки числились пропавшими с пятницы.", source)
    assert not mismatches("Фирма защищает окружающую среду.", "L’entreprise protège l’environnement.")


def test_what_is_free_of_something_is_without_it() -> None:
    assert not mismatches("The port will be without cranes.", "Le port sera exempt de grues.")
    assert mismatches("The port will be without cranes.", "Le port aura des grues.")
