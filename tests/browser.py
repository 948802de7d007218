"""A real server with a model that is told what to write, and a headless Chromium that looks at its page."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fake import FakeModel, open_assistant
from kzchat.assistant import Assistant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from kzchat.web import ChatPage

ROOT = Path(__file__).resolve().parents[1]
ARTEFACTS = ROOT / "artefacts"
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
HOSTILE = (
    "Zorblatt annonce la fermeture du port de Quux le 3 mars 2026. <script>document.title='pwned'</script>\n\n"
    "<img src=x onerror=\"document.title='pwned'\"> Zorblatt a reçu ![](https://evil.example/x.png) le ministre "
    "[ici](javascript:alert(1)) à Quux. ${document.title='pwned'} {{value}}\n"
)


@dataclass
class Server:
    """A page that is being served."""

    address: str
    model: FakeModel
    assistant: Assistant
    page: "ChatPage"


def serve(corpus: Path, home: Path, port: int = 0, **settings: object) -> Server:
    """A server with the fake model; its page must be closed."""
    from kzchat.web import ChatPage

    model = FakeModel()
    assistant = open_assistant(corpus, home, model)
    assistant.settings = assistant.settings.model_copy(update=settings)
    page = ChatPage(assistant, lambda settings: (model, None))
    return Server(page.launch(port), model, assistant, page)


@pytest.fixture(scope="session")
def corpus_with_a_hostile_article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(shutil.copytree(ROOT / "seeds", tmp_path_factory.mktemp("articles") / "articles"))
    (folder / "zorblatt <img src=x>.txt").write_text(HOSTILE, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, corpus_with_a_hostile_article: Path) -> Iterator[Server]:
    """One server for all tests that leave its articles as they are."""
    server = serve(corpus_with_a_hostile_article, tmp_path_factory.mktemp("home"))
    yield server
    server.page.close()


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import expect, sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("No chromium on this machine. What to do: sudo apt-get install chromium")
    expect.set_options(timeout=20_000)  # a busy machine
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
        )
        yield browser
        browser.close()


@pytest.fixture
def model(server: Server) -> Iterator[FakeModel]:
    """The server's model; what it was told to write must be used up."""
    server.model.pause = 0.0
    yield server.model
    assert not server.model.replies
    server.model.odds.clear()


@pytest.fixture
def reader(browser: "Browser") -> "Iterator[BrowserContext]":
    """A French reader at a desk, who may ask nothing of any other host, and whose browser finds no fault."""
    with Watched(browser, locale="fr-FR", viewport=WIDE) as context:
        yield context


@pytest.fixture
def page(reader: "BrowserContext", server: Server, model: FakeModel) -> "Page":
    """That reader's page, ready."""
    page = reader.new_page()
    visit(page, server.address)
    return page


class Watched:
    """A browser context whose requests may only go to the server, and whose pages may not fail."""

    def __init__(self, browser: "Browser", **options: Any) -> None:
        self._context: BrowserContext = browser.new_context(
            permissions=["clipboard-read", "clipboard-write"], **options
        )
        self._requested: set[str] = set()
        self._failures: list[str] = []
        self._context.on("request", lambda request: self._requested.add(request.url))
        self._context.on("weberror", lambda error: self._failures.append(str(error.error)))
        self._context.on(
            "console",
            lambda message: self._failures.append(message.text) if "Content Security Policy" in message.text else None,
        )

    def __enter__(self) -> "BrowserContext":
        return self._context

    def __exit__(self, *_: object) -> None:
        self._context.close()
        elsewhere = {url for url in self._requested if urlsplit(url).hostname != "127.0.0.1" and url[:5] != "data:"}
        assert not elsewhere
        assert not self._failures


def visit(page: "Page", address: str) -> None:
    """Open the page and wait until it can be used."""
    page.goto(address)
    page.locator("#shell").wait_for(state="attached", timeout=30_000)
    page.locator("#ask").wait_for()


def ask(page: "Page", question: str) -> None:
    """Type a question and send it."""
    page.locator("#question-box textarea").fill(question)
    page.locator("#question-box textarea").press("Enter")


def answered(page: "Page", turns: int = 1) -> None:
    """Wait until so many answers are complete."""
    from playwright.sync_api import expect

    expect(page.locator(".turn .made-by")).to_have_count(turns)


def screenshot(page: "Page", name: str) -> None:
    """For a person to look at; and nothing may be wider than the window."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.wait_for_timeout(150)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    page.screenshot(path=ARTEFACTS / f"{name}.png")


def axe(page: "Page") -> list[str]:
    """What axe-core calls serious or critical, one line each."""
    script = subprocess.run(
        [ROOT / "scripts" / "fetch-axe.sh"], check=True, capture_output=True, text=True
    ).stdout.strip()
    page.evaluate(Path(script).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:200]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
