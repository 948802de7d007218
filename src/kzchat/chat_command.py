"""What `kzchat chat` does: lines from the terminal in, answers and what they rest on out, until the reader leaves.

Without a terminal the lines come from standard input and are repeated, so that the output reads as a conversation.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from kzchat.errors import KzchatError, UsageError
from kzchat.places import marked
from kzchat.render import citation_label, one_line
from kzchat.schema import Answer, Exchange, Span
from kzchat.settings import Settings
from kzchat.terminal import print_line, print_marked, stream_answer

if TYPE_CHECKING:
    from rich.console import Console

    from kzchat.assistant import Assistant

_HELP = """Ask anything about the articles; a follow-up ("And when was that?") is understood from what came before.
  /sources   the sentences that the last answer rests on
  /show N    the article of source N, with the sentence marked
  /new       forget the conversation
  /help      this list
  /quit      leave (Ctrl-D too); Ctrl-C stops an answer"""
_COMMANDS = "/sources, /show N, /new, /help, /quit"
_REMEMBERED = 8  # exchanges


def run_chat(assistant: "Assistant", out: "Console", err: "Console", language: str | None = None) -> None:
    """Talk until the end of the input, /quit, or Ctrl-C twice at the prompt."""
    settings, articles = assistant.settings, len(assistant.index.manifest.contents())
    print_line(out, f"{articles:,} articles · {_model(settings)} · /help, and /quit or Ctrl-D to leave", "dim")
    chat = Chat(assistant, out, err, language)
    read = _reader(out)
    interrupted = False
    while True:
        try:
            line = read()
            interrupted = False
            if line is None or not chat.take(line):
                return
        except KeyboardInterrupt:
            if interrupted:
                return
            interrupted = True
            print_line(out, "\nCtrl-C again, /quit or Ctrl-D leaves.", "dim")


class Chat:
    """One conversation: what was asked and answered, and the answer that commands are about."""

    def __init__(self, assistant: "Assistant", out: "Console", err: "Console", language: str | None = None) -> None:
        """Take the parts; `language` is that of every answer, None: each question's own."""
        self._assistant = assistant
        self._out = out
        self._err = err
        self._language = language
        self._last: Answer | None = None
        self.history: list[Exchange] = []

    def take(self, line: str) -> bool:
        """Do what a line says. A user's errors are told in one line.

        Returns:
            Whether the conversation goes on.
        """
        line = line.strip()
        try:
            if line in ("/quit", "/exit"):
                return False
            if line.startswith("/"):
                self._command(*line.split(maxsplit=1))
            elif not line:
                self._say("Type a question, or /help.")
            else:
                self._ask(line)
        except KzchatError as error:
            print_line(self._err, f"kzchat: {error}")
        return True

    def _ask(self, question: str) -> None:
        try:
            stream = self._assistant.ask(question, self._language, self.history)
            answer = stream_answer(stream, self._out, self._err)
        except KeyboardInterrupt:  # what was shown stays; the next question does not refer to half an answer
            self._say("\nStopped.")
            return
        self._last = answer
        self.history = [*self.history, Exchange.of(answer)][-_REMEMBERED:]

    def _command(self, name: str, argument: str = "") -> None:
        match name:
            case "/sources":
                self._sources()
            case "/show":
                self._show(argument)
            case "/new":
                self.history, self._last = [], None
                self._say("A new conversation.")
            case "/help":
                self._say(_HELP)
            case _:
                raise UsageError(f"There is no command {name}.", f"Commands: {_COMMANDS}.")

    def _sources(self) -> None:
        if self._last is None or not self._last.citations:
            self._say(
                "There is no answer with sources yet." if self._last is None else "The last answer has no sources."
            )
            return
        for citation in self._last.citations:
            print_line(self._out, f"[{citation.n}] {citation_label(citation)}")
            print_line(self._out, f"    « {one_line(citation.quote)} »", "italic")

    def _show(self, argument: str) -> None:
        cited = {str(citation.n): citation for citation in (self._last.citations if self._last else ())}
        citation = cited.get(argument.strip().strip("[]"))
        if citation is None:
            known = f"Name one of: {', '.join(cited)}." if cited else "Ask a question first."
            raise UsageError("/show needs the number of a source of the last answer.", known)
        article = self._assistant.index.manifest.article(citation.file)
        if article is None or article.sha256 != citation.article_sha256:
            raise UsageError(f"{citation.file} has changed since it was cited.", "Ask the question again.")
        print_marked(self._out, *marked(article, Span(citation.start, citation.end)))

    def _say(self, text: str) -> None:
        print_line(self._out, text, "dim")


def _model(settings: Settings) -> str:
    embedded = settings.gguf_path.stem
    if settings.backend == "embedded":
        return f"model {embedded} (embedded)"
    return f"model {settings.model} (Ollama)" + (f", else {embedded}" if settings.backend == "auto" else "")


def _reader(out: "Console") -> Callable[[], str | None]:
    """What gives the next line, None at the end: with history and editing in a terminal."""
    if sys.stdin.isatty():
        with suppress(ImportError):  # where Python was built without it, lines are read without editing
            import readline  # noqa: F401

        def ask() -> str | None:
            try:
                return input("> ")
            except EOFError:
                print()
                return None

        return ask
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="replace")

    def read() -> str | None:
        line = sys.stdin.readline()
        if line.strip():
            print_line(out, f"> {line.strip()}")
        return line or None

    return read
