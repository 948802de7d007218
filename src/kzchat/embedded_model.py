"""Answers from a GGUF file inside this process: no server to install."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import xllamacpp

from kzchat.errors import ModelError, ModelMissing
from kzchat.heads import Asked
from kzchat.llm import ALTERNATIVES, Delta, Message, read_log_odds
from kzchat.pull import without_heads
from kzchat.schema import BackendName
from kzchat.settings import DEFAULT_GGUF, Settings


class EmbeddedModel:
    """A GGUF file served by llama.cpp inside this process (xllamacpp), on a loopback port with a key of its own."""

    backend: BackendName = "embedded"

    def __init__(self, settings: Settings) -> None:
        """Load the file, which takes seconds.

        Raises:
            ModelMissing: there is no such file.
            ModelError: the file is damaged or too large for the memory.
        """
        path = settings.gguf_path
        _check_gguf(path)
        self.name = path.stem
        self.digest = weights_digest(path)
        if path == settings.models_folder / DEFAULT_GGUF and self.digest in without_heads():
            raise ModelMissing(
                f"The embedded model {path} was fetched by an earlier kzchat: it lacks its gate's head.",
                "Bring it up to date, in seconds, with: kzchat pull",
            )
        self.context_window = settings.context_window
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = settings.context_window
        params.n_parallel = 1
        params.cache_ram_mib = 0
        params.cpuparams.n_threads = settings.threads
        params.cpuparams_batch.n_threads = settings.threads
        params.port = 0  # a free one
        params.ui = False
        params.warmup = False
        params.verbosity = 0
        key = secrets.token_hex(16)
        params.api_keys = [key]
        # Answers repeat their evidence word for word: guessing from it (4 words, up to 12) decodes a quarter faster.
        params.speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
        params.speculative.ngram_simple.size_n = 4
        params.speculative.ngram_simple.size_m = 12
        try:
            self._server = xllamacpp.Server(params)
        except Exception as error:  # the binding raises bare exceptions of several kinds
            raise ModelError(
                f"The model {path} could not be loaded: {error}.",
                "Delete the file and fetch it again with: kzchat pull",
            ) from error
        self._http = httpx.Client(
            base_url=self._server.listening_address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=settings.timeout_s,
            trust_env=False,
            # The server hangs up after a streamed reply, a moment after its end: a connection kept for the next request
            # would fail that request.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[Delta]:
        body = self._body(messages, max_tokens) | {"stream": True, "stream_options": {"include_usage": True}}
        with self._errors(), self._http.stream("POST", "/v1/chat/completions", json=body) as response:
            if response.status_code != 200:
                response.read()
                raise self._refused(response)
            for line in response.iter_lines():
                if not line.startswith("data: ") or line == "data: [DONE]":
                    continue
                event = json.loads(line.removeprefix("data: "))
                if "error" in event:
                    raise ModelError(f"The embedded model failed: {event['error']}.", "Ask again.")
                text = "".join(choice["delta"].get("content") or "" for choice in event.get("choices", ()))
                usage = event.get("usage") or {}
                yield Delta(text, usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0))

    def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
        body = self._body(messages, 1) | {"logprobs": True, "top_logprobs": ALTERNATIVES}
        with self._errors():
            response = self._http.post("/v1/chat/completions", json=body)
        if response.status_code != 200:
            raise self._refused(response)
        reply = response.json()
        top = reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        odds = read_log_odds({entry["token"]: entry["logprob"] for entry in top}, self.digest, asked)
        return odds, int(reply["usage"]["prompt_tokens"])

    def count_tokens(self, text: str) -> int:
        with self._errors():
            response = self._http.post("/tokenize", json={"content": text})
        return len(response.json()["tokens"])

    def close(self) -> None:
        self._http.close()
        del self._server

    def _body(self, messages: Sequence[Message], max_tokens: int) -> dict[str, Any]:
        return {
            "messages": [{"role": message.role, "content": message.content} for message in messages],
            "max_tokens": max_tokens,
            "temperature": 0.0,
            "cache_prompt": True,
        }

    def _refused(self, response: httpx.Response) -> ModelError:
        return ModelError(
            f"The embedded model refused the prompt: {response.json().get('error', {}).get('message', response.text)}.",
            "Ask a shorter question, or raise KZCHAT_CONTEXT_WINDOW.",
        )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except httpx.TimeoutException as error:
            raise ModelError(
                f"The model {self.name} took too long.", "Raise KZCHAT_TIMEOUT_S, or choose a smaller model."
            ) from error
        except httpx.HTTPError as error:
            raise ModelError(f"The embedded model stopped: {error}.", "Ask again.") from error


def weights_digest(path: Path) -> str:
    """SHA-256 of a model file. Hashing a gigabyte takes seconds, so it is noted beside the file, with its time."""
    seal, changed = path.with_name(path.name + ".verified"), str(path.stat().st_mtime_ns)
    with suppress(OSError, ValueError):
        digest, when = seal.read_text(encoding="utf-8").split()
        if when == changed:
            return digest
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with suppress(OSError):  # a folder that may not be written to costs the seconds again
        seal.write_text(f"{digest} {changed}\n", encoding="utf-8")
    return digest


def _check_gguf(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except FileNotFoundError as error:
        raise ModelMissing(
            f"The embedded model {path} is not on this machine.",
            "Fetch it (1.1 GB, once) with: kzchat pull"
            if path.name == DEFAULT_GGUF
            else "Fetch the 0.5B model (--model small) with: kzchat pull --release small; the default: kzchat pull",
        ) from error
    except OSError as error:
        raise ModelError(f"The embedded model {path} cannot be read: {error.strerror}.", "Check the file.") from error
    if magic != b"GGUF":
        raise ModelError(
            f"{path} is not a GGUF model, or it is damaged.", "Delete it and fetch it again with: kzchat pull"
        )
