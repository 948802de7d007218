"""A real Ollama server with the default model made from the embedded model's file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from conftest import ROOT, SEEDS
from kzchat.assistant import Assistant, ClaimReady
from kzchat.cases import load_cases
from kzchat.embedded_model import EmbeddedModel
from kzchat.errors import ModelError, ModelMissing, OllamaUnreachable, PullError
from kzchat.evaluation import run, scored
from kzchat.llm import Message
from kzchat.metrics import BY_KEY, value_of
from kzchat.ollama_model import OllamaModel
from kzchat.prompts import load_prompts
from kzchat.pull import releases
from kzchat.settings import Settings
from ollama_server import OllamaServer

pytestmark = pytest.mark.ollama


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OllamaServer]:
    running = OllamaServer(tmp_path_factory.mktemp("ollama"))
    try:
        settings = Settings(ollama_host=running.url)
        if not settings.gguf_path.exists():
            pytest.fail(f"{settings.gguf_path} is missing: run `make model`")
        with closing(OllamaModel(settings)) as model:
            with pytest.raises(ModelMissing, match=settings.model):
                model.check()
            assert list(model.create_from(settings.gguf_path))[-1] == "success"
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def assistant(server: OllamaServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(corpus=SEEDS, home=tmp_path_factory.mktemp("home"), ollama_host=server.url, backend="ollama")
    with closing(Assistant.open(settings)) as opened:
        yield opened


def test_a_cited_answer_streams(assistant: Assistant) -> None:
    stream = assistant.ask("When did Kazakhstan join the Abraham Accords?")
    claims = [event.claim for event in stream if isinstance(event, ClaimReady)]
    answer = stream.result()
    assert answer.backend == "ollama" and claims == list(answer.sentences)
    assert answer.citations
    for citation in answer.citations:
        assert (SEEDS / citation.file).read_bytes().decode()[citation.start : citation.end] == citation.quote
    assert 100 < answer.timings.prompt_tokens < 2000
    assert answer.timings.completion_tokens > 3


def test_what_is_not_in_the_articles(assistant: Assistant) -> None:
    answer = assistant.ask("What is the boiling point of mercury?").result()
    assert answer.status == "abstained" and answer.message.startswith("The articles do not say")


def test_questions_of_the_gold_set(assistant: Assistant) -> None:
    """A floor under the whole path, half of the rate that `kzchat eval` measured: what falls below it is broken."""
    manifest = assistant.index.manifest
    articles = [manifest.article(entry.file) for entry in manifest.contents()]
    cases = load_cases(ROOT / "eval" / "gold" / "seeds.jsonl", {a.file: a.text for a in articles if a})
    some = [case for case in cases if case.kind in ("fact", "out_of_scope")]
    asked = run(
        some, lambda case: assistant.ask(case.question, case.language, case.history).result(), lambda result: None
    )
    found = scored(asked, {})
    assert len(found) >= 5 and value_of(BY_KEY["errors"], found) == 0
    assert (value_of(BY_KEY["correct"], found) or 0) >= 0.3
    assert value_of(BY_KEY["correct_abstention"], found) == 1.0


def test_both_backends_read_the_same_off_the_head(server: OllamaServer) -> None:
    settings, prompts = Settings(ollama_host=server.url), load_prompts()
    with closing(OllamaModel(settings)) as served, closing(EmbeddedModel(settings)) as embedded:
        assert served.digest == embedded.digest == releases()["default"].final
        odds = []
        for question in ("When did the port of Safi open?", "Who owns the port of Safi?"):
            text = prompts.fill_question("[1] The port of Safi opened in 1930.", question, prompts.gate)
            asked = [Message("system", prompts.system), Message("user", text)]
            odds.append(served.log_odds(asked, "answered")[0])
            assert odds[-1] == pytest.approx(embedded.log_odds(asked, "answered")[0], abs=0.3)
    assert odds[0] > odds[1] + 0.5 > -5


def test_a_prompt_that_does_not_fit_is_refused_not_truncated(server: OllamaServer) -> None:
    settings = Settings(ollama_host=server.url, context_window=1024)
    with closing(OllamaModel(settings)) as model:
        with pytest.raises(ModelError):
            list(model.stream([Message("user", "mot " * 3000)], 10))
        with pytest.raises(ModelError):
            model.log_odds([Message("user", "mot " * 3000)], "answered")


def test_a_model_that_no_library_has(server: OllamaServer) -> None:
    settings = Settings(ollama_host=server.url, model="127.0.0.1:9/none/none:1b")
    with closing(OllamaModel(settings)) as model, pytest.raises(PullError, match="none:1b"):
        list(model.pull())


def test_a_server_that_is_killed_in_mid_answer(tmp_path: Path) -> None:
    server = OllamaServer(tmp_path)
    settings = Settings(ollama_host=server.url)
    try:
        with closing(OllamaModel(settings)) as model:
            list(model.create_from(settings.gguf_path))
            with pytest.raises(ModelError) as caught:
                for number, _ in enumerate(model.stream([Message("user", "Count from 1 to 200.")], 400)):
                    if number == 3:
                        server.stop()
            assert caught.value.remedy
            with pytest.raises(OllamaUnreachable):
                model.check()
    finally:
        server.stop()


def test_the_command_with_a_real_server(server: OllamaServer, tmp_path: Path) -> None:
    environment = {**os.environ, "OLLAMA_HOST": server.url, "KZCHAT_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "kzchat", "ask", "--json", "In which month did Kazakhstan join the Abraham Accords?"],
        capture_output=True, text=True, env=environment, cwd=ROOT, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["backend"] == "ollama" and answer["model"] == "qwen2.5-coder:1.5b"
    assert "November" in answer["answer"] or "novembre" in answer["answer"]
