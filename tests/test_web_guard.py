"""The page's security and its load, in a browser or over HTTP: hostile articles, other people's ids, many at once."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from browser import WIDE, Server, Watched, answered, ask, axe, screenshot, serve, visit
from fake import FakeModel
from kzchat.assistant import Assistant
from kzchat.errors import KzchatError, UsageError
from kzchat.heads import Asked
from kzchat.llm import Delta, Message
from kzchat.schema import CheckedSentence
from page_client import PageClient, text_of

pytestmark = pytest.mark.browser


def test_nothing_of_an_article_a_question_or_an_answer_runs(page: Page, model: FakeModel) -> None:
    evil = "Zorblatt ? <img src=x onerror=\"document.title='pwned'\"> ${document.title='pwned'} {{value}}"
    model.odds = [3.0]
    model.replies = ["Zorblatt a reçu ![](https://evil.example/x.png) le ministre [ici](javascript:alert(1)) à Quux."]
    ask(page, evil)
    answered(page)
    expect(page.locator(".question")).to_have_text(evil)
    expect(page.locator(".evidence")).to_contain_text("<script>document.title='pwned'</script>")
    page.locator(".answer .cite").first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("Zorblatt")
    page.locator(".cite").first.click()
    expect(page.locator("mark#hit")).to_contain_text("![](https://evil.example/x.png)")
    expect(page.locator("#article .text")).to_contain_text("<img src=x onerror=")
    assert page.locator("#columns :is(img, script, iframe, a[href^='http'], a[href^='javascript'])").count() == 0
    assert page.title() == "kzchat"
    screenshot(page, "hostile")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Articles", exact=True).click()
    expect(page.locator(".contents")).to_contain_text("zorblatt <img src=x>.txt")


def test_the_policy_stops_what_would_get_through(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    visit(page, server.address)
    blocked = page.evaluate(
        "async () => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); const f = await fetch('https://evil.example/').catch(() => 'refused');"
        " return [window.ran ?? 'never', f] }"
    )
    context.close()
    assert blocked == ["never", "refused"]


def test_check_mode(page: Page, model: FakeModel, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    found = server.assistant.search("Accords d'Abraham", 1)[0].sentence

    def check(_: Assistant, text: str) -> Iterator[CheckedSentence]:
        from kzchat.schema import Citation

        source = Citation(1, found.file, found.start, found.end, found.text, found.article_sha256, "Un titre")
        yield CheckedSentence("Le Kazakhstan a adhéré.", 0, 23, "supported", 3.0, (), (source,))
        yield CheckedSentence("En 1999 <b>.", 24, 36, "contradicted", -3.0, ("the year 1999 is not there",), (source,))
        yield CheckedSentence("Il pleut.", 37, 46, "not_found", None)

    monkeypatch.setattr(Assistant, "check", check, raising=False)
    page.get_by_role("button", name="Vérifier un texte").click()
    page.get_by_label("Text").or_(page.get_by_label("Texte à vérifier")).fill(
        "Le Kazakhstan a adhéré. En 1999. Il pleut."
    )
    page.locator("#check").click()
    expect(page.locator(".checked .status")).to_have_text("confirmées : 1 · contredites : 1 · introuvables : 1")
    expect(page.locator(".checked li.contradicted")).to_contain_text("En 1999 <b>.")
    screenshot(page, "check")
    assert not axe(page)
    page.locator(".checked .place").first.click()
    expect(page.locator("mark#hit")).to_be_in_viewport()


def test_articles_are_added_and_removed_where_that_is_allowed(browser: Browser, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "first.txt").write_text(
        "Le pont de Quux a été inauguré le 3 mars 2026 par Jeanne Zorblatt.", encoding="utf-8"
    )
    server = serve(corpus, tmp_path / "home", corpus_changes=True)
    try:
        with Watched(browser, locale="en-GB", viewport=WIDE) as context:
            page = context.new_page()
            visit(page, server.address)
            page.get_by_role("button", name="Articles", exact=True).click()
            text = "The bridge of Quux was closed on 4 April 2026 after an inspection by the city."
            files: list[FilePayload] = [
                {"name": "second.txt", "mimeType": "text/plain", "buffer": text.encode()},
                {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""},
                {"name": "movie.mp4", "mimeType": "video/mp4", "buffer": b"x"},
            ]
            page.locator("#files").set_input_files(files)
            expect(page.locator("#adding")).to_contain_text("Indexed: second.txt")
            expect(page.locator("#adding")).to_contain_text("empty.txt was not added")
            expect(page.locator("#adding")).to_contain_text("movie.mp4 is not read.")
            expect(page.locator(".contents > li")).to_have_count(2)
            screenshot(page, "adding")
            assert not axe(page)
            page.once("dialog", lambda dialog: dialog.accept())
            page.locator(".remove").first.click()
            expect(page.locator(".contents > li")).to_have_count(1)
        assert sorted(path.name for path in corpus.iterdir()) == ["second.txt"]
        with PageClient(server.address) as me:
            for name in ("../out.txt", "/tmp/out.txt", "..\\out.txt", ".hidden.txt", "second.txt"):
                assert me.http.post("/kz/files", params={"name": name}, content=b"A text.").status_code == 400
            assert me.http.request("DELETE", "/kz/files", params={"name": "../../etc/passwd"}).status_code == 400
        assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "home"]
    finally:
        server.page.close()


def test_one_reader_cannot_reach_anothers_conversation(server: Server, model: FakeModel) -> None:
    with (
        PageClient(server.address) as mine,
        PageClient(server.address) as other,
        httpx.Client(base_url=server.address) as nobody,
    ):
        guess(mine, (other.http, nobody), model)


def guess(mine: PageClient, others: tuple[httpx.Client, ...], model: FakeModel) -> None:
    model.odds = [-4.0, -4.0]
    html = mine.answer("Combien de ponts y a-t-il à Quux ?")
    id_ = html.split('data-conversation="')[1].split('"')[0]
    turn = html.split('data-turn="')[1].split('"')[0]
    assert id_ in mine.http.get("/kz/conversations").text
    assert mine.http.get("/kz/export", params={"id": id_}).status_code == 200
    for http in others:
        assert id_ not in http.get("/kz/conversations").text
        assert http.get("/kz/export", params={"id": id_}).status_code == 404
        for do in ("delete", "rename"):
            answer = http.post("/kz/conversation", json={"do": do, "id": id_, "name": "x"})
            assert answer.status_code == 404
        assert http.post("/kz/feedback", json={"turn": turn, "judgement": "wrong"}).status_code == 404
    assert mine.http.post("/kz/feedback", json={"turn": turn, "judgement": "right"}).status_code == 204


def test_what_is_not_the_pages_business_is_refused(server: Server) -> None:
    with PageClient(server.address) as me:
        refusals(me.http)


def refusals(http: httpx.Client) -> None:
    response = http.get("/")
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'unsafe-eval' 'sha256-" in policy
    assert "http" not in policy
    assert "googleapis" not in response.text
    assert "og:" not in response.text
    assert http.get("/", headers={"host": "evil.example"}).status_code == 400
    for path in (
        "/gradio_api/file=/etc/passwd", "/gradio_api/proxy=https://x.example", "/gradio_api/upload", "/monitoring",
        "/gradio_api/runs", "/gradio_api/vibe-code/", "/kz/static/..%2Flabels.toml", "/kz/static/labels.toml", "/docs",
    ):  # fmt: skip
        assert http.get(path).status_code == 404, path
    assert "No such article" in http.get("/kz/article", params={"file": "../../../etc/passwd"}).text
    assert http.get("/kz/article", params={"cite": "#cite-..%2Fx-0-1-0123456789ab"}).status_code == 200
    foreign = {"origin": "https://evil.example"}
    assert http.post("/kz/preferences", json={"theme": "dark"}, headers=foreign).status_code == 403
    assert http.post("/gradio_api/queue/join", json={}, headers=foreign).status_code == 403
    assert http.post("/kz/preferences", content=b"x" * 600_000).status_code == 413
    assert http.post("/kz/preferences", content=(b"x" * 100_000 for _ in range(6))).status_code == 413
    assert http.post("/kz/preferences", json={"theme": "x" * 2000}).status_code == 400
    assert http.post("/kz/preferences", json=["theme"]).status_code == 400
    assert http.post("/kz/files", params={"name": "a.txt"}, content=b"x").status_code == 400  # not allowed here
    assert http.get("/health").json()["status"] == "ok"
    long = {"data": ["x" * 3000, None], "fn_index": 1, "session_hash": "s"}
    assert http.post("/gradio_api/queue/join", json=long).status_code in (200, 400)


def test_for_programs(server: Server, model: FakeModel) -> None:
    from gradio_client import Client

    assert "api_name" in httpx.get(f"{server.address}/api").text
    model.odds = [-4.0] * 4
    client = Client(server.address, verbose=False)
    answer = client.predict(question="Combien de ponts y a-t-il à Quux ?", api_name="/ask")
    assert answer["status"] == "abstained"
    assert client.predict(question="Quux", limit=2, api_name="/search")[0]["file"].startswith("zorblatt")
    client.close()
    model.odds = [-4.0] * 4
    asked = httpx.post(f"{server.address}/gradio_api/call/ask", json={"data": ["Combien de ponts à Quux ?", ""]})
    event = asked.json()["event_id"]
    told = httpx.get(f"{server.address}/gradio_api/call/ask/{event}", timeout=30).text
    assert json.loads(told.split("data: ")[-1])[0]["status"] == "abstained"


def test_a_password(tmp_path: Path) -> None:
    from pydantic import SecretStr

    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "one.txt").write_text("Le pont de Quux a été inauguré le 3 mars 2026.", encoding="utf-8")
    server = serve(tmp_path / "corpus", tmp_path / "home", password=SecretStr("sésame"))
    try:
        assert httpx.get(server.address).status_code == 401
        assert httpx.get(f"{server.address}/kz/articles").status_code == 401
        assert httpx.get(f"{server.address}/health").status_code == 200
        wrong, right = (base64.b64encode(f"me:{word}".encode()).decode() for word in ("sesame", "sésame"))
        assert httpx.get(server.address, headers={"authorization": f"Basic {wrong}"}).status_code == 401
        assert httpx.get(server.address, headers={"authorization": f"Basic {right}"}).status_code == 200
        assert httpx.get(server.address, headers={"authorization": "Basic ~~~"}).status_code == 401
    finally:
        server.page.close()


def test_other_machines_need_a_password_and_a_port_may_be_taken(server: Server) -> None:
    with pytest.raises(UsageError, match="has no password"):
        server.page.launch(0, "192.0.2.1")
    port = int(server.address.rsplit(":", 1)[1])
    with pytest.raises(KzchatError) as caught:
        server.page.launch(port)
    assert str(caught.value) == f"Port {port} is in use. Choose another: kzchat serve --port {port + 1}"


class Parrot(FakeModel):
    """Says the evidence's first sentence; safe to share between threads."""

    def __init__(self) -> None:
        super().__init__()
        self.using = 0
        self.most = 0

    def log_odds(self, messages: list[Message], asked: Asked) -> tuple[float, int]:  # type: ignore[override]
        return 3.0, 1

    def stream(self, messages: list[Message], max_tokens: int) -> Iterator[Delta]:  # type: ignore[override]
        self.using += 1
        self.most = max(self.most, self.using)
        line = next(line for line in messages[-1].content.splitlines() if line.startswith("[1]"))
        yield Delta(line.split("] ", 1)[1].split(") ", 1)[-1], 1, 1)
        self.using -= 1


def test_sixteen_at_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    parrot = Parrot()
    desk = server.page._desk
    monkeypatch.setattr(desk, "_opener", lambda settings: (parrot, None))
    monkeypatch.setattr(desk, "_models", {})
    monkeypatch.setattr(desk, "_assistants", {})
    sentences = server.assistant.index.manifest.sentences_of("000_779b5a5f9f36ba7a.txt")[:16]
    questions = [f"{sentence.one_line[:70]} ?" for sentence in sentences]
    told: dict[str, str] = {}

    def one(question: str) -> None:
        with PageClient(server.address) as reader:
            told[question] = unescape(text_of(reader.answer(question)))

    threads = [threading.Thread(target=one, args=(question,)) for question in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert len(told) == len(questions) == 16
    for question, text in told.items():
        best = server.assistant.search(question, 8)[0].sentence.one_line
        assert text.startswith(question)
        assert best in " ".join(text.split()), question
        assert "fake (embedded)" in text
    assert parrot.most == 1  # one at a time, in the line
    for number in range(10):  # what Gradio keeps of readers who left does not grow (eval/bench/page.py asks 500)
        with PageClient(server.address) as reader:
            reader.answer(questions[number])
    gradio = server.page._blocks
    assert len(gradio.app.state_holder.session_data) <= 24
    assert len(gradio._queue.event_analytics) <= 1
    kept = (gradio._queue.event_ids_to_events, gradio.app.iterators, server.page._service._running)
    until = time.monotonic() + 5  # the last event may still be ending
    while any(kept) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(kept)


def test_who_waits_sees_the_evidence_and_the_place_in_the_line(
    page: Page, browser: Browser, model: FakeModel, server: Server
) -> None:
    model.odds, model.replies, model.pause = [3.0], ["Un mot de plus. " * 90], 0.2
    ask(page, "Combien de ponts y a-t-il à Quux ?")
    expect(page.locator(".status")).to_contain_text("Rédaction")
    with Watched(browser, locale="en-GB", viewport=WIDE) as context:
        second = context.new_page()
        visit(second, server.address)
        ask(second, "What did Zorblatt announce?")
        expect(second.locator(".status")).to_contain_text("Another answer is being written · before you: 1")
        expect(second.locator(".evidence li").first).to_be_visible()
        screenshot(second, "waiting")
        second.locator("#stop").click()
        expect(second.locator(".status")).to_have_text("Stopped.", timeout=1000)
    page.locator("#stop").click()
    expect(page.locator(".status")).to_have_text("Arrêté.")
