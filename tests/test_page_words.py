"""What the page says in each language, and the questions it proposes."""

from string import Formatter

import pytest

from kzchat.manifest import IndexedArticle
from kzchat.page_labels import NATIVE, labels, preferred
from kzchat.starters import starters


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", NATIVE)
def test_every_language_has_every_label_with_the_same_names(language: str) -> None:
    english, words = labels("en").words, labels(language).words
    assert labels(language).language == language
    assert set(words) == set(english)
    assert {key: fields(text) for key, text in words.items()} == {key: fields(text) for key, text in english.items()}
    assert all(text.strip() == text != "" for text in words.values())


def test_a_label_is_no_template_for_what_is_filled_in() -> None:
    assert labels("en")("understood", question="{0} {x}") == "Understood as: {0} {x}"
    assert labels("ar")("understood", question="Who?") == "فُهم السؤال هكذا: \u2068Who?\u2069"
    assert labels("xx").language == "en"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("de,ru;q=0.7,ar;q=0.9", "ar"),
        ("kk", "kk"),
        ("", "en"),
        ("de-DE", "en"),
        ("en;q=oops, ru", "ru"),
        ("*", "en"),
    ],
)
def test_the_page_speaks_the_browsers_language(header: str, language: str) -> None:
    assert preferred(header) == language


def test_the_questions_to_begin_with_are_about_these_articles() -> None:
    articles = [
        IndexedArticle(file, "", language, title, None, None, None, 1, "", "")
        for file, language, title in (("a", "fr", "Un pont à Quux"), ("b", "en", "A bridge"), ("c", "fr", ""))
    ]
    sentences = [
        ("a", "Hier, Jeanne Zorblatt a inauguré le pont. La Ville Haute dort."),
        ("b", "The mayor thanked Jeanne Zorblatt and King Otto IV. la ville haute"),
        ("c", "Jeanne Zorblatt et Otto IV, encore: King Otto IV."),
    ]
    assert starters(articles, sentences, labels("en")) == [
        "Who is Jeanne Zorblatt?",
        "Who is King Otto IV?",
        "Que dit l’article « Un pont à Quux » ?",
        "What does the article “A bridge” say?",
    ]
    assert starters([], [], labels("fr")) == []
