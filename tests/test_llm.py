import json
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kzchat.embedded_model import EmbeddedModel
from kzchat.errors import ModelError, ModelMissing, OllamaUnreachable
from kzchat.llm import Message, estimate_tokens, open_model, yes_no_log_odds
from kzchat.ollama_model import OllamaModel
from kzchat.pull import releases
from kzchat.settings import Settings


def test_log_odds_sum_the_spellings() -> None:
    odds = yes_no_log_odds({"Yes": math.log(0.4), " yes": math.log(0.2), "No": math.log(0.3), "The": math.log(0.1)})
    assert odds == pytest.approx(math.log(0.6 / 0.3), abs=1e-4)
    assert yes_no_log_odds({"The": 0.0}) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "L’adhésion du Kazakhstan aux Accords d’Abraham en novembre 2025",  # 24 tokens with the default model
        "Қазақстан Авраам келісімдеріне 2025 жылы қосылды",
    ],
)
def test_the_estimate_of_tokens_is_a_bound(text: str) -> None:
    assert estimate_tokens(text) >= len(text) / 2.8


class Stub(BaseHTTPRequestHandler):
    """An Ollama server whose next reply a test sets, and which remembers what it was asked."""

    status = 200
    reply: ClassVar[list[dict[str, Any]]] = []
    asked: ClassVar[list[dict[str, Any]]] = []
    dies_midway = False

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Stub.asked.append({"path": self.path, **body})
        self.send_response(Stub.status)
        self.send_header("Content-Type", "application/x-ndjson")
        if Stub.dies_midway:
            self.send_header("Content-Length", "100000")
        self.end_headers()
        for line in Stub.reply:
            self.wfile.write(json.dumps(line).encode() + b"\n")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def stub() -> Iterator[str]:
    Stub.status, Stub.reply, Stub.asked, Stub.dies_midway = 200, [], [], False
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


MESSAGES = [Message("system", "s"), Message("user", "u")]


def test_nothing_is_truncated_and_the_window_is_set(stub: str) -> None:
    Stub.reply = [
        {"message": {"role": "assistant", "content": "Bon"}, "done": False},
        {"message": {"role": "assistant", "content": "jour."}, "done": True, "prompt_eval_count": 7, "eval_count": 2},
    ]
    model = OllamaModel(Settings(ollama_host=stub, context_window=1536))
    deltas = list(model.stream(MESSAGES, 50))
    assert "".join(delta.text for delta in deltas) == "Bonjour."
    assert (deltas[-1].prompt_tokens, deltas[-1].completion_tokens) == (7, 2)
    (asked,) = Stub.asked
    assert asked["truncate"] is False and asked["shift"] is False and asked["think"] is False
    assert asked["options"]["num_ctx"] == 1536 and asked["options"]["num_predict"] == 50
    assert asked["options"]["temperature"] == 0.0
    model.close()


@pytest.mark.parametrize("digest", [releases()["default"].sha256, releases()["default"].final])
def test_a_model_without_its_head_says_where_to_get_it(stub: str, digest: str) -> None:
    Stub.reply = [{"modelfile": f"FROM /models/blobs/sha256-{digest}\n", "model_info": {}}]
    model, notice = open_model(Settings(ollama_host=stub, backend="ollama"))
    assert model.digest == digest
    if digest == releases()["default"].final:
        assert notice is None
    else:
        assert notice and "--from-gguf" in notice and f"kzchat pull {model.name}" in notice


def test_a_missing_model_names_the_command_that_fetches_it(stub: str) -> None:
    Stub.status, Stub.reply = 404, [{"error": "model 'x' not found"}]
    with pytest.raises(ModelMissing) as caught:
        OllamaModel(Settings(ollama_host=stub, model="x:1b")).check()
    assert "kzchat pull x:1b" in caught.value.remedy


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        ("model requires more system memory (9.0 GiB) than is available", "smaller model"),
        ("the prompt exceeds the context length", "shorter question"),
        ("llama-server process has terminated", "ollama serve"),
    ],
)
def test_a_server_error_says_what_to_do(stub: str, error: str, remedy: str) -> None:
    Stub.status, Stub.reply = 500, [{"error": error}]
    with pytest.raises(ModelError) as caught:
        OllamaModel(Settings(ollama_host=stub)).log_odds(MESSAGES, "answered")
    assert error in caught.value.message and remedy in caught.value.remedy


def test_a_server_that_dies_in_mid_answer(stub: str) -> None:
    Stub.reply, Stub.dies_midway = [{"message": {"role": "assistant", "content": "Le "}, "done": False}], True
    with pytest.raises(ModelError, match="stopped while it was answering"):
        list(OllamaModel(Settings(ollama_host=stub)).stream(MESSAGES, 50))


def test_no_server() -> None:
    settings = Settings(ollama_host="http://127.0.0.1:9", backend="ollama")
    with pytest.raises(OllamaUnreachable) as caught:
        open_model(settings)
    assert "127.0.0.1:9" in caught.value.message and "ollama serve" in caught.value.remedy


def test_auto_without_server_and_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        open_model(Settings(ollama_host="http://127.0.0.1:9", home=tmp_path))
    assert caught.value.remedy.endswith("kzchat pull")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"<html>not a model</html>")
    with pytest.raises(ModelError, match=r"model\.gguf"):
        EmbeddedModel(Settings(gguf=file))


@pytest.mark.parametrize(
    ("options", "file"),
    [
        ({}, "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
        ({"backend": "embedded"}, "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
        ({"backend": "embedded", "model": "small"}, "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
        ({"backend": "embedded", "model": "qwen2.5-coder:0.5b"}, "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),
        ({"backend": "embedded", "model": "mine"}, "mine.gguf"),
        ({"backend": "embedded", "model": "mine.gguf"}, "mine.gguf"),
        ({"model": "llama3:8b"}, "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),  # Ollama's; else the default stands in
    ],
)
def test_the_embedded_model_is_chosen_by_name(tmp_path: Path, options: dict[str, Any], file: str) -> None:
    assert Settings(home=tmp_path, **options).gguf_path == tmp_path / "models" / file
    assert Settings(home=tmp_path, gguf=tmp_path / "x.gguf", **options).gguf_path == tmp_path / "x.gguf"


def test_the_names_are_those_of_the_releases() -> None:
    files = {release.file for release in releases().values()}
    assert {Settings(backend="embedded", model=name).gguf_path.name for name in ("default", "small")} == files


def test_an_embedded_model_that_is_missing_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing) as caught:
        open_model(Settings(home=tmp_path, backend="embedded", model="small"))
    assert "kzchat pull --release small" in caught.value.remedy
