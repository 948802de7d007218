"""An assistant in, a chat page on this machine out: questions, streamed answers, and the sources beside them.

Bound to 127.0.0.1 unless another address is named. Nothing is loaded from or sent to another host: no fonts, no
analytics, no sharing, and a policy that tells the browser so (`guard`). Gradio runs the page, its queue, and `/ask`,
`/search` and `/check` for programs; what its events do is in `page_events`.
"""

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Thread
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ.pop("GRADIO_SHARE", None)
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"  # of its records of events, which would grow with every question
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # events after which it sums them up with pandas

import gradio as gr
from starlette.datastructures import Headers
from starlette.middleware import Middleware

from kzchat.assistant import Assistant
from kzchat.conversations import Conversations, conversations_path
from kzchat.desk import Desk, Opener
from kzchat.errors import KzchatError, UsageError
from kzchat.guard import Access, Guard, reader_of
from kzchat.llm import open_model
from kzchat.page_events import PageEvents, Shown
from kzchat.page_routes import routes
from kzchat.service import Service

HOST = "127.0.0.1"
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
        Thread(target=page.warm_up, daemon=True).start()
        with suppress(KeyboardInterrupt):
            Event().wait()
    finally:
        page.close()
        assistant.close()


class ChatPage:
    """The page as Gradio components, and which event changes which of them."""

    def __init__(self, assistant: Assistant, opener: Opener = open_model) -> None:
        """Take what answers, and what opens the models that readers choose."""
        self._settings = assistant.settings
        self._store = Conversations(conversations_path(assistant.settings))
        self._desk = Desk(assistant, opener)
        self._service = Service(self._desk, self._store)
        self._events = PageEvents(self._service)
        self._blocks = _in_a_loop(self._build)

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
        guard = Middleware(Guard, own=routes(self._service), access=access, frame=self._events.frame)
        launch = partial(
            _in_a_loop(lambda: self._blocks.queue(max_size=100)).launch,
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
            state_session_capacity=24,  # tabs whose last contents Gradio keeps; the page needs none of them
            footer_links=[],
            theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
            head=_HEAD,
            app_kwargs={"middleware": [guard]},
        )
        _in_a_loop(launch)
        return f"http://{host}:{port}"

    def warm_up(self) -> None:
        """Load what the first search needs: a second that no reader should wait."""
        self._events.api_search("kzchat", 1)

    def close(self) -> None:
        """End the page and free the models."""
        self._blocks.close(verbose=False)
        self._desk.close()
        self._store.close()

    def _build(self) -> gr.Blocks:
        with gr.Blocks(title="kzchat", fill_width=True, analytics_enabled=False) as blocks:
            with gr.Column(elem_id="columns"):
                shell = _html("shell-box")
                with gr.Column(elem_id="ask-view"):
                    past, now = _html("past"), _html("now")
                    with gr.Row(elem_id="composer"):
                        question = _box("Question", "question-box", 1, self._settings.max_question_chars)
                        ask, stop = _button("Ask", "ask"), _button("Stop", "stop")
                with gr.Column(elem_id="check-view"):
                    text = _box("Text", "check-text", 6, self._settings.max_check_chars)
                    with gr.Row(elem_id="check-acts"):
                        check, check_stop = _button("Check", "check"), _button("Stop", "check-stop")
                    checked = _html("checked")
            with gr.Row(elem_classes="unseen"):  # page.js writes what is wished here and presses the button
                wish, grant = gr.Textbox(label="Wish", elem_id="wish", max_length=1000), _button("Grant", "grant")
                # The open conversation's id: here and not in a gr.State, which Gradio forgets when there are many tabs.
                conversation = gr.Textbox(label="Conversation", elem_id="conversation", max_length=100)

            self._parts = {"shell": shell, "past": past, "now": now, "question": question, "conversation": conversation}
            self._labelled = {"ask": ask, "stop": stop, "check": check}
            self._boxes = {"placeholder": question, "check_placeholder": text}
            self._check_stop = check_stop
            labelled = [*self._labelled.values(), text, check_stop]
            grant.click(
                self._granted,
                [wish, conversation],
                [*self._parts.values(), *labelled],
                queue=False,
                trigger_mode="multiple",
                **_PRIVATE,
            )
            # "multiple": a stopped answer may still be ending when the next question comes. Gradio's cancels= would not
            # end it sooner, and drops that question.
            gr.on(
                [ask.click, question.submit],
                self._answered,
                [question, conversation],
                [past, now, question, conversation],
                concurrency_limit=None,
                trigger_mode="multiple",
                **_PRIVATE,
            )
            stop.click(self._stopped, conversation, now, queue=False, **_PRIVATE)
            check.click(self._checked, text, checked, concurrency_limit=None, **_PRIVATE)
            check_stop.click(self._stop_check, queue=False, **_PRIVATE)
            gr.api(self._api_ask, api_name="ask", concurrency_limit=None)
            gr.api(self._api_search, api_name="search", concurrency_limit=4)
            gr.api(self._api_check, api_name="check", concurrency_limit=None)
        return blocks

    # ------------------------------------------------------------------------------------------------ the events

    def _granted(self, wish: str, conversation: str, request: gr.Request) -> dict[Any, object]:
        headers = Headers(request.headers)
        words = self._events.words(headers)
        shown = self._events.granted(_reader(headers), words, wish, conversation or None)
        boxes = {
            box: gr.update(label=words("question" if key == "placeholder" else "check_text"), placeholder=words(key))
            for key, box in self._boxes.items()
        }
        buttons = {button: words(key) for key, button in self._labelled.items()}
        return {**self._components(shown), **boxes, **buttons, self._check_stop: words("stop")}

    def _answered(self, question: str, conversation: str, request: gr.Request) -> Iterator[dict[Any, object]]:
        headers = Headers(request.headers)
        shown: Shown | None = None
        for shown in self._events.answered(
            _reader(headers), self._events.words(headers), question, conversation or None
        ):
            yield self._components(shown)
        if shown is None:
            yield {self._parts["question"]: gr.skip()}

    def _stopped(self, conversation: str, request: gr.Request) -> object:
        headers = Headers(request.headers)
        shown = self._events.stopped(_reader(headers), self._events.words(headers), conversation or None)
        return shown.get("now") or gr.skip()

    def _checked(self, text: str, request: gr.Request) -> Iterator[str]:
        words = self._events.words(Headers(request.headers))
        yield from self._events.checked(words, text, str(request.session_hash))

    def _stop_check(self, request: gr.Request) -> None:
        self._events.stop_check(str(request.session_hash))

    def _components(self, shown: Shown) -> dict[Any, object]:
        return {self._parts[part]: content or "" for part, content in shown.items()}

    def _api_ask(self, question: str, language: str = "") -> dict[str, Any]:
        """Answer one question: the object that `kzchat ask --json` prints."""
        with _told():
            return self._events.api_ask(question, language)

    def _api_search(self, question: str, limit: float = 8) -> list[dict[str, Any]]:
        """The sentences that may hold the answer: what `kzchat search --json` prints."""
        with _told():
            return self._events.api_search(question, int(limit))

    def _api_check(self, text: str) -> list[dict[str, Any]]:
        """Hold a text against the articles, sentence by sentence."""
        with _told():
            return self._events.api_check(text)


def _in_a_loop(make: Callable[[], Any]) -> Any:
    """Call it where an event loop runs: Gradio makes one for each lock where none does, and never closes them."""

    async def run() -> Any:
        return make()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run())
    return make()


def _reader(headers: Headers) -> str:
    reader = reader_of(headers)
    if reader is None:
        raise gr.Error("Reload the page: it needs its cookie.", print_exception=False)
    return reader


@contextmanager
def _told() -> Iterator[None]:
    """Tells a program what a user's error is."""
    try:
        yield
    except KzchatError as error:
        raise gr.Error(str(error), print_exception=False) from error


def _html(id_: str) -> gr.HTML:
    return gr.HTML("", elem_id=id_, apply_default_css=False)


def _box(label: str, id_: str, lines: int, most: int) -> gr.Textbox:
    return gr.Textbox(
        label=label, elem_id=id_, lines=lines, max_lines=max(6, 2 * lines), max_length=most, scale=1, min_width=120
    )


def _button(label: str, id_: str) -> gr.Button:
    return gr.Button(label, elem_id=id_, scale=0, min_width=80)


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
