"""An assistant in, a chat page on this machine out: questions, streamed answers, and the sources beside them.

Bound to 127.0.0.1 unless another address is named. Nothing is loaded from or sent to another host: no fonts, no
analytics, no sharing, and a policy that tells the browser so (`guard`). Gradio runs the page, its queue and `/ask`,
`/search` and `/check` for programs; `page` and `page_shell` write the HTML.
"""

import errno
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.pop("GRADIO_SHARE", None)

import gradio as gr
from starlette.datastructures import Headers
from starlette.middleware import Middleware

from kzchat.answering import Answering
from kzchat.assistant import Assistant
from kzchat.conversations import Conversations, NoConversation, conversations_path
from kzchat.desk import PASSAGES, Desk, Opener
from kzchat.errors import KzchatError, UsageError
from kzchat.guard import Access, Guard, reader_of
from kzchat.llm import open_model
from kzchat.page import Turn, start_html, turns_html
from kzchat.page_labels import Labels
from kzchat.page_routes import routes, words_for
from kzchat.page_shell import Choices, checked_html, shell_html
from kzchat.render import answer_json, checked_json, passage_json
from kzchat.schema import CheckedSentence
from kzchat.starters import starters

HOST = "127.0.0.1"
_SAMPLED = 200  # articles that the example questions are made from
_Shown = dict[Any, object]  # component to its new value
_PRIVATE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_HEAD = (
    '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/kz/static/page.css">'
    '<script src="/kz/static/page.js" defer></script>'
)


def serve(assistant: Assistant, port: int, host: str = HOST) -> None:
    """Show the page until Ctrl-C.

    Raises:
        KzchatError: the port or the address cannot be used.
    """
    page = ChatPage(assistant)
    try:
        print(f"kzchat is at {page.launch(port, host)} (Ctrl-C ends it)", flush=True)
        with suppress(KeyboardInterrupt):
            Event().wait()
    finally:
        page.close()
        assistant.close()


class ChatPage:
    """The page and what its events do. What belongs to a reader is found by the cookie that comes with each event."""

    def __init__(self, assistant: Assistant, opener: Opener = open_model) -> None:
        """Take what answers, and what opens the models that readers choose."""
        self._settings = assistant.settings
        self._store = Conversations(conversations_path(assistant.settings))
        self._desk = Desk(assistant, opener)
        self._answering = Answering(self._desk, self._store)
        self._checks: dict[str, Event] = {}  # by Gradio's session
        self._blocks = self._build()

    def launch(self, port: int, host: str = HOST) -> str:
        """Start the page in the background and return its address; `close` ends it. Port 0 takes a free one.

        Raises:
            KzchatError: the port or the address cannot be used.
        """
        password = self._settings.password.get_secret_value() if self._settings.password else None
        if host not in (HOST, "localhost") and not password:
            raise UsageError(
                f"{host} can be reached from other machines, and the page has no password.",
                "Set one: KZCHAT_PASSWORD=… kzchat serve --host …",
            )
        port = _usable(host, port)
        access = Access(frozenset({host, HOST, "localhost"}), password, self._settings.max_file_bytes + 1)
        guard = Middleware(Guard, own=routes(self._answering), access=access, frame=self._frame)
        self._blocks.queue(max_size=100).launch(
            server_name=host,
            server_port=port,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            run_history=False,
            enable_monitoring=False,
            footer_links=[],
            theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
            head=_HEAD,
            app_kwargs={"middleware": [guard]},
        )
        return f"http://{host}:{port}"

    def close(self) -> None:
        """End the page and free the models."""
        self._blocks.close(verbose=False)
        self._desk.close()
        self._store.close()

    # -------------------------------------------------------------------------------------------- the components

    def _build(self) -> gr.Blocks:
        with gr.Blocks(title="kzchat", fill_width=True, analytics_enabled=False) as blocks:
            self._conversation = gr.State(None, time_to_live=86_400)
            with gr.Column(elem_id="columns"):
                self._shell = _html("shell-box")
                with gr.Column(elem_id="ask-view"):
                    self._past = _html("past")
                    self._now = _html("now")
                    with gr.Row(elem_id="composer"):
                        self._question = gr.Textbox(
                            label="Question",
                            elem_id="question-box",
                            lines=1,
                            max_lines=6,
                            max_length=self._settings.max_question_chars,
                            scale=1,
                            min_width=120,
                        )
                        self._ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=80)
                        self._stop = gr.Button("Stop", elem_id="stop", scale=0, min_width=80)
                with gr.Column(elem_id="check-view"):
                    self._text = gr.Textbox(
                        label="Text", elem_id="check-text", lines=6, max_lines=14, max_length=self._settings.max_check_chars
                    )
                    with gr.Row(elem_id="check-acts"):
                        self._check = gr.Button("Check", variant="primary", elem_id="check", scale=0, min_width=80)
                        self._check_stop = gr.Button("Stop", elem_id="check-stop", scale=0, min_width=80)
                    self._checked = _html("checked")
            with gr.Row(elem_classes="unseen"):  # page.js writes what is wished here and presses the button
                wish = gr.Textbox(label="Wish", elem_id="wish", max_length=1000)
                grant = gr.Button("Grant", elem_id="grant")
            self._connect(wish, grant)
            gr.api(self._api_ask, api_name="ask", concurrency_limit=None)
            gr.api(self._api_search, api_name="search", concurrency_limit=4)
            gr.api(self._api_check, api_name="check", concurrency_limit=None)
        return blocks

    def _connect(self, wish: gr.Textbox, grant: gr.Button) -> None:
        everything = [
            self._shell, self._past, self._now, self._question, self._ask, self._stop, self._text, self._check,
            self._check_stop, self._checked, self._conversation,
        ]  # fmt: skip
        grant.click(
            self._granted, [wish, self._conversation], everything, queue=False, trigger_mode="multiple", **_PRIVATE
        )
        # "multiple": a stopped answer may still be ending when the next question comes. Gradio's cancels= would not end
        # it sooner, and drops that question.
        gr.on(
            [self._ask.click, self._question.submit],
            self._answered,
            [self._question, self._conversation],
            [self._past, self._now, self._question, self._conversation],
            concurrency_limit=None,
            trigger_mode="multiple",
            **_PRIVATE,
        )
        self._stop.click(self._stopped, self._conversation, self._now, queue=False, **_PRIVATE)
        self._check.click(self._check_text, self._text, self._checked, concurrency_limit=None, **_PRIVATE)
        self._check_stop.click(self._stop_check, queue=False, **_PRIVATE)

    # ------------------------------------------------------------------------------------------------ the events

    def _granted(self, wish: str, conversation: str | None, request: gr.Request) -> _Shown:
        """Open a conversation, begin one, or show the page in another language."""
        reader, words = self._reader(request), self._words(request)
        wished = json.loads(wish)
        if wished.get("do") != "redraw":
            conversation = str(wished.get("id") or "") or None
        return {**self._labelled(reader, words), **self._opened(reader, conversation, words)}

    def _labelled(self, reader: str, words: Labels) -> _Shown:
        chosen = self._desk.allowed(self._store.preferences(reader))
        model, backend = self._desk.model_name(chosen)
        choices = Choices(
            self._desk.models(), self._settings.model if backend == "ollama" else model, PASSAGES,
            self._settings.evidence_sentences, self._desk.languages(), self._settings.corpus_changes,
        )  # fmt: skip
        return {
            self._shell: shell_html(chosen, choices, (model, backend, self._desk.index.fingerprint), words),
            self._question: gr.update(label=words("question"), placeholder=words("placeholder")),
            self._ask: words("ask"),
            self._stop: words("stop"),
            self._text: gr.update(label=words("check_text"), placeholder=words("check_placeholder")),
            self._check: words("check"),
            self._check_stop: words("stop"),
        }

    def _opened(self, reader: str, conversation: str | None, words: Labels) -> _Shown:
        notice = ""
        turns: list[Turn] = []
        if conversation:
            try:
                turns = self._turns(reader, conversation)
            except NoConversation:
                conversation, notice = None, words("gone")
        past = turns_html(turns[:-1], words) if turns else self._start(words)
        return {
            self._past: past,
            self._now: _now(turns_html(turns[-1:], words, len(turns)), conversation, notice),
            self._conversation: conversation,
        }

    def _turns(self, reader: str, conversation: str) -> list[Turn]:
        """A conversation's turns, those that are being answered as they are now."""
        running = {turn.id: turn for turn in self._answering.running(reader, conversation)}
        return [running.get(one.id) or Turn.of(one) for one in self._store.turns(reader, conversation)]

    def _start(self, words: Labels) -> str:
        manifest = self._desk.index.manifest
        articles = manifest.contents()
        sampled = [
            (article.file, sentence.text)
            for article in articles[:_SAMPLED]
            for sentence in manifest.sentences_of(article.file)
        ]
        total = sum(article.sentences for article in articles)
        return start_html(starters(articles, sampled, words), len(articles), total, words)

    def _answered(self, question: str, conversation: str | None, request: gr.Request) -> Iterator[_Shown]:
        """Answer a question, showing each event as it comes; while one is being answered it stays in the box."""
        reader, words, question = self._reader(request), self._words(request), question.strip()
        if not question or (conversation and self._answering.running(reader, conversation)):
            yield {self._question: gr.skip()}
            return
        try:
            before = self._turns(reader, conversation) if conversation else []
            conversation, turn = self._answering.start(reader, conversation, question, words("failed"))
        except KzchatError as error:
            turn = Turn(question, error=error)
            yield {self._now: _now(turns_html([turn], words), None)}
            return
        number = len(before) + 1
        preferences = self._desk.allowed(self._store.preferences(reader))
        first: _Shown = {
            self._past: turns_html(before, words), self._question: "", self._conversation: conversation,
        }  # fmt: skip
        for _ in self._answering.answer(reader, conversation, turn, preferences):
            yield {**first, self._now: _now(turns_html([turn], words, number), conversation)}
            first = {}

    def _stopped(self, conversation: str | None, request: gr.Request) -> object:
        """Mark the running answer as stopped. The model ends at its next token, or once it has read its prompt."""
        reader = self._reader(request)
        stopped = self._answering.stop(reader, conversation) if conversation else []
        if not stopped or not conversation:
            return gr.skip()
        number = len(self._store.turns(reader, conversation))
        return _now(turns_html(stopped[-1:], self._words(request), number), conversation)

    def _check_text(self, text: str, request: gr.Request) -> Iterator[str]:
        """Hold a text against the articles, sentence by sentence."""
        words, session = self._words(request), str(request.session_hash)
        checked: list[CheckedSentence] = []
        if not text.strip():
            yield ""
            return
        ended = self._checks[session] = Event()
        ahead = [0]
        yield checked_html(checked, words, words("checking", number=1))
        try:
            if len(text) > self._settings.max_check_chars:
                limit = words("too_long", limit=f"{self._settings.max_check_chars:,}")
                raise UsageError(limit, "")
            for sentence in self._answering.check(text, ended.is_set, ahead.append):
                checked.append(sentence)
                yield checked_html(checked, words, words("checking", number=len(checked) + 1))
        except KzchatError as error:
            yield checked_html(checked, words, error=error)
            return
        finally:
            self._checks.pop(session, None)
        yield checked_html(checked, words)

    def _stop_check(self, request: gr.Request) -> None:
        if running := self._checks.get(str(request.session_hash)):
            running.set()

    # -------------------------------------------------------------------------------------------- for programs

    def _api_ask(self, question: str, language: str = "") -> dict[str, Any]:
        """Answer one question: the object that `kzchat ask --json` prints."""
        with _told():
            return answer_json(self._answering.once(question, language or None))

    def _api_search(self, question: str, limit: float = 8) -> list[dict[str, Any]]:
        """The sentences that may hold the answer: what `kzchat search --json` prints."""
        with _told():
            found = self._desk.assistant(self._store.preferences("")).search(question, max(1, min(int(limit), 50)))
            return [passage_json(passage) for passage in found]

    def _api_check(self, text: str) -> list[dict[str, Any]]:
        """Hold a text against the articles, sentence by sentence."""
        with _told():
            if len(text) > self._settings.max_check_chars:
                raise UsageError("The text is too long.", f"The limit is {self._settings.max_check_chars:,} characters.")
            return [checked_json(one) for one in self._answering.check(text, lambda: False, lambda ahead: None)]

    # -------------------------------------------------------------------------------------------------- the reader

    def _reader(self, request: gr.Request) -> str:
        reader = reader_of(Headers(request.headers))
        if reader is None:
            raise gr.Error("Reload the page: it needs its cookie.", print_exception=False)
        return reader

    def _words(self, request: gr.Request) -> Labels:
        headers = Headers(request.headers)
        return words_for(self._answering, reader_of(headers), headers.get("accept-language", ""))

    def _frame(self, headers: Headers) -> str:
        reader = reader_of(headers)
        words = words_for(self._answering, reader, headers.get("accept-language", ""))
        theme = self._store.preferences(reader).theme if reader else ""
        return f'lang="{words.language}" dir="{words.direction}" data-theme="{theme}"'


@contextmanager
def _told() -> Iterator[None]:
    """Tells a program what a user's error is."""
    try:
        yield
    except KzchatError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _html(id_: str) -> gr.HTML:
    return gr.HTML("", elem_id=id_, apply_default_css=False)


def _now(turns: str, conversation: str | None, notice: str = "") -> str:
    note = f'<p class="problem" role="alert">{notice}</p>' if notice else ""
    return f'<div id="current" data-conversation="{conversation or ""}">{turns}{note}</div>'


def _usable(host: str, port: int) -> int:
    """The port, or for 0 a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise KzchatError(
                f"Port {port} is in use." if taken else f"Port {port} cannot be opened: {error.strerror}.",
                f"Choose another: kzchat serve --port {port + 1 if taken and port < 65535 else 0}",
            ) from error
        return int(probe.getsockname()[1])
