"""Where and when an article was written is no sentence of it; a newspaper's name above the headline is no title."""

import pytest

from kzchat.corpus import describe

BODY = (
    "\n\nThe council of Lorvik voted on Tuesday to rebuild the old bridge over the river Ande for 40 million crowns.\n"
)


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("LORVIK, Norway, 27 January 2025", ""),
        ("LORVIK (Norway), January 27, 2025 (Fjord Wire)", ""),
        ("Lorvik (Norvège), le 27 janvier 2025 – La Gazette du Fjord", ""),
        ("Лорвик, 27 января 2025 года. «Вестник», Анна Хольм", ""),
        ("تونس، 27 يناير 2025 – صحيفة «المرايا»", ""),
        ("Par Anna Holm, 27 janvier 2025", "Par Anna Holm,"),
        ("27 janvier 2025, par Anna Holm", "par Anna Holm"),
        ("LORVIK, 27 January 2025 (Fjord Wire) – The bridge will be rebuilt.", "The bridge will be rebuilt."),
    ],
)
def test_a_dateline_is_no_sentence(line: str, left: str) -> None:
    text = f"Lorvik decides to rebuild its old bridge\n\n{line}{BODY}"
    article = describe("a.txt", text, "0")
    assert article.date == "2025-01-27"
    place = text.index(line)
    hidden = {at for span in article.boilerplate for at in range(span.start, span.end)}
    shown = "".join(character for at, character in enumerate(line, start=place) if at not in hidden)
    assert shown.strip() == left


def test_a_date_in_the_text_stays() -> None:
    text = f"Lorvik decides to rebuild its old bridge\n\nThe bridge was closed on 27 January 2025 after a storm.{BODY}"
    assert describe("a.txt", text, "0").boilerplate == ()


@pytest.mark.parametrize(
    "masthead", ["Cyclisme", "Le Courrier du Fjord", "THE FJORD REVIEW | SCIENCE", "Вестник фьорда"]
)
def test_a_masthead_is_no_title(masthead: str) -> None:
    headline = "Lorvik decides to rebuild its old bridge"
    assert describe("a.txt", f"{masthead}\n{headline}{BODY}", "0").title == headline
    assert describe("a.txt", f"{headline}{BODY}", "0").title == headline
