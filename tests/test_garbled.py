import pytest

from kzchat.garbled import garbled


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Порт Бреста открылся в mае.", "a word of it mixes alphabets"),
        ("Порт Бреста 开 в мае.", "it is partly in another alphabet"),
        ("Порт Бреста стал центром innovation в мае.", "a word of it is in another language"),
        ("ميناء بريست مركز d'innovation منذ مايو.", "a word of it is in another language"),
        ("Порт Brest Nord открылся в мае, расход 40 kWh.", None),
        ("Об этом сообщает сайт brest.example и газета.", None),
        ("Le port de Brest s'appelle « Порт Бреста » en russe.", None),
    ],
)
def test_a_model_that_does_not_know_a_word_mixes_languages(text: str, why: str | None) -> None:
    assert garbled(text, ["Порт Бреста."]) == why


def test_what_stands_in_the_source_may_stand_in_what_is_made_of_it() -> None:
    assert garbled("The port is called 港.", ["港 means port."]) is None
    film = "Фильм «La vie en rose» показали в Бресте."
    assert garbled(film, [film]) is None and garbled(film, ["Фильм показали."])


def test_a_common_word_of_the_source_is_no_name() -> None:
    source = "L’intelligence artificielle sert à Bergen."
    assert garbled("Они продвигают искусственную intelligence в Бергене.", [source])
    assert garbled(
        "Создание логистических corridors.", ["La création de corridors logistiques."]
    )  # in no list of words


@pytest.mark.parametrize(
    ("text", "language", "why"),
    [
        ("Anna Holm is the secrétaire du syndicat local.", "en", "it is partly in another language"),
        ("Anna Holm heads the Syndicat local in Bergen.", "en", None),
        ("Le parlement a voté the law of Tuesday.", "fr", "it is partly in another language"),
        ("Le groupe a ouvert un meeting à Bergen.", "fr", None),
        ("Anna Holm is the secrétaire du syndicat local.", "", None),
    ],
)
def test_two_words_of_the_other_language(text: str, language: str, why: str | None) -> None:
    assert garbled(text, [], language) == why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Норвегия продаёт в Берген блю.", "“блю” is no Russian word"),  # blé, as a model that lacks the word writes it
        ("Норвегия продаёт в Берген пшеницу, сообщила Анна Хольм.", None),
        ("Норвегия ввозит пшеницу на элеватор «Тенгри».", None),
    ],
)
def test_a_word_that_no_russian_dictionary_has(text: str, why: str | None) -> None:
    assert garbled(text, ["La Norvège vend du blé à Bergen."], "ru") == why
    assert garbled(text, ["La Norvège vend du blé à Bergen.", "блю"], "ru") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Министр посетил Norway в мае.", "a word of it is in another language"),
        ("كان الوزير في Norway في مايو.", "a word of it is in another language"),
        ("Министр посетил завод Norway Steel в мае.", None),
        ("Министр посетил выставку «Norway».", None),
    ],
)
def test_a_country_has_a_name_in_every_alphabet(text: str, why: str | None) -> None:
    assert garbled(text, ["The minister visited Norway, Norway Steel in May."]) == why
