"""kzchat against plain LlamaIndex on one Ollama server: prompt tokens, time to the first word, time in all.

The peer is `CitationQueryEngine` (similarity_top_k=3, citation_chunk_size=512) with the same articles, embedder,
model and server. The two take turns on each question, so that a drift of the machine meets both. Run: make bench
"""

import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core import Settings as LlamaIndexSettings
from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.response.schema import StreamingResponse
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.llms.ollama import Ollama

from kzchat.assistant import Assistant
from kzchat.cases import load_cases
from kzchat.embedding import default_embedder
from kzchat.heads import Asked
from kzchat.llm import Delta, Message
from kzchat.ollama_model import OllamaModel
from kzchat.settings import Settings
from ollama_server import ROOT, serve_default_model

QUESTIONS = 5
WINDOW = 4096  # for both: the server loads the model anew when it changes
TOP_K, CHUNK_SIZE = 3, 512  # of CitationQueryEngine


class E5(BaseEmbedding):
    """kzchat's embedding model, as published, as a LlamaIndex one."""

    def _get_query_embedding(self, query: str) -> list[float]:
        return [float(value) for value in default_embedder().query(query)]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(value) for value in default_embedder().passages([text])[0]]


@dataclass(frozen=True)
class Run:
    """One question to one system, in seconds and tokens."""

    prompt_tokens: int
    first_token: float
    total: float


class CountingModel(OllamaModel):
    """kzchat's model that remembers its longest prompt since it was last asked."""

    longest = 0

    def log_odds(self, messages: Sequence[Message], asked: Asked) -> tuple[float, int]:
        odds, tokens = super().log_odds(messages, asked)
        self.longest = max(self.longest, tokens)
        return odds, tokens

    def stream(self, messages: Sequence[Message], max_tokens: int) -> Iterator[Delta]:
        for delta in super().stream(messages, max_tokens):
            self.longest = max(self.longest, delta.prompt_tokens)
            yield delta


def ask_kzchat(assistant: Assistant, model: CountingModel, question: str) -> Run:
    """The longest prompt; times from the question on, the gate included, an abstention's first word being its last."""
    model.longest = 0
    timings = assistant.ask(question).result().timings
    first = timings.first_token_ms if timings.first_token_ms is not None else timings.total_ms
    return Run(model.longest, first / 1000, timings.total_ms / 1000)


def ask_llama_index(engine: CitationQueryEngine, llm: "CountingOllama", question: str) -> Run:
    start = time.perf_counter()
    first: float | None = None
    response = engine.query(question)
    assert isinstance(response, StreamingResponse) and isinstance(response.response_gen, Iterator)
    for _ in response.response_gen:
        first = first or time.perf_counter() - start
    total = time.perf_counter() - start
    return Run(llm.last_prompt_tokens, first or total, total)


class CountingOllama(Ollama):
    """Ollama that remembers how long its last prompt and reply were."""

    last_prompt_tokens: int = 0
    last_completion_tokens: int = 0

    def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
        for chunk in super().stream_chat(messages, **kwargs):
            if isinstance(chunk.raw, dict):
                self.last_prompt_tokens = int(chunk.raw.get("prompt_eval_count") or self.last_prompt_tokens)
                self.last_completion_tokens = int(chunk.raw.get("eval_count") or self.last_completion_tokens)
            yield chunk


def plain_llama_index(settings: Settings, timeout_s: float) -> tuple[CitationQueryEngine, CountingOllama]:
    """LlamaIndex as it is shipped, over the same articles, with the same model, embedder and server."""
    llm = CountingOllama(
        model=settings.model, base_url=settings.ollama_host, context_window=WINDOW, request_timeout=timeout_s,
        temperature=0.0, additional_kwargs={"num_predict": settings.max_answer_tokens},
    )  # fmt: skip
    LlamaIndexSettings.llm = llm
    LlamaIndexSettings.embed_model = E5()
    index = VectorStoreIndex.from_documents(SimpleDirectoryReader(str(settings.corpus)).load_data())
    engine = CitationQueryEngine.from_args(
        index, similarity_top_k=TOP_K, citation_chunk_size=CHUNK_SIZE, streaming=True
    )
    return engine, llm


def main() -> None:
    with serve_default_model() as (settings, _):
        compare(settings)


def compare(settings: Settings) -> None:
    settings = settings.model_copy(update={"context_window": WINDOW})
    model = CountingModel(settings)
    assistant = Assistant(settings, Assistant.open(settings).index, default_embedder(), lambda: (model, None))
    engine, llm = plain_llama_index(settings, 600)

    cases = load_cases(ROOT / "eval" / "gold" / "seeds.jsonl", None)
    questions = [case.question for case in cases if case.answerable][:: max(1, 20 // QUESTIONS)][:QUESTIONS]
    assistant.ask(questions[0]).result()  # loads the model
    print(f"{'kzchat':>26}{'CitationQueryEngine':>28}   ratio of first tokens")
    rows: list[tuple[Run, Run]] = []
    for question in questions:
        pair = ask_kzchat(assistant, model, question), ask_llama_index(engine, llm, question)
        rows.append(pair)
        cells = "".join(f"{r.prompt_tokens:8} tok {r.first_token:5.1f} s {r.total:5.1f} s " for r in pair)
        print(f"{cells} {pair[0].first_token / pair[1].first_token:.2f}  {question}", flush=True)
    ratio = statistics.median(ours.first_token / theirs.first_token for ours, theirs in rows)
    tokens = [max(run.prompt_tokens for run in side) for side in zip(*rows, strict=True)]
    print(f"median ratio of times to the first token: {ratio:.2f}; largest prompts: {tokens[0]} and {tokens[1]} tokens")


if __name__ == "__main__":
    main()
