from html.parser import HTMLParser

import pytest

from kzchat import page
from kzchat.errors import KzchatError
from kzchat.manifest import IndexedArticle
from kzchat.page import Link, Turn
from kzchat.schema import Answer, Article, Citation, Claim, Reason, RetrievedPassage, Sentence, Span, Status, Timings

SHA = "0123456789abcdef" * 4
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> \" ' & `${alert(3)}` {{value}}"
TAGS = {"div", "section", "h2", "h3", "details", "summary", "ol", "ul", "li", "p", "a", "blockquote", "span", "button"}
TAGS |= {"strong", "mark"}


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
        Claim(EVIL, "supported", (citation(1),)),
        Claim(EVIL, "quoted", (citation(2, file=EVIL),), (EVIL,), EVIL),
        Claim("SECRET", "withheld", (), (EVIL,), "SECRET"),
    ]
    return Turn(EVIL, EVIL, "writing", EVIL, (passage(), passage(file=EVIL)), claims, answer("answered", tuple(claims)))


@pytest.mark.parametrize(
    "html",
    [
        page.conversation_html([full_turn()], []),
        page.conversation_html([Turn(EVIL, answer=answer("abstained", message=EVIL))], []),
        page.conversation_html([Turn(EVIL, error=KzchatError(EVIL, EVIL))], []),
        page.conversation_html([], [EVIL]),
        page.article_html(
            Article(EVIL, f"{EVIL}{EVIL}", SHA, EVIL, EVIL, EVIL, EVIL), Link(EVIL, Span(0, 5), SHA[:12])
        ),
    ],
    ids=["answer", "abstention", "error", "examples", "article"],
)
def test_nothing_of_the_content_becomes_markup(html: str) -> None:
    reader = Reader(html)
    assert {tag for tag, _ in reader.elements} <= TAGS
    attributes = {name for _, found in reader.elements for name in found}
    assert not [name for name in attributes if name.startswith("on") or name in {"src", "style"}]
    assert all(value.startswith("#cite-") for _, found in reader.elements if (value := found.get("href")))
    assert EVIL in reader.text  # it is shown, as text


def test_a_withheld_sentence_is_counted_with_its_reason_and_not_shown() -> None:
    html = page.conversation_html([full_turn()], [])
    assert "SECRET" not in html
    assert "1 sentence was withheld" in html


def test_a_quotation_looks_like_one() -> None:
    html = page.conversation_html([Turn("q", claims=[Claim("Mot à mot.", "quoted", (citation(4),))])], [])
    assert "«\xa0Mot à mot.\xa0»" in Reader(html).text
    assert ">quotation<" in html
    assert '<li value="4">' not in html  # sources come with the finished answer


@pytest.mark.parametrize("file", ["a.txt", "b\"'<>&.txt", "dir/with-1-2.txt", "rows.jsonl#12", "é ق %41.txt", "x\ny"])
def test_a_link_leads_to_its_place(file: str) -> None:
    html = page.conversation_html([Turn("q", claims=[Claim("A claim.", "supported", (citation(1, file=file),))])], [])
    href = next(found["href"] for tag, found in Reader(html).elements if tag == "a")
    assert href is not None
    assert page.parse_link(href) == Link(file, Span(3, 3 + len(EVIL)), SHA[:12])


@pytest.mark.parametrize("text", ["", "cite-", "#cite-a.txt-1-2", "#cite-a.txt-x-2-0123456789ab", "#cite--1-2-" + SHA])
def test_other_links_lead_nowhere(text: str) -> None:
    assert page.parse_link(text) is None
    assert "That is no citation." in page.article_html(None, None)


def test_an_article_that_is_not_indexed() -> None:
    assert "No such article is indexed." in page.article_html(None, Link("a.txt", Span(0, 2), SHA[:12]))


@pytest.mark.parametrize("span", [Span(0, 5), Span(9, 40), Span(0, 61)])
def test_the_mark_holds_exactly_the_cited_characters(span: Span) -> None:
    text = '\nDeux\r\nlignes <b>& "guillemets"</b>  deux espaces. 😀 عربي fin.'
    article = Article("a.txt", text, SHA, "fr", "Titre")
    reader = Reader(page.article_html(article, Link("a.txt", span, SHA[:12])))
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
    html = page.article_html(Article("a.txt", "Un texte.", SHA, "fr", "Titre"), link)
    assert why in html
    assert "<mark" not in html
    assert 'data-link="#cite-a.txt-' in html


def test_an_arabic_answer_runs_from_right_to_left() -> None:
    turn = Turn("متى؟", "ar", claims=[Claim("في نوفمبر.", "supported", (citation(),))])
    assert '<div class="answer" aria-live="polite" lang="ar" dir="rtl">' in page.conversation_html([turn], [])


def test_a_turn_keeps_its_parts_in_place_from_first_to_last() -> None:
    """The browser compares the parts by position."""

    def parts(turn: Turn) -> list[tuple[str, str | None]]:
        kept = {"question", "evidence", "answer", "status", "withheld", "sources", "notice", "foot"}
        elements = Reader(page.conversation_html([turn], [])).elements
        return [(tag, found.get("class")) for tag, found in elements if found.get("class") in kept]

    assert parts(Turn("q")) == parts(full_turn()) == parts(Turn("q", stopped=True))


def test_examples_come_from_the_articles_in_their_languages() -> None:
    def indexed(language: str, title: str) -> IndexedArticle:
        return IndexedArticle("f", SHA, language, title, None, None, None, 1, "", "")

    articles = [
        indexed("fr", "Un"),
        indexed("fr", "Deux"),
        indexed("en", "One"),
        indexed("fr", "Un"),
        indexed("ar", "ا"),
    ]
    examples = page.example_questions(articles)
    assert examples[:3] == ["Que dit l’article « Un » ?", "What does the article “One” say?", "ماذا يقول مقال «ا»؟"]
    assert len(examples) == len(set(examples)) == 4
    assert page.example_questions([]) == []
    assert "examples" not in page.conversation_html([], [])
