import re
from html.parser import HTMLParser

import pytest

from kzchat.errors import KzchatError
from kzchat.manifest import IndexedArticle, PassedOver
from kzchat.markup import Link, parse_link
from kzchat.page import Turn, start_html, turns_html
from kzchat.page_labels import NATIVE, labels
from kzchat.page_shell import Choices, article_html, articles_html, checked_html, history_html, shell_html
from kzchat.reader import Conversation, Preferences, StoredTurn
from kzchat.schema import (
    Answer,
    Article,
    CheckedSentence,
    Citation,
    Claim,
    Reason,
    RetrievedPassage,
    Sentence,
    Span,
    Status,
    Timings,
)

SHA = "0123456789abcdef" * 4
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> \" ' & `${alert(3)}` {{value}}"
TAGS = {"div", "section", "h2", "h3", "details", "summary", "ol", "ul", "li", "p", "a", "blockquote", "span", "button"}
TAGS |= {
    "strong",
    "mark",
    "h1",
    "nav",
    "header",
    "aside",
    "dialog",
    "form",
    "label",
    "input",
    "select",
    "option",
    "kbd",
}
TAGS |= {"figure", "figcaption", "q"}
WORDS = labels("en")


class Reader(HTMLParser):
    """The elements and the text of a piece of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.mark: str | None = None
        self._in_mark = False
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "mark":
            self._in_mark, self.mark = True, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._in_mark = False

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._in_mark:
            self.mark = (self.mark or "") + data


def passage(text: str = EVIL, file: str = "a.txt", title: str = EVIL) -> RetrievedPassage:
    return RetrievedPassage(Sentence(file, 3, 3 + len(text), text, "fr", SHA), title, "2025-01-02", EVIL, 0.5)


def citation(n: int = 1, file: str = "a.txt", quote: str = EVIL) -> Citation:
    return Citation(n, file, 3, 3 + len(quote), quote, SHA, EVIL, "2025-01-02", EVIL)


def answer(status: Status = "answered", claims: tuple[Claim, ...] = (), message: str = "") -> Answer:
    timings = Timings(total_ms=1234)
    reason: Reason | None = None if status == "answered" else "not_stated"
    return Answer(EVIL, "fr", status, reason, claims, (passage(),), EVIL, "embedded", "f00d", timings, message)


def full_turn() -> Turn:
    claims = [
        Claim(EVIL, "supported", (citation(1),), disputed_by=(citation(3, quote=f"other {EVIL}"),)),
        Claim(EVIL, "quoted", (citation(2, file=EVIL),), (EVIL,), EVIL),
        Claim("SECRET", "withheld", (), (EVIL,), "SECRET"),
    ]
    turn = Turn(EVIL, EVIL, EVIL, "writing", 2, 3.0, EVIL, EVIL, (passage(), passage(file=EVIL)), claims)
    turn.answer, turn.judgement, turn.why = answer("answered", tuple(claims)), "wrong", EVIL
    return turn


def article(text: str = f"{EVIL}{EVIL}") -> Article:
    return Article(EVIL, text, SHA, EVIL, EVIL, EVIL, EVIL)


def indexed(file: str, language: str, title: str) -> IndexedArticle:
    return IndexedArticle(file, SHA, language, title, None, None, None, 1, "", "2026-11-25T10:00:00+00:00")


@pytest.mark.parametrize(
    "html",
    [
        turns_html([full_turn()], WORDS),
        turns_html([Turn(EVIL, answer=answer("abstained", message=EVIL))], WORDS),
        turns_html([Turn(EVIL, error=KzchatError(EVIL, EVIL))], WORDS),
        start_html([EVIL], 1, 2, WORDS),
        article_html(article(), Link(EVIL, Span(0, 5), SHA[:12]), WORDS),
        article_html(article(), None, WORDS),
        articles_html([indexed(EVIL, EVIL, EVIL)], {EVIL: PassedOver("", "", EVIL)}, True, WORDS),
        history_html([Conversation("id", EVIL, "")], "id", False, WORDS),
        checked_html([CheckedSentence(EVIL, 0, 5, "contradicted", None, (EVIL,), (citation(),))], WORDS),
        checked_html([], WORDS, error=KzchatError(EVIL, EVIL)),
        shell_html(Preferences(), Choices([f"ollama:{EVIL}"], EVIL, [8], 8, [EVIL], True), (EVIL, EVIL, EVIL), WORDS),
    ],
)
def test_nothing_of_the_content_becomes_markup(html: str) -> None:
    reader = Reader(html)
    assert {tag for tag, _ in reader.elements} <= TAGS
    attributes = {name for _, found in reader.elements for name in found}
    assert not [name for name in attributes if name.startswith("on") or name in {"src", "style"}]
    links = [value for _, found in reader.elements if (value := found.get("href"))]
    assert all(value == "#question" or value.startswith("/kz/export?id=id&as=") for value in links)
    assert EVIL in reader.text  # it is shown, as text


def test_a_withheld_sentence_is_counted_with_its_reason_and_not_shown() -> None:
    html = turns_html([full_turn()], WORDS)
    assert "SECRET" not in html
    assert "A sentence was withheld" in html


def test_a_quotation_looks_like_one_and_another_article_may_say_otherwise() -> None:
    claim = Claim("Mot à mot.", "quoted", (citation(4),), disputed_by=(citation(5, quote="Le contraire."),))
    html = turns_html([Turn("q", claims=[claim])], WORDS)
    text = Reader(html).text
    assert "«\xa0Mot à mot.\xa0»" in text
    assert "Quotation" in text
    assert "Another article says otherwise: Le contraire. 5" in text
    assert '<li value="4">' not in html  # sources come with the finished answer


def test_an_abstention_shows_what_the_articles_do_say() -> None:
    claim = Claim("Mot à mot.", "quoted", (citation(4),))
    turn = Turn("q", claims=[claim], answer=answer("abstained", (claim,), "The articles do not say."))
    text = Reader(turns_html([turn], WORDS)).text
    assert text.index("The articles do not say.") < text.index("What the articles do say") < text.index("Mot à mot.")


@pytest.mark.parametrize("file", ["a.txt", "b\"'<>&.txt", "dir/with-1-2.txt", "rows.jsonl#12", "é ق %41.txt", "x\ny"])
def test_a_link_leads_to_its_place(file: str) -> None:
    html = turns_html([Turn("q", claims=[Claim("A claim.", "supported", (citation(1, file=file),))])], WORDS)
    link = next(found["data-cite"] for _, found in Reader(html).elements if "data-cite" in found)
    assert link is not None
    assert parse_link(link) == Link(file, Span(3, 3 + len(EVIL)), SHA[:12])


@pytest.mark.parametrize("text", ["", "cite-", "#cite-a.txt-1-2", "#cite-a.txt-x-2-0123456789ab", "#cite--1-2-" + SHA])
def test_other_links_lead_nowhere(text: str) -> None:
    assert parse_link(text) is None


def test_an_article_that_is_not_indexed() -> None:
    assert "No such article is indexed." in article_html(None, Link("a.txt", Span(0, 2), SHA[:12]), WORDS)


@pytest.mark.parametrize("span", [Span(0, 5), Span(9, 40), Span(0, 61)])
def test_the_mark_holds_exactly_the_cited_characters(span: Span) -> None:
    text = '\nDeux\r\nlignes <b>& "guillemets"</b>  deux espaces. 😀 عربي fin.'
    reader = Reader(article_html(Article("a.txt", text, SHA, "fr", "Titre"), Link("a.txt", span, SHA[:12]), WORDS))
    assert reader.mark == text[span.start : span.end]
    assert reader.text.endswith(text)
    assert ("mark", {"id": "hit", "tabindex": "-1"}) in reader.elements


@pytest.mark.parametrize(
    ("link", "why"),
    [
        (Link("a.txt", Span(2, 400), SHA[:12]), "is not inside it"),
        (Link("a.txt", Span(3, 3), SHA[:12]), "is not inside it"),
        (Link("a.txt", Span(0, 2), "ffffffffffff"), "has changed"),
    ],
)
def test_a_place_that_is_not_there_is_said_to_be_missing(link: Link, why: str) -> None:
    html = article_html(Article("a.txt", "Un texte.", SHA, "fr", "Titre"), link, WORDS)
    assert why in html
    assert "<mark" not in html


def test_an_arabic_answer_runs_from_right_to_left() -> None:
    turn = Turn("متى؟", language="ar", claims=[Claim("في نوفمبر.", "supported", (citation(),))])
    assert '<div class="answer" aria-live="polite" lang="ar" dir="rtl">' in turns_html([turn], WORDS)


def test_a_turn_keeps_its_parts_in_place_from_first_to_last() -> None:
    """The browser compares the parts by position."""

    def parts(turn: Turn) -> list[tuple[str, str | None]]:
        kept = {"question", "understood", "evidence", "answer", "status", "sources", "notice", "foot"}
        elements = Reader(turns_html([turn], WORDS)).elements
        return [(tag, found.get("class")) for tag, found in elements if found.get("class") in kept]

    assert parts(Turn("q")) == parts(full_turn()) == parts(Turn("q", stopped=True))


def test_what_is_happening_and_how_long_it_takes() -> None:
    assert "before you: 2 · usually 12 s in all" in turns_html([Turn("q", stage="waiting", ahead=2, usual=12.4)], WORDS)
    assert "Stopped." in turns_html([Turn.of(StoredTurn("t", "q", "open", "", None, "", None, ""))], WORDS)


@pytest.mark.parametrize("language", NATIVE)
def test_every_page_language_shows_everything(language: str) -> None:
    words = labels(language)
    html = turns_html([full_turn()], words) + shell_html(
        Preferences(), Choices(["ollama:m"], "m", [8], 8, ["fr"], True), ("m", "ollama", "i"), words
    )
    assert not re.search(r"\{(?!value)[a-z_]+\}", Reader(html).text)
