"""Answers from a local Ollama server, and models fetched into it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

import httpx
import ollama

from kzchat.errors import ModelError, ModelMissing, OllamaUnreachable, PullError
from kzchat.heads import Asked
from kzchat.llm import ALTERNATIVES, Delta, Message, estimate_tokens, read_log_odds
from kzchat.schema import BackendName
from kzchat.settings import Settings

if TYPE_CHECKING:
    from llama_index.llms.ollama import Ollama


_CHATML = """{{- range .Messages }}<|im_start|>{{ .Role }}
{{ .Content }}<|im_end|>
{{ end }}<|im_start|>assistant
"""


class OllamaModel:
    """A model of a local Ollama server, through LlamaIndex's Ollama class."""

    backend: BackendName = "ollama"

    def __init__(self, settings: Settings) -> None:
        self.name = settings.model
        self.context_window = settings.context_window
        self._settings = settings
        self._client = _untruncated_client(settings)
        self._llm: Ollama | None = None
        self._llm_lock = Lock()
        self._digest: str | None = None
        self.host = str(self._client._client.base_url).rstrip("/")

    @property
    def digest(self) -> str:
        if self._digest is None:
            self.check()
        return self._digest or ""

    def check(self) -> None:
        """Make sure that the server answers and has the model.

        Raises:
            OllamaUnreachable: no server, with how to start one.
            ModelMissing: with how to fetch it.
        """
        with self._errors():
            shown = self._client.show(self.name)
        weights = re.search(r"^FROM .*sha256-([0-9a-f]{64})", shown.modelfile or "", re.MULTILINE)
        self._digest = weights.group(1) if weights else ""

    def installed(self) -> list[str]:
        """The names of the models that the server has.

        Raises:
            OllamaUnreachable: no server, with how to start one.
        """
        with self._errors():
            return sorted(model.model for model in self._client.list().models if model.model)

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[Delta]:
        from llama_index.core.llms import ChatMessage

        llm = self.llama_index()
        llm.additional_kwargs = {**llm.additional_kwargs, "num_predict": max_tokens}
        turns = [ChatMessage(role=message.role, content=message.content) for message in messages]
        with self._errors():
            for chunk in llm.stream_chat(turns):
                raw: Mapping[str, Any] = chunk.raw if isinstance(chunk.raw, Mapping) else {}
                yield Delta(chunk.delta or "", raw.get("prompt_eval_count") or 0, raw.get("eval_count") or 0)

    def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
        # LlamaIndex's class does not hand log-probabilities on, so this asks the client that it uses. While the server
        # reads the prompt there is time for LlamaIndex's import, which takes seconds.
        if self._llm is None:
            Thread(target=self.llama_index, daemon=True).start()
        with self._errors():
            reply = self._client.chat(
                model=self.name,
                messages=[{"role": message.role, "content": message.content} for message in messages],
                options={"num_ctx": self.context_window, "num_predict": 1, "temperature": 0.0},
                logprobs=True,
                top_logprobs=ALTERNATIVES,
                think=False,
            )
        if not reply.logprobs:
            raise ModelError(
                f"The Ollama server at {self.host} gives no log-probabilities.", "Update Ollama to 0.12.11 or later."
            )
        top = reply.logprobs[0].top_logprobs or ()
        alternatives = {entry.token: entry.logprob for entry in top}
        return read_log_odds(alternatives, self.digest, asked), reply.prompt_eval_count or 0

    def count_tokens(self, text: str) -> int:
        return estimate_tokens(text)

    def close(self) -> None:
        with self._llm_lock:  # an import in the background would break the end of the process
            self._client._client.close()

    def pull(self) -> Iterator[tuple[str, int, int]]:
        """Have the server fetch the model from its own library.

        Yields:
            What it is doing, bytes done, bytes in all (0 where that is not known).

        Raises:
            OllamaUnreachable: no server answers.
            PullError: the library does not have it, or cannot be reached.
        """
        try:
            with self._errors():
                for status in self._client.pull(self.name, stream=True):
                    yield status.status or "", status.completed or 0, status.total or 0
        except OllamaUnreachable:
            raise
        except ModelError as error:
            cause = error.__cause__
            detail = cause.error if isinstance(cause, ollama.ResponseError) else error.message
            raise PullError(
                f"The Ollama server at {self.host} could not fetch {self.name}: {detail}.",
                "Check the name and the network, or make it from a file: kzchat pull NAME --from-gguf FILE",
            ) from error

    def create_from(self, gguf: Path) -> Iterator[str]:
        """Make the model on the server from a GGUF file that speaks ChatML.

        Ollama does not recognise the chat template inside such a file: without an explicit one the model rambles to
        the end of its window.

        Yields:
            What the server is doing.
        """
        with self._errors():
            yield f"sending {gguf.name} to the server"
            digest = self._client.create_blob(gguf)
            for status in self._client.create(
                self.name,
                files={gguf.name: digest},
                template=_CHATML,
                parameters={"stop": ["<|im_end|>"], "num_predict": self._settings.max_answer_tokens},
                stream=True,
            ):
                yield status.status or ""

    def llama_index(self) -> "Ollama":
        """The LlamaIndex model, made once."""
        with self._llm_lock:
            if self._llm is None:
                from llama_index.llms.ollama import Ollama

                self._llm = Ollama(
                    model=self.name,
                    base_url=self.host,
                    temperature=0.0,
                    context_window=self.context_window,
                    request_timeout=self._settings.timeout_s,
                    thinking=False,
                    client=self._client,
                )
            return self._llm

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn the client's failures into errors that say what to do."""
        start = OllamaUnreachable(
            f"Ollama does not answer at {self.host}.",
            "Start it with: ollama serve (or answer without it: --backend embedded)",
        )
        try:
            yield
        except (ConnectionError, httpx.ConnectError) as error:
            raise start from error
        except httpx.TimeoutException as error:
            raise ModelError(
                f"The model {self.name} did not answer within {self._settings.timeout_s:.0f} s.",
                "Raise KZCHAT_TIMEOUT_S, or choose a smaller model with --model.",
            ) from error
        except ollama.ResponseError as error:
            if error.status_code == 404:
                raise ModelMissing(
                    f"The Ollama server at {self.host} has no model {self.name}.",
                    f"Fetch it with: kzchat pull {self.name}",
                ) from error
            raise ModelError(
                f"Ollama could not answer with {self.name}: {error.error}.", _remedy(error.error)
            ) from error
        except httpx.HTTPError as error:
            raise ModelError(
                f"The Ollama server at {self.host} stopped while it was answering.",
                "Look at its log, start it again with: ollama serve, and ask again.",
            ) from error


def _remedy(message: str) -> str:
    if "memory" in message:
        return "Close other programs, or choose a smaller model with --model."
    if "context" in message or "exceeds" in message:
        return "Ask a shorter question, or raise KZCHAT_CONTEXT_WINDOW."
    return "Look at the server's log, start it again with: ollama serve, and ask again."


def _untruncated_client(settings: Settings) -> Any:
    """A client whose chats the server may neither truncate nor shift: `truncate` and `shift` are in the HTTP API
    but not in the client's signature, and by default the front of a prompt that is too long is silently dropped."""

    class Client(ollama.Client):
        def _request(self, cls: Any, *args: Any, **kwargs: Any) -> Any:
            if args[:2] == ("POST", "/api/chat"):
                kwargs["json"] = {**kwargs["json"], "truncate": False, "shift": False}
            return super()._request(cls, *args, **kwargs)

    return Client(host=settings.ollama_host, timeout=settings.timeout_s)
