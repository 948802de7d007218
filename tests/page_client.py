"""The page's own traffic without a browser: one reader's cookie, questions through Gradio's queue, events as they come.

Also used by eval/bench/page.py.
"""

import json
import re
import socket
from collections.abc import Iterator
from secrets import token_hex
from time import perf_counter
from typing import Any

import httpx


class PageClient:
    """One reader."""

    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=120, headers={"accept-language": "en"})
        self.http.get("/").raise_for_status()
        self.session = token_hex(8)
        self.conversation = ""
        url = self.http.base_url
        self._open = socket.create_connection(
            (url.host, url.port or 80)
        )  # as a tab does, by which Gradio sees it closed
        beat = f"GET /gradio_api/heartbeat/{self.session} HTTP/1.1\r\nHost: {url.host}:{url.port}\r\n\r\n"
        self._open.sendall(beat.encode())
        config = self.http.get("/config").json()
        ids = {one["props"].get("elem_id"): one["id"] for one in config["components"] if "props" in one}
        self._ask = next(
            one["id"] for one in config["dependencies"] if [ids["ask"], "click"] in map(list, one["targets"])
        )

    def __enter__(self) -> "PageClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()
        self.http.close()

    def ask(self, question: str) -> Iterator[tuple[float, str]]:
        """Ask in this session's conversation; yields seconds since the question and the HTML of the turn."""
        start = perf_counter()
        joined = self.http.post(
            "/gradio_api/queue/join",
            json={
                "data": [question, self.conversation],
                "fn_index": self._ask,
                "session_hash": self.session,
                "event_data": None,
            },
        )
        joined.raise_for_status()
        event = joined.json()["event_id"]
        values: list[Any] = []
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message.get("event_id") != event:
                    continue
                if message["msg"] == "process_generating":
                    data = message["output"]["data"]
                    values = _patched(values, data)
                    self.conversation = values[3] if isinstance(values[3], str) else self.conversation
                    now = values[1]
                    if isinstance(now, str):
                        yield perf_counter() - start, now
                elif message["msg"] == "process_completed":
                    assert message["success"], message
                    return

    def answer(self, question: str) -> str:
        """The HTML of the finished turn."""
        return [html for _, html in self.ask(question)][-1]


def _patched(values: list[Any], data: list[Any]) -> list[Any]:
    """Gradio sends the first outputs whole, then lists of changes: [action, path, value]."""
    if not values:
        return data
    patched = list(values)
    for place, change in enumerate(data):
        if isinstance(change, list) and all(isinstance(one, list) and len(one) == 3 for one in change):
            for action, path, value in change:
                assert not path, change
                patched[place] = patched[place] + value if action == "append" else value
        else:
            patched[place] = change
    return patched


def text_of(html: str) -> str:
    """Without its tags."""
    return re.sub(r"<[^>]+>", "", html)
