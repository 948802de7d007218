"""An assistant in, a chat page on this machine out: questions, streamed answers, and the sources beside them.

Bound to 127.0.0.1. Nothing is loaded from or sent to another host: no fonts, no analytics, no sharing, and a policy
that tells the browser so.
"""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import gradio as gr
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kzchat import page
from kzchat.assistant import Assistant, ClaimReady, EvidenceFound, Working
from kzchat.errors import KzchatError, Stopped
from kzchat.languages import detect_language
from kzchat.page import Turn

HOST = "127.0.0.1"
_DATA = Path(__file__).parent / "data"
# Gradio's own page needs inline and evaluated scripts; all of it comes from here.
_POLICY = b"default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; form-action 'self'; frame-ancestors 'none'"


def serve(assistant: Assistant, port: int) -> None:
    """Show the page until Ctrl-C.

    Raises:
        KzchatError: the port cannot be used.
    """
    blocks = build(assistant)
    print(f"kzchat is at {launch(blocks, port)} (Ctrl-C ends it)", flush=True)
    with suppress(KeyboardInterrupt):
        Event().wait()
    blocks.close(verbose=False)
    assistant.close()


def launch(blocks: gr.Blocks, port: int) -> str:
    """Start the page in the background and return its address; `blocks.close()` ends it.

    Raises:
        KzchatError: the port cannot be used.
    """
    css, script = (_DATA / "page.css").read_text("utf-8"), (_DATA / "page.js").read_text("utf-8")
    port = _usable(port)
    blocks.queue(max_size=20).launch(
        server_name=HOST,
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
        theme=gr.themes.Base(
            primary_hue="teal",
            neutral_hue="stone",
            font=["system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        head=f"<style>{css}</style><script>{script}</script>",  # as they are: Gradio rewrites the selectors of css=
        app_kwargs={
            "middleware": [
                Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"]),  # against DNS rebinding
                Middleware(_SameOriginOnly),
            ]
        },
    )
    return f"http://{HOST}:{port}"


def build(assistant: Assistant) -> gr.Blocks:
    """The page: the conversation on the left, the article on the right."""
    talk = _Talk(assistant)
    with gr.Blocks(title="kzchat", fill_width=True, analytics_enabled=False) as blocks:
        turns = gr.State([])
        with gr.Row(elem_id="columns"):
            with gr.Column(elem_id="chat", scale=3, min_width=280):
                gr.HTML(
                    f'<header><h1>kzchat</h1><p class="hint">{talk.about()}</p></header>',
                    elem_id="top",
                    apply_default_css=False,
                )
                conversation = gr.HTML(talk.show([]), elem_id="conversation", apply_default_css=False)
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        label="Question",
                        placeholder="Ask the articles",
                        elem_id="question",
                        lines=1,
                        max_lines=6,
                        scale=1,
                        min_width=120,
                        autofocus=True,
                    )
                    ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=80)
                    stop = gr.Button("Stop", variant="secondary", elem_id="stop", scale=0, min_width=80)
            with gr.Column(elem_id="source", scale=2, min_width=280):
                article = gr.HTML(page.EMPTY_PANEL, elem_id="article", apply_default_css=False)
        with gr.Row(elem_classes="unseen"):  # page.js writes the link here and presses the button
            link = gr.Textbox(label="Citation", elem_id="link")
            show = gr.Button("Show the citation", elem_id="show")

        private = {"show_progress": "hidden", "api_visibility": "private"}
        asked = gr.on(
            [ask.click, question.submit],
            talk.add,
            [question, turns],
            [conversation, question],
            queue=False,
            **private,
        )
        # "multiple": a stopped answer may still be ending when the next question comes. Gradio's cancels= would not end
        # it sooner, and drops that question.
        asked.then(talk.answer, turns, conversation, concurrency_limit=1, trigger_mode="multiple", **private)
        stop.click(talk.stop, turns, conversation, queue=False, **private)
        show.click(talk.article, link, article, queue=False, trigger_mode="multiple", **private)
    return blocks


class _Talk:
    """What the page's events do. A session's turns are changed in place; Gradio keeps them for each open page."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._contents = assistant.index.manifest.contents()
        self._examples = page.example_questions(self._contents)

    def about(self) -> str:
        """What can be asked about."""
        sentences = sum(article.sentences for article in self._contents)
        return (
            f"{len(self._contents):,} articles, {sentences:,} sentences. Every answer names the sentence it rests on."
        )

    def show(self, turns: list[Turn]) -> str:
        """The conversation as it is."""
        return page.conversation_html(turns, self._examples)

    def add(self, question: str, turns: list[Turn]) -> tuple[object, object]:
        """Put a question at the end, unless one is being answered; it then stays in the box."""
        if not question.strip() or any(turn.busy for turn in turns):
            return gr.skip(), gr.skip()
        turns.append(Turn(question.strip()))
        return self.show(turns), ""

    def answer(self, turns: list[Turn]) -> Iterator[object]:
        """Answer the last question, showing each event as it comes."""
        if not turns or not turns[-1].busy:
            yield gr.skip()
            return
        for _ in self._events(turns[-1]):
            yield self.show(turns)

    def _events(self, turn: Turn) -> Iterator[None]:
        turn.stage = "searching"
        yield
        try:
            stream = self._assistant.ask(turn.question)
            turn.halt = stream.stop
            turn.language = detect_language(turn.question)
            try:
                for event in stream:
                    if turn.stopped:
                        return
                    match event:
                        case EvidenceFound(passages):
                            turn.evidence = passages
                        case Working(stage, notice):
                            turn.stage = stage
                            turn.notice = notice or turn.notice
                        case ClaimReady(claim):
                            turn.claims.append(claim)
                    yield
                turn.answer = stream.result()
            finally:
                stream.close()
        except Stopped:
            turn.stopped = True
        except KzchatError as error:
            turn.error = error
        except Exception:  # a bug: say so on the page, and let Gradio log it
            turn.error = KzchatError("Something went wrong.", "The terminal that runs kzchat shows what.")
            yield
            raise
        yield

    def stop(self, turns: list[Turn]) -> str:
        """Mark the running answer as stopped. The model ends at its next token, or once it has read its prompt."""
        for turn in turns:
            if turn.busy:
                turn.stopped = True
                if turn.halt:
                    turn.halt()
        return self.show(turns)

    def article(self, text: str) -> str:
        """The article that a citation's link names, with the cited sentence marked."""
        link = page.parse_link(text)
        return page.article_html(self._assistant.index.manifest.article(link.file) if link else None, link)


class _SameOriginOnly:
    """Adds the header that keeps the page from loading or sending anything elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), (b"content-security-policy", _POLICY)]
                message = {**message, "headers": [*headers, (b"referrer-policy", b"no-referrer")]}
            await send(message)

        await self._app(scope, receive, send_with_policy if scope["type"] == "http" else send)


def _usable(port: int) -> int:
    """The port, or for 0 a free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            raise KzchatError(
                f"Port {port} is in use." if taken else f"Port {port} cannot be opened: {error.strerror}.",
                f"Choose another: kzchat serve --port {port + 1 if taken and port < 65535 else 0}",
            ) from error
        return int(probe.getsockname()[1])
