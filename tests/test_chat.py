"""`kzchat chat`: a conversation over a fake model, in this process and without a terminal."""

import io
import sys
from collections.abc import Iterator, Sequence

import pytest
from rich.console import Console

from fake import FakeModel
from kzchat import chat_command
from kzchat.assistant import Assistant
from kzchat.chat_command import Chat, run_chat
from kzchat.embedding import default_embedder
from kzchat.errors import ModelError
from kzchat.heads import Asked
from kzchat.index import Index
from kzchat.llm import Delta, Message
from kzchat.settings import Settings

QUESTION = "Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?"
TRUE = "Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025."
REWRITTEN = "Pourquoi le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?"


class Talk:
    """What a conversation printed."""

    def __init__(self, seeds: tuple[Settings, Index], model: FakeModel) -> None:
        settings, index = seeds
        self.assistant = Assistant(settings, index, default_embedder(), lambda: (model, None))
        self.out = Console(file=io.StringIO(), width=100)
        self.err = Console(file=io.StringIO(), width=100)
        self.chat = Chat(self.assistant, self.out, self.err)

    @property
    def printed(self) -> str:
        assert isinstance(self.out.file, io.StringIO)
        return self.out.file.getvalue()

    @property
    def errors(self) -> str:
        assert isinstance(self.err.file, io.StringIO)
        return self.err.file.getvalue()


def test_lines_from_standard_input_are_a_conversation(
    seeds_index: tuple[Settings, Index], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    talk = Talk(seeds_index, FakeModel(replies=[TRUE, REWRITTEN, TRUE], odds=[2.0, 2.0]))
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\nPourquoi ?\n/sources\n/show 1\n"))
    run_chat(talk.assistant, talk.out, talk.err)
    printed = talk.printed
    assert printed.startswith("5 articles · model ") and "\x1b" not in printed and talk.errors == ""
    assert f"> {QUESTION}\n" in printed and printed.count(TRUE) == 2
    assert f"> Pourquoi ?\nQuestion comprise ainsi : {REWRITTEN}\n" in printed
    assert "> /sources\n[1] 003_4c218587ac7dc6e1.txt" in printed
    assert ">>>L’adhésion du Kazakhstan aux Accords d’Abraham en novembre 2025" in capsys.readouterr().out


def test_what_is_remembered_and_forgotten(seeds_index: tuple[Settings, Index]) -> None:
    talk = Talk(seeds_index, FakeModel(replies=[TRUE], odds=[2.0, -2.0, -2.0]))
    assert talk.chat.take(QUESTION)
    assert [(one.question, one.answer_text) for one in talk.chat.history] == [(QUESTION, TRUE)]
    assert talk.chat.take("Combien d'habitants compte Almaty ?")
    assert talk.chat.history[-1].answer_text == ""
    assert talk.chat.take("/sources") and "The last answer has no sources." in talk.printed
    assert talk.chat.take("/new") and talk.chat.history == []
    assert talk.chat.take("/sources") and "no answer with sources yet" in talk.printed
    assert not talk.chat.take(" /quit ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("/frobnicate 3", "There is no command /frobnicate. Commands: /sources, /show N, /new, /help, /quit."),
        ("/show 1", "Ask a question first."),
        ("x" * 3000, "the limit is 2,000"),
        ("?!", "The question is empty"),
    ],
)
def test_an_error_is_one_line_and_the_chat_goes_on(
    seeds_index: tuple[Settings, Index], line: str, message: str
) -> None:
    talk = Talk(seeds_index, FakeModel())
    assert talk.chat.take(line)
    assert message in talk.errors and talk.errors.startswith("kzchat: ") and talk.errors.count("\n") == 1


def test_a_model_that_fails_does_not_end_the_chat(seeds_index: tuple[Settings, Index]) -> None:
    class Failing(FakeModel):
        def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
            raise ModelError("The model died.", "Ask again.")

    talk = Talk(seeds_index, Failing())
    assert talk.chat.take(QUESTION) and talk.chat.take("/show 7") and talk.chat.take("") and talk.chat.take("/help")
    assert "kzchat: The model died. Ask again." in talk.errors and talk.chat.history == []
    assert "Type a question" in talk.printed and "/quit" in talk.printed


def test_show_names_the_sources_there_are(seeds_index: tuple[Settings, Index]) -> None:
    talk = Talk(seeds_index, FakeModel(replies=[TRUE], odds=[2.0]))
    assert talk.chat.take(QUESTION) and talk.chat.take("/show 9")
    assert "Name one of: 1." in talk.errors


def test_ctrl_c_stops_the_answer_and_not_the_chat(seeds_index: tuple[Settings, Index]) -> None:
    class Interrupted(FakeModel):
        def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[Delta]:
            if len(self.replies) > 1:
                self.replies.pop(0)
                yield Delta("Le Kaz")
                raise KeyboardInterrupt
            yield from super().stream(messages, max_tokens)

    talk = Talk(seeds_index, Interrupted(replies=["", TRUE], odds=[2.0, 2.0]))
    assert talk.chat.take(QUESTION)
    assert "Stopped." in talk.printed and talk.chat.history == []
    assert talk.chat.take(QUESTION) and len(talk.chat.history) == 1 and TRUE in talk.printed


def test_ctrl_c_at_the_prompt_warns_once(seeds_index: tuple[Settings, Index], monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[str | None] = [None, "/help", None, None]

    def read() -> str:
        line = typed.pop(0)
        if line is None:
            raise KeyboardInterrupt
        return line

    talk = Talk(seeds_index, FakeModel())
    monkeypatch.setattr(chat_command, "_reader", lambda out: read)
    run_chat(talk.assistant, talk.out, talk.err)
    assert talk.printed.count("Ctrl-C again, /quit or Ctrl-D leaves.") == 2
    assert not typed
