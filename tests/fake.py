"""A model that is fed its replies, and an assistant over a real index in a temporary folder."""

import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kzchat.assistant import Assistant
from kzchat.changes import find_changes
from kzchat.embedding import default_embedder
from kzchat.heads import Asked
from kzchat.index import Index, open_index
from kzchat.ingestion import update
from kzchat.llm import ChatModel, Delta, Message
from kzchat.schema import BackendName
from kzchat.settings import Settings

CALIBRATED = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"  # the default model's weights


class FakeModel:
    """Answers from queues and records what it was sent."""

    def __init__(self, replies: Sequence[str] = (), odds: Sequence[float] = (), pause: float = 0.0) -> None:
        self.name = "fake"
        self.backend: BackendName = "embedded"
        self.context_window = 4096
        self.digest = CALIBRATED
        self.replies = list(replies)
        self.odds = list(odds)
        self.entails: list[float] = []  # odds that a source supports a claim; once used up, every claim is supported
        self._first: dict[str, str] = {}
        self.checked: list[str] = []  # the prompts of those questions
        self.pause = pause  # seconds before each word, and before each odds
        self.prompts: list[list[Message]] = []
        self.cut_off = 0  # streams that were closed before their end
        self.closed = False

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[Delta]:
        assert self.replies, "the fake model was asked for a reply that it was not given"
        self.prompts.append(list(messages))
        words = self.replies.pop(0).split(" ")
        done = False
        try:
            for number, word in enumerate(words):
                time.sleep(self.pause)
                yield Delta(word if number == 0 else f" {word}")
            done = True
            yield Delta("", self._prompt_tokens(messages), len(words))
        finally:
            self.cut_off += not done

    def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
        assert asked == ("supported" if messages[-1].content.startswith("Source:") else "answered")
        if asked == "supported":
            text = messages[-1].content
            words = " ".join(sorted(re.findall(r"\w+", text)))
            exchanged = self._first.setdefault(words, text) != text  # the same words in another order
            self.checked.append(text)
            if exchanged:
                return -9.0, self._prompt_tokens(messages)
            return (self.entails.pop(0) if self.entails else 9.0), self._prompt_tokens(messages)
        assert self.odds, "the fake model was asked for odds that it was not given"
        self.prompts.append(list(messages))
        time.sleep(self.pause)
        return self.odds.pop(0), self._prompt_tokens(messages)

    def count_tokens(self, text: str) -> int:
        return len(text) // 3

    def close(self) -> None:
        self.closed = True

    def _prompt_tokens(self, messages: Sequence[Message]) -> int:
        return sum(self.count_tokens(message.content) for message in messages)


def assistant_over(seeds: tuple[Settings, Index], model: ChatModel) -> Assistant:
    """An assistant over an index that is only read."""
    settings, index = seeds
    return Assistant(settings, index, default_embedder(), lambda: (model, None))


def open_assistant(corpus: Path, home: Path, model: ChatModel) -> Assistant:
    """An assistant over the articles of `corpus`, with a real embedder, Chroma and full-text index in `home`."""
    settings = Settings(corpus=corpus, home=home)
    embedder = default_embedder()
    index = open_index(settings, embedder.name, embedder.dimension)
    update(settings, index, embedder, find_changes(settings, index.manifest))
    return Assistant(settings, index, embedder, lambda: (model, None))
