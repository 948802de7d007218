"""What the page's events do, without Gradio: a reader's wish in, the HTML of the parts that change out.

What belongs to a reader is found by the token of their cookie, which comes with each event.
"""

import json
from collections.abc import Iterator
from html import escape
from threading import Event
from typing import Any

from starlette.datastructures import Headers

from kzchat.desk import PASSAGES
from kzchat.errors import KzchatError, UsageError
from kzchat.guard import reader_of
from kzchat.page import Turn, start_html, turns_html
from kzchat.page_labels import Labels
from kzchat.page_routes import words_for
from kzchat.page_shell import Choices, checked_html, shell_html
from kzchat.reader import NoConversation, Preferences
from kzchat.render import answer_json, checked_json, passage_json
from kzchat.schema import CheckedSentence
from kzchat.service import Service
from kzchat.starters import starters

_SAMPLED = 200  # articles that the example questions are made from
Shown = dict[str, str | None]  # part of the page to its new content; "conversation" is the id of the one that is open


class PageEvents:
    """What the page does for its readers. Safe to share between threads."""

    def __init__(self, service: Service) -> None:
        """Take what answers."""
        self._service = service
        self._store = service.store
        self._desk = service.desk
        self._settings = service.desk.settings
        self._checks: dict[str, Event] = {}  # by the browser's session

    def words(self, headers: Headers) -> Labels:
        """The page's words for whoever sent these headers."""
        return words_for(self._service, reader_of(headers), headers.get("accept-language", ""))

    def frame(self, headers: Headers) -> str:
        """The attributes of the page's <html>."""
        words, reader = self.words(headers), reader_of(headers)
        theme = self._store.preferences(reader).theme if reader else ""
        return f'lang="{words.language}" dir="{words.direction}" data-theme="{theme}"'

    def granted(self, reader: str, words: Labels, wish: str, conversation: str | None) -> Shown:
        """Open a conversation, begin one, or show the page in another language.

        Args:
            reader: who wishes.
            words: of the page's language.
            wish: as JSON, {"do": "open" or "redraw", "id": a conversation or ""}.
            conversation: that is open.
        """
        try:
            wished = json.loads(wish)
            do, id_ = str(wished["do"]), str(wished["id"])
        except (ValueError, TypeError, KeyError):
            do, id_ = "redraw", ""
        if do == "open":
            conversation = id_ or None
        return {"shell": self._shell(reader, words), **self._opened(reader, conversation, words)}

    def _shell(self, reader: str, words: Labels) -> str:
        chosen = self._desk.allowed(self._store.preferences(reader))
        model, backend = self._desk.model_name(chosen)
        default, _ = self._desk.model_name(Preferences())
        choices = Choices(
            self._desk.models(),
            default,
            PASSAGES,
            self._settings.evidence_sentences,
            self._desk.languages(),
            self._settings.corpus_changes,
        )
        return shell_html(chosen, choices, (model, backend, self._desk.index.fingerprint), words)

    def _opened(self, reader: str, conversation: str | None, words: Labels) -> Shown:
        notice = ""
        turns: list[Turn] = []
        if conversation:
            try:
                turns = self._turns(reader, conversation)
            except NoConversation:
                conversation, notice = None, words("gone")
        past = turns_html(turns[:-1], words) if turns else self._start(words)
        now = turns_html(turns[-1:], words, len(turns))
        return {"past": past, "now": _now(now, conversation, notice), "conversation": conversation}

    def _turns(self, reader: str, conversation: str) -> list[Turn]:
        """A conversation's turns, those that are being answered as they are now."""
        running = {turn.id: turn for turn in self._service.running(reader, conversation)}
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

    def answered(self, reader: str, words: Labels, question: str, conversation: str | None) -> Iterator[Shown]:
        """Answer a question, showing each event as it comes; while one is being answered, it stays in the box."""
        question = question.strip()
        if not question or (conversation and self._service.running(reader, conversation)):
            return
        try:
            before = self._turns(reader, conversation) if conversation else []
            conversation, turn = self._service.start(reader, conversation, question, words("failed"))
        except KzchatError as error:
            yield {"now": _now(turns_html([Turn(question, error=error)], words), None)}
            return
        preferences = self._desk.allowed(self._store.preferences(reader))
        first: Shown = {"past": turns_html(before, words), "question": "", "conversation": conversation}
        for _ in self._service.answer(reader, conversation, turn, preferences):
            yield {**first, "now": _now(turns_html([turn], words, len(before) + 1), conversation)}
            first = {}

    def stopped(self, reader: str, words: Labels, conversation: str | None) -> Shown:
        """Mark the running answer as stopped. The model ends at its next token, or once it has read its prompt."""
        stopped = self._service.stop(reader, conversation) if conversation else []
        if not stopped or not conversation:
            return {}
        number = len(self._store.turns(reader, conversation))
        return {"now": _now(turns_html(stopped[-1:], words, number), conversation)}

    def checked(self, words: Labels, text: str, session: str) -> Iterator[str]:
        """Hold a text against the articles, sentence by sentence."""
        checked: list[CheckedSentence] = []
        ahead: list[int] = []
        ended = self._checks[session] = Event()
        try:
            self._check_length(text)
            yield checked_html(checked, words, words("checking", number=1))
            for sentence in self._service.check(text, ended.is_set, ahead.append):
                if sentence is not None:
                    checked.append(sentence)
                busy = words("checking", number=len(checked) + 1)
                yield checked_html(checked, words, busy if checked else words("waiting", ahead=ahead[-1]))
        except KzchatError as error:
            yield checked_html(checked, words, error=error)
            return
        finally:
            self._checks.pop(session, None)
        yield checked_html(checked, words)

    def stop_check(self, session: str) -> None:
        """End the check of a session after the sentence that it is at."""
        if running := self._checks.get(session):
            running.set()

    # ------------------------------------------------------------------------------------------------ for programs

    def api_ask(self, question: str, language: str) -> dict[str, Any]:
        """What `kzchat ask --json` prints."""
        return answer_json(self._service.once(question, language or None))

    def api_search(self, question: str, limit: int) -> list[dict[str, Any]]:
        """What `kzchat search --json` prints."""
        found = self._desk.assistant(Preferences()).search(question, max(1, min(limit, 50)))
        return [passage_json(passage) for passage in found]

    def api_check(self, text: str) -> list[dict[str, Any]]:
        """Each sentence of a text with its verdict and sources."""
        self._check_length(text)
        found = self._service.check(text, lambda: False, lambda ahead: None)
        return [checked_json(one) for one in found if one is not None]

    def _check_length(self, text: str) -> None:
        if len(text) > self._settings.max_check_chars:
            raise UsageError(
                f"The text has {len(text):,} characters; the limit is {self._settings.max_check_chars:,}.",
                "Check it in parts.",
            )
        if not any(character.isalnum() for character in text):
            raise UsageError("The text is empty.", "Paste one.")


def _now(turns: str, conversation: str | None, notice: str = "") -> str:
    note = f'<p class="problem" role="alert">{escape(notice)}</p>' if notice else ""
    return f'<div id="current" data-conversation="{escape(conversation or "")}">{turns}{note}</div>'
