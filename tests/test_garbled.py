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
