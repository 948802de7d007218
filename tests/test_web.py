"""The page in a real browser, with a model that is told what to write: asking, reading, proof, conversations."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser import PHONE, ROOT, WIDE, Server, Watched, answered, ask, axe, screenshot, serve, visit
from fake import FakeModel, open_assistant
from kzchat.errors import ModelError
from kzchat.markup import parse_link

pytestmark = pytest.mark.browser

QUESTION = "Que disent les articles des Accords d'Abraham et du Conseil de la paix ?"
REPLY = (
    "Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025. "
    "Le communiqué précise que le Maroc et le Kazakhstan participent au Conseil de la paix depuis 1987. "
    "Le communiqué précise que les deux pays participent au Conseil de la paix depuis 1988."
)
UNANSWERABLE = "Combien de députés siègent au parlement du Kazakhstan ?"
ABSTENTION = "Les articles ne le disent pas"


def test_an_answer_grows_without_moving_and_shows_its_proof(page: Page, model: FakeModel, server: Server) -> None:
    screenshot(page, "start")
    assert not axe(page)
    model.odds, model.replies, model.pause = [3.0], [REPLY], 0.05
    ask(page, QUESTION)
    turn = page.locator(".turn").last
    expect(turn.locator(".evidence[open] li").first).to_be_visible()
    screenshot(page, "reading")
    expect(turn.locator(".claim")).to_contain_text("en novembre 2025.")  # while the rest is still being written
    top = turn.locator(".claim").first.bounding_box()
    expect(turn.locator(".status")).to_contain_text("Rédaction et vérification")
    answered(page)
    assert turn.locator(".claim").first.bounding_box() == top
    expect(turn.locator(".made-by")).to_contain_text("fake (embedded) · index")
    expect(turn.locator(".claim .check")).to_have_attribute("aria-label", "Vérifiée contre sa source")
    expect(turn.locator(".quoted figcaption")).to_contain_text("les mots mêmes de la source")
    held = turn.locator(".held")
    expect(held.locator("p")).to_be_hidden()
    held.locator("summary").click()
    expect(held.locator("p")).to_be_visible()
    assert page.locator("#question-box textarea").input_value() == ""
    assert not axe(page)
    screenshot(page, "answer")

    cite = turn.locator(".cite").first
    cite.hover()
    quote = cite.get_attribute("data-quote") or ""
    expect(page.get_by_role("tooltip")).to_contain_text(quote)
    expect(cite).to_have_attribute("aria-describedby", "pop")
    screenshot(page, "quotation")
    link = parse_link(cite.get_attribute("data-cite") or "")
    article = server.assistant.index.manifest.article(link.file) if link else None
    assert link
    assert article
    cite.click()
    mark = page.locator("mark#hit")
    expect(mark).to_be_in_viewport()
    assert mark.evaluate("element => element.textContent") == article.text[link.span.start : link.span.end]
    text = (ROOT / "seeds" / link.file).read_bytes().decode("utf-8-sig")
    assert page.locator("#article .text").evaluate("element => element.textContent") == text
    expect(page.locator("#article .head")).to_contain_text("Français")
    expect(page.locator("#article .head")).to_be_in_viewport()
    assert not axe(page)
    screenshot(page, "article")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(cite).to_be_focused()

    turn.locator(".sources .copy").first.click()
    expect(page.locator("#toast")).to_have_text("Copié")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert " ".join(quote.split()) in copied
    assert f"({link.file}#{link.span.start}-{link.span.end})" in copied


def test_abstention_a_follow_up_and_the_conversation_after_a_restart(
    browser: Browser, tmp_path: Path, corpus_with_a_hostile_article: Path
) -> None:
    first = serve(corpus_with_a_hostile_article, tmp_path)
    with Watched(browser, locale="fr-FR", viewport=WIDE) as context:
        page = context.new_page()
        visit(page, first.address)
        first.model.odds = [-4.0, -4.0]
        ask(page, UNANSWERABLE)
        expect(page.locator(".abstention")).to_contain_text(ABSTENTION)
        expect(page.locator(".answer li")).not_to_have_count(0)
        screenshot(page, "abstention")
        assert not axe(page)
        first.model.odds, first.model.replies = [3.0], [REPLY]
        ask(page, QUESTION)
        answered(page, 2)
        first.model.odds = [3.0]
        first.model.replies = ["Que dit le communiqué du Maroc et du Conseil de la paix ?", REPLY]
        ask(page, "Et le Maroc ?")
        answered(page, 3)
        expect(page.locator(".understood").last).to_contain_text("Question comprise ainsi :")
        screenshot(page, "follow-up")
        port = int(first.address.rsplit(":", 1)[1])
        first.page.close()

        again = serve(corpus_with_a_hostile_article, tmp_path, port=port)
        try:
            page.reload()
            expect(page.locator(".question")).to_have_text([UNANSWERABLE, QUESTION, "Et le Maroc ?"])
            expect(page.locator(".understood").last).to_contain_text("Question comprise ainsi :")
            page.locator(".cite").last.click()
            expect(page.locator("mark#hit")).to_be_in_viewport()
            page.keyboard.press("Escape")
            name_find_export_and_delete(page)
            kept = page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]")
            assert kept == [[], [], ""]  # the reader's id is in a cookie that scripts cannot see
        finally:
            again.page.close()


def name_find_export_and_delete(page: Page) -> None:
    item = page.locator("#history-list li")
    item.locator(".menu summary").click()
    item.locator(".rename input").fill("Accords <b>d'Abraham</b>")
    screenshot(page, "conversation-menu")
    item.locator(".rename button").click()
    expect(item.locator(".open")).to_have_text("Accords <b>d'Abraham</b>")
    page.locator("#find").fill("rien de tel")
    expect(page.locator("#history-list")).to_have_text("Rien trouvé.")
    page.locator("#find").fill("abraham novembre")
    expect(item).to_have_count(1)
    item.locator(".menu summary").click()
    with page.expect_download() as download:
        item.get_by_text("Enregistrer en Markdown").click()
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert f"## {QUESTION}" in saved
    assert "003_4c218587ac7dc6e1.txt#1096-1295" in saved
    page.once("dialog", lambda dialog: dialog.accept())
    item.locator(".delete").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator(".start")).to_be_visible()


def test_stop_ends_the_answer_and_the_next_question_is_answered(page: Page, model: FakeModel) -> None:
    model.odds, model.replies, model.pause = [3.0], ["Un mot de plus. " * 60], 0.2
    cut_off = model.cut_off
    ask(page, QUESTION)
    expect(page.locator(".status")).to_contain_text("Rédaction")
    expect(page.locator("#ask")).to_be_hidden()
    page.locator("#stop").click()
    expect(page.locator(".status")).to_have_text("Arrêté.", timeout=1000)
    expect(page.locator("#stop")).to_be_hidden()
    model.pause, model.odds = 0.0, [-4.0, -4.0]
    ask(page, UNANSWERABLE)
    expect(page.locator(".abstention")).to_be_visible()
    assert model.cut_off == cut_off + 1
    expect(page.locator(".status").first).to_have_text("Arrêté.")


def test_with_the_keyboard_alone(page: Page, model: FakeModel) -> None:
    model.odds, model.replies = [3.0], [REPLY]
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question-box textarea")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    answered(page)
    cite = page.locator(".cite").first
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if cite.evaluate("element => element === document.activeElement"):
            break
    expect(cite).to_be_focused()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("mark#hit")).to_be_focused()
    screenshot(page, "keyboard")
    page.keyboard.press("Escape")
    expect(cite).to_be_focused()


def test_feedback_is_stored(page: Page, model: FakeModel, server: Server) -> None:
    model.odds, model.replies = [3.0], [REPLY]
    ask(page, QUESTION)
    answered(page)
    page.get_by_role("button", name="Faux").click()
    expect(page.get_by_role("button", name="Faux")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("En un mot, pourquoi ?").fill("la date est fausse")
    screenshot(page, "feedback")
    page.keyboard.press("Enter")
    expect(page.locator(".thanks")).to_have_text("C’est noté. Merci.")
    stored = server.page._store.feedback()[-1]
    assert (stored.judgement, stored.why, stored.answer.question) == ("wrong", "la date est fausse", QUESTION)
    page.reload()
    expect(page.get_by_role("button", name="Faux")).to_have_attribute("aria-pressed", "true")


def test_what_the_reader_opened_stays_open(page: Page, model: FakeModel) -> None:
    model.odds, model.replies, model.pause = [3.0], [REPLY], 0.1
    ask(page, QUESTION)
    summary = page.locator(".evidence summary")
    expect(summary).to_be_visible()
    summary.click()  # shut
    expect(page.locator(".evidence[open]")).to_have_count(0)
    summary.click()  # and open again: the reader's wish
    answered(page)
    expect(page.locator(".evidence[open]")).to_have_count(1)


def test_an_example_question(page: Page, model: FakeModel) -> None:
    model.odds = [-4.0, -4.0]
    expect(page.locator("button.example")).to_have_count(4)
    example = page.locator("button.example").first
    text = example.text_content()
    assert text
    example.click()
    expect(page.locator(".question")).to_have_text(text)
    expect(page.locator(".abstention")).to_be_visible()


def test_an_error_is_shown_with_its_remedy(page: Page, model: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> tuple[float, int]:
        raise ModelError("The model died.", "Start it again <b>now</b>.")

    monkeypatch.setattr(model, "log_odds", broken)
    ask(page, QUESTION)
    expect(page.locator(".problem")).to_have_text("The model died. Start it again <b>now</b>.")
    expect(page.locator("#ask")).to_be_visible()


@pytest.fixture
def phone(browser: Browser, server: Server, model: FakeModel) -> Iterator[Page]:
    with Watched(browser, locale="fr-FR", viewport=PHONE, has_touch=True, color_scheme="dark") as context:
        page = context.new_page()
        visit(page, server.address)
        yield page


def test_on_a_phone_in_the_dark(phone: Page, model: FakeModel) -> None:
    screenshot(phone, "phone-start")
    model.odds, model.replies = [3.0], [REPLY]
    ask(phone, QUESTION)
    answered(phone)
    screenshot(phone, "phone-answer")
    assert not axe(phone)
    phone.locator(".cite").first.tap()
    expect(phone.locator("mark#hit")).to_be_in_viewport()
    box = phone.locator("#source").bounding_box()
    assert box
    assert box["width"] == phone.evaluate("document.documentElement.clientWidth")
    assert phone.locator("#now").evaluate("element => element.inert")
    screenshot(phone, "phone-article")
    phone.get_by_role("button", name="Fermer").tap()
    expect(phone.locator("#source")).to_be_hidden()
    phone.get_by_role("button", name="Conversations").tap()
    expect(phone.locator("#history")).to_be_visible()
    screenshot(phone, "phone-conversations")


def test_in_arabic_from_right_to_left(page: Page, model: FakeModel) -> None:
    model.odds = [-4.0, -4.0]
    page.locator("#tongue").select_option("ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("#ask")).to_have_text("اسأل")
    ask(page, "متى انضمت كازاخستان إلى اتفاقيات إبراهيم؟")
    expect(page.locator(".abstention")).to_be_visible()
    assert page.locator(".answer").last.get_attribute("dir") == "rtl"
    screenshot(page, "arabic")
    page.locator(".place").first.click()
    expect(page.locator("mark#hit")).to_be_in_viewport()
    screenshot(page, "arabic-article")
    assert not axe(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")  # it is remembered
    expect(page.locator("#ask")).to_have_text("اسأل")


def test_the_theme_and_the_settings(page: Page, model: FakeModel, reader: BrowserContext) -> None:
    page.get_by_role("button", name="Réglages").click()
    page.get_by_label("Apparence").select_option("dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_label("Langue des articles cités").select_option("en")
    expect(page.locator("#saved")).to_contain_text("Enregistré")
    screenshot(page, "settings-dark")
    assert not axe(page)
    page.keyboard.press("Escape")
    model.odds, model.replies = [3.0], ["Against this backdrop, both sides agreed."]
    ask(page, QUESTION)
    expect(page.locator(".evidence li").first).to_be_attached()
    languages = page.locator(".evidence .clamp").evaluate_all("all => all.map(one => one.lang)")
    assert set(languages) == {"en"}
    answered(page)
    screenshot(page, "answer-dark")
    assert not axe(page)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_articles(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Articles$")).click()
    expect(page.locator(".contents > li")).to_have_count(6)
    page.locator("#find-article").fill("azoulay english")
    page.locator("#find-article").fill("azoulay")
    expect(page.locator(".contents > li:visible")).not_to_have_count(6)
    screenshot(page, "articles")
    assert not axe(page)
    page.locator(".contents li:visible .place").first.click()
    expect(page.locator("#article .text")).to_be_visible()
    expect(page.locator("#article-title")).to_be_focused()
    screenshot(page, "articles-open")
    assert page.locator("#drop").count() == 0  # off unless allowed
    assert page.locator(".remove").count() == 0


@pytest.mark.model
def test_with_the_real_model(browser: Browser, tmp_path: Path) -> None:
    from kzchat.embedded_model import EmbeddedModel
    from kzchat.settings import Settings
    from kzchat.web import ChatPage

    real = EmbeddedModel(Settings())
    served = ChatPage(open_assistant(ROOT / "seeds", tmp_path, real), lambda settings: (real, None))
    try:
        with Watched(browser, locale="fr-FR", viewport=WIDE) as context:
            page = context.new_page()
            visit(page, served.launch(0))
            ask(page, "Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?")
            expect(page.locator(".evidence[open] li").first).to_be_visible()
            expect(page.locator(".made-by")).to_contain_text("(embedded) · index", timeout=300_000)
            expect(page.locator(".turn .claim, .turn .quoted").first).to_contain_text("novembre 2025")
            cite = page.locator(".turn .cite").first
            quote = cite.get_attribute("data-quote") or ""
            cite.click()
            marked = page.locator("mark#hit").evaluate("element => element.textContent")
            assert " ".join(marked.split()) == " ".join(quote.split())
            screenshot(page, "real-model")
    finally:
        served.close()  # and the model with it
