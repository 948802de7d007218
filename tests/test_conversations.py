"""What readers did, kept: conversations, preferences, feedback; quotations and exports; the line for the model."""

import json
import threading
import time
from pathlib import Path

import pytest

from kzchat.cli import run
from kzchat.conversations import Conversations, conversations_path, new_token
from kzchat.errors import KzchatError
from kzchat.quoting import conversation_json, conversation_markdown, markdown_quotation, plain_quotation
from kzchat.reader import NoConversation, Preferences
from kzchat.schema import Answer, Citation, Claim, Timings
from kzchat.settings import Settings
from kzchat.waiting import Crowded, Line

CITED = Citation(
    1, "dir/a`b.txt", 3, 20, "Le *pont*\nest [ouvert](x).", "ab" * 32, "Un <titre>", "2026-03-03", "Le Journal"
)


def answer(question: str = "Quand ?", text: str = "Le pont a ouvert.") -> Answer:
    claims = (Claim(text, "supported", (CITED,), score=2.5), Claim("Non.", "withheld", (), ("why",), "Non."))
    return Answer(question, "fr", "answered", None, claims, (), "m", "embedded", "f00d", Timings(total_ms=1500))


@pytest.fixture
def store(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "deep" / "c.sqlite")


def test_a_conversation_survives_a_restart(store: Conversations, tmp_path: Path) -> None:
    me = new_token()
    conversation, turn = store.begin(me, None, "Quand  ?")
    store.end(turn, "done", answer(), 1.5)
    store.begin(me, conversation, "Et puis ?")
    store.close()
    again = Conversations(tmp_path / "deep" / "c.sqlite")
    first, second = again.turns(me, conversation)
    assert first.answer == answer()
    assert (second.state, second.answer) == ("open", None)
    assert again.recent_seconds(5) == [1.5]
    assert (tmp_path / "deep" / "c.sqlite").stat().st_mode & 0o077 == 0
    assert me.encode() not in (tmp_path / "deep" / "c.sqlite").read_bytes()
    again.close()


def test_they_are_found_named_and_deleted(store: Conversations) -> None:
    me = new_token()
    ids = []
    for question in ("Quand le pont a-t-il ouvert ?", "Qui est Jeanne ?"):
        conversation, turn = store.begin(me, None, question)
        store.end(turn, "done", answer(question, "Le viaduc <b>."))
        ids.append(conversation)
    assert [one.id for one in store.find(me)] == ids[::-1]
    assert [one.id for one in store.find(me, "PONT ouvert")] == ids[:1]
    assert len(store.find(me, "viaduc")) == 2
    assert store.find(me, "100%") == []
    store.rename(me, ids[0], "  Le\npont  ")
    store.rename(me, ids[0], "   ")
    assert store.named(me, ids[0]).name == "Le pont"
    store.delete(me, ids[0])
    with pytest.raises(NoConversation):
        store.turns(me, ids[0])
    store.close()


def test_nobody_reaches_anothers(store: Conversations) -> None:
    me, other = new_token(), new_token()
    conversation, turn = store.begin(me, None, "Quand ?")
    store.end(turn, "done", answer())
    for reach in (
        lambda: store.turns(other, conversation),
        lambda: store.named(other, conversation),
        lambda: store.rename(other, conversation, "x"),
        lambda: store.delete(other, conversation),
        lambda: store.judge(other, turn, "wrong"),
        lambda: store.begin(other, conversation, "q"),
    ):
        with pytest.raises(NoConversation):
            reach()
    assert store.find(other) == []
    assert len(store.turns(me, conversation)) == 1
    store.close()


def test_preferences(store: Conversations) -> None:
    me = new_token()
    assert store.preferences(me) == Preferences()
    chosen = Preferences("kk", "dark", "ollama:m", 12, "ru")
    store.prefer(me, chosen)
    assert store.preferences(me) == chosen
    assert store.preferences(new_token()) == Preferences()
    store.close()


def test_feedback_is_listed_and_outlives_the_conversation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(corpus=tmp_path / "corpus", home=tmp_path)
    monkeypatch.setenv("KZCHAT_HOME", str(tmp_path))
    monkeypatch.setenv("KZCHAT_CORPUS", str(tmp_path / "corpus"))
    assert run(["feedback"]) == 0
    assert "Nobody has said" in capsys.readouterr().err
    store, me = Conversations(conversations_path(settings)), new_token()
    conversation, turn = store.begin(me, None, "Quand ?")
    with pytest.raises(NoConversation):
        store.judge(me, turn, "right")  # there is no answer yet
    store.end(turn, "done", answer())
    store.judge(me, turn, "right")
    store.judge(me, turn, "wrong", "la  date")
    assert store.turns(me, conversation)[0].why == "la date"
    store.delete(me, conversation)
    store.close()
    assert run(["feedback"]) == 0
    assert f"{turn[:12]}" in (listed := capsys.readouterr().out)
    assert "wrong (la date)\n    Quand ?\n    Le pont a ouvert." in listed
    assert run(["feedback", "--json", "--id", turn[:12]]) == 0
    assert json.loads(capsys.readouterr().out)[0]["answer"]["answer"] == "Le pont a ouvert."
    assert run(["feedback", "--id", "none"]) == 2


def test_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "c.sqlite").write_text("This is no database, but long enough to look like one. " * 20)
    with pytest.raises(KzchatError, match="cannot be opened"):
        Conversations(tmp_path / "c.sqlite")


def test_quotations_are_text_in_markdown_too() -> None:
    assert plain_quotation(CITED) == (
        "« Le *pont* est [ouvert](x). » — Un <titre>, Le Journal, 2026-03-03 (dir/a`b.txt#3-20)"
    )
    assert markdown_quotation(CITED) == (
        "> Le \\*pont\\* est \\[ouvert\\](x).\n>\n> — Un \\<titre\\>, Le Journal, 2026-03-03 (`` dir/a`b.txt#3-20 ``)"
    )


def test_a_conversation_as_markdown_and_json(store: Conversations) -> None:
    me = new_token()
    conversation, turn = store.begin(me, None, "# Quand ?")
    store.end(turn, "done", answer("# Quand ?"))
    store.begin(me, conversation, "1. Et puis ?")
    turns = store.turns(me, conversation)
    text = conversation_markdown("<b>", turns)
    assert text.startswith("# \\<b\\>\n\n## \\# Quand ?\n\nLe pont a ouvert. [1]\n\n1. « Le \\*pont\\*")
    assert "## 1\\. Et puis ?" in text or "## \\1. Et puis ?" in text
    assert "Non." not in text
    data = conversation_json("<b>", turns)
    assert data["turns"][0]["answer"]["sentences"][0]["citations"][0]["quote"] == CITED.quote
    assert data["turns"][1]["answer"] is None
    store.close()


def test_the_line_is_first_come_first_served() -> None:
    line = Line([1.0, 9.0], longest=9)
    assert line.usual is None
    line.took(5.0)
    assert line.usual == 5.0
    served: list[int] = []
    tickets = [line.join() for _ in range(9)]
    assert [ticket.ahead for ticket in tickets] == list(range(9))
    with pytest.raises(Crowded):
        line.join()

    def stand(number: int) -> None:
        while not tickets[number].wait(0.01):
            pass
        served.append(number)
        time.sleep(0.002)
        tickets[number].leave()

    tickets[4].leave()  # gave up
    threads = [threading.Thread(target=stand, args=(number,)) for number in (8, 7, 6, 5, 3, 2, 1, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert served == [0, 1, 2, 3, 5, 6, 7, 8]


def test_feedback_becomes_gold_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("kzchat.cases")
    monkeypatch.setenv("KZCHAT_HOME", str(tmp_path))
    monkeypatch.setenv("KZCHAT_CORPUS", str(tmp_path / "corpus"))
    store, me = Conversations(conversations_path(Settings(corpus=tmp_path / "corpus", home=tmp_path))), new_token()
    turns: list[str] = []
    for question, judgement in (("Quand ?", "right"), ("Où ?", "wrong")):
        turns.append(store.begin(me, None, question)[1])
        store.end(turns[-1], "done", answer(question))
        store.judge(me, turns[-1], "right" if judgement == "right" else "wrong")
    store.close()
    cases = tmp_path / "cases.jsonl"
    for _ in range(2):  # the second time there is nothing new
        assert run(["feedback", "--to-cases", str(cases)]) == 0
    assert "1 were wrong and are left out" in capsys.readouterr().err
    assert run(["feedback", "--to-cases", str(cases), "--accepted", "à Quux"]) == 2
    assert run(["feedback", "--to-cases", str(cases), "--id", turns[1], "--accepted", "à Quux"]) == 0
    rows = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    assert [(row["question"], row["answers"]) for row in rows] == [
        ("Quand ?", ["Le pont a ouvert."]),
        ("Où ?", ["à Quux"]),
    ]
