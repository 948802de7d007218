"""The page in a real browser, with a model that is told what to write."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from fake import FakeModel, open_assistant
from kzchat.assistant import Assistant
from kzchat.errors import KzchatError, ModelError
from kzchat.page import parse_link

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine

ROOT = Path(__file__).parents[1]
ARTEFACTS = ROOT / "artefacts"
QUESTION = "Depuis quand le Kazakhstan fait-il partie des Accords d'Abraham ?"
REPLY = (
    "Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025. "
    "Le communiqué précise que le Maroc et le Kazakhstan participent au Conseil de la paix depuis 1987. "
    "Le communiqué précise que les deux pays participent au Conseil de la paix depuis 1988."
)
UNANSWERABLE = "Combien de députés siègent au parlement du Kazakhstan ?"
ABSTENTION = "Les articles ne le disent pas"
ARABIC = "متى انضمت كازاخستان إلى اتفاقيات إبراهيم؟"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("No chromium on this machine. What to do: sudo apt-get install chromium")
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, model: FakeModel) -> Assistant:
    return open_assistant(ROOT / "seeds", tmp_path_factory.mktemp("home"), model)


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    from kzchat.web import build, launch

    blocks = build(assistant)
    yield launch(blocks, 0)
    blocks.close(verbose=False)


@pytest.fixture
def page(browser: Browser, address: str, model: FakeModel) -> Iterator[Page]:
    """A fresh page that may ask nothing of any other host, and whose model's queues must be used up."""
    model.pause = 0.0
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    requested: set[str] = set()
    failures: list[str] = []
    page.on("request", lambda request: requested.add(request.url))
    page.on("websocket", lambda socket: requested.add(socket.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(address)
    expect(page.get_by_role("button", name="Ask")).to_be_visible(timeout=30_000)
    yield page
    context.close()
    hosts = {urlsplit(url).hostname for url in requested if urlsplit(url).scheme not in {"data", "blob"}}
    assert hosts == {"127.0.0.1"}
    assert not failures
    assert not model.replies


def ask(page: Page, question: str) -> None:
    page.get_by_label("Question", exact=True).fill(question)
    page.get_by_role("button", name="Ask").click()


def test_an_answer_with_its_source(page: Page, model: FakeModel, assistant: Assistant) -> None:
    model.odds, model.replies, model.pause = [3.0], [REPLY], 0.05
    ask(page, QUESTION)
    turn = page.locator(".turn").last
    expect(turn.locator(".evidence[open] li").first).to_be_visible()
    expect(turn.locator(".claim")).to_contain_text("en novembre 2025.")  # while the rest is still being written
    expect(turn.locator(".status")).to_contain_text("The model writes…")
    expect(turn.locator(".foot")).to_contain_text("fake (embedded) · index")
    expect(turn.locator(".evidence[open]")).to_have_count(0)
    expect(turn.locator(".quoted")).to_contain_text("quotation")
    expect(turn.locator(".withheld summary")).to_have_text("1 sentence was withheld")
    expect(turn.locator(".sources li")).not_to_have_count(0)
    assert page.get_by_label("Question", exact=True).input_value() == ""

    cite = turn.locator("a.cite").first
    link = parse_link(cite.get_attribute("href") or "")
    assert link
    article = assistant.index.manifest.article(link.file)
    assert article
    cite.click()
    mark = page.locator("mark#hit")
    expect(mark).to_be_in_viewport()
    assert mark.evaluate("element => element.textContent") == article.text[link.span.start : link.span.end]
    text = (ROOT / "seeds" / link.file).read_bytes().decode("utf-8-sig")
    assert page.locator("#article .text").evaluate("element => element.textContent") == text
    screenshots(page, "answer")

    other = turn.locator("a.cite").last
    other.focus()
    page.keyboard.press("Enter")
    expected = parse_link(other.get_attribute("href") or "")
    assert expected
    assert expected.span != link.span
    expect(page.locator("#article .about")).to_contain_text(expected.file)
    page.wait_for_function("document.activeElement.id === 'hit'")
    page.get_by_role("button", name="Back to the answer").click()
    assert page.evaluate("document.activeElement.className") == "cite"


def test_an_unanswerable_question_and_the_conversation(page: Page, model: FakeModel) -> None:
    model.odds = [-4.0, -4.0]
    ask(page, UNANSWERABLE)
    expect(page.locator(".abstention")).to_contain_text(ABSTENTION)
    expect(page.locator(".abstention li")).not_to_have_count(0)
    model.odds, model.replies = [3.0], ["انضمت كازاخستان إلى اتفاقيات إبراهيم في نوفمبر 2025."]
    ask(page, ARABIC)
    expect(page.locator(".turn").nth(1).locator(".foot")).to_contain_text("fake")
    assert page.locator(".answer").last.get_attribute("dir") == "rtl"
    expect(page.locator(".question")).to_have_text([UNANSWERABLE, ARABIC])
    page.locator(".abstention a.place").first.click()
    expect(page.locator("mark#hit")).to_be_in_viewport()
    page.locator(".turn").first.scroll_into_view_if_needed()
    screenshots(page, "abstention")


def test_stop_ends_the_answer_and_the_next_question_is_answered(page: Page, model: FakeModel) -> None:
    model.odds, model.replies, model.pause = [3.0], ["Un mot de plus. " * 60], 0.2
    cut_off = model.cut_off
    ask(page, QUESTION)
    expect(page.locator(".status")).to_contain_text("The model writes")
    expect(page.get_by_role("button", name="Ask")).to_be_hidden()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".status")).to_have_text("Stopped.")
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    model.pause, model.odds = 0.0, [-4.0, -4.0]
    ask(page, UNANSWERABLE)
    expect(page.locator(".abstention")).to_be_visible()
    assert model.cut_off == cut_off + 1
    expect(page.locator(".status").first).to_have_text("Stopped.")


def test_what_the_reader_opened_stays_open(page: Page, model: FakeModel) -> None:
    model.odds, model.replies, model.pause = [3.0], [REPLY], 0.1
    ask(page, QUESTION)
    summary = page.locator(".evidence summary")
    expect(summary).to_be_visible()
    summary.click()  # shut
    summary.click()  # and open again: the reader's wish
    expect(page.locator(".foot")).to_contain_text("fake")
    expect(page.locator(".evidence[open]")).to_have_count(1)


def test_an_example_question(page: Page, model: FakeModel) -> None:
    model.odds = [-4.0, -4.0]
    screenshots(page, "start")
    example = page.locator("button.example").first
    text = example.text_content()
    assert text
    example.click()
    expect(page.locator(".question")).to_have_text(text)
    expect(page.locator(".abstention")).to_be_visible()


def test_an_error_is_shown_with_its_remedy(
    page: Page, model: FakeModel, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> tuple[float, int]:
        raise ModelError("The model died.", "Start it again <b>now</b>.")

    monkeypatch.setattr(model, "log_odds", broken)
    ask(page, QUESTION)
    expect(page.locator(".problem")).to_have_text("The model died. Start it again <b>now</b>.")
    expect(page.get_by_role("button", name="Ask")).to_be_visible()


def test_markup_in_a_question_stays_text(page: Page, model: FakeModel) -> None:
    evil = "<img src=x onerror=\"document.title='pwned'\"> ${document.title='pwned'} {{value}} <script>1</script> ?"
    model.odds = [-4.0, -4.0]
    ask(page, evil)
    expect(page.locator(".abstention")).to_be_visible()
    expect(page.locator(".question")).to_have_text(evil)
    assert page.title() == "kzchat"
    assert page.locator("#conversation img").count() == 0


def test_only_this_machine_may_ask(address: str) -> None:
    response = httpx.get(address)
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert httpx.get(address, headers={"Host": "evil.example"}).status_code == 400
    assert "googleapis" not in response.text


def test_a_port_that_is_taken(assistant: Assistant) -> None:
    from kzchat.web import serve

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(KzchatError) as caught:
            serve(assistant, port)
    assert str(caught.value) == f"Port {port} is in use. Choose another: kzchat serve --port {port + 1}"


def screenshots(page: Page, name: str) -> None:
    """Light, dark, and on a telephone."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}-light.png")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(300)
    page.screenshot(path=ARTEFACTS / f"{name}-dark.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 360, "height": 1600})
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.screenshot(path=ARTEFACTS / f"{name}-360.png")
    page.set_viewport_size({"width": 1280, "height": 900})
