"""Which words of names are one name: within an alphabet by their endings, between alphabets by their sounds."""

import pytest

from kzchat.facts import mismatches
from kzchat.proper_names import Vocabulary


def has(name: str, source: str, kazakh: bool = False) -> bool:
    return Vocabulary.of(source).has(name, kazakh)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Байзакова", "Байзаковой"),
        ("Петровского", "Петровскому"),
        ("Павел", "Павла"),
        ("Baizakova", "Байзаковой"),
        ("Petrovsky", "Петровском"),
        ("Tokaïev", "Токаевым"),
        ("Nurtleu", "Нұртілеу"),
        ("Mohammed", "Мухаммедом"),
        ("Azoulay", "Азуле"),
        ("Bruxelles", "Брюсселе"),
        ("Brussels", "Брюссель"),
        ("Luxembourg", "Люксембурге"),
        ("Saint-Pétersbourg", "Санкт-Петербургом"),
        ("Balkhash", "Балқаштан"),
        ("Valenciennes", "Валансьенн"),
        ("Trump", "Трампа"),
        ("Beltrão", "Белтраном"),
        ("Жумабеков", "Жұмабекұлы"),
        ("Saïlaoukiéva", "Сайлауқызы"),
        ("Сайлауқызы", "Sailaukzy"),
        ("Фараби", "الفارابي"),
        ("Авраамским", "Abraham"),
        ("Yerlan", "Erlan"),
        ("Erevan", "Yerevan"),
    ],
)
def test_one_name(name: str, source: str) -> None:
    assert has(name, source)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("Иркутск", "Якутск"),
        ("Yellen", "Ellen"),
        ("Irkoutsk", "Якутск"),
        ("Марат", "Мурат"),
        ("Murat", "Марат"),
        ("Садыков", "Сарыков"),
        ("Салников", "Салтанов"),
        ("Ахметов", "Ахмедов"),
        ("Akhmetov", "Ахмедов"),
        ("Петровский", "Петров"),
        ("Petrovsky", "Петров"),
        ("Иванов", "Иваненко"),
        ("Фарбита", "Farabi"),
        ("Марина", "Намерена"),
        ("Карим", "Кара"),
        ("Салим", "Салам"),
        ("Salam", "Салим"),
        ("Tokarev", "Токаев"),
    ],
)
def test_two_names(name: str, source: str) -> None:
    assert not has(name, source)


def test_a_kazakh_ending_is_none_in_russian() -> None:
    assert has("Фарабита", "Farabi", kazakh=True)
    assert not has("Фарабита", "Farabi")
    assert [each.text for each in mismatches("Токаев продвигает Фарабита.", "Tokaïev promeut Farabi.")] == ["Фарабита"]
