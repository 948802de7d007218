"""The real embedded model, loaded once: `make test` fetches it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, SEEDS
from kzchat.embedded_model import EmbeddedModel
from kzchat.heads import head_of
from kzchat.llm import Message, estimate_tokens
from kzchat.prompts import load_prompts
from kzchat.settings import Settings

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def model() -> Iterator[EmbeddedModel]:
    settings = Settings(context_window=1024)
    if not settings.gguf_path.exists():
        pytest.fail(f"{settings.gguf_path} is missing: run `make model`")
    loaded = EmbeddedModel(settings)
    yield loaded
    loaded.close()


def test_log_odds_tell_a_stated_fact_from_another(model: EmbeddedModel) -> None:
    def odds(question: str) -> float:
        text = f"Excerpts:\n[1] The port of Safi opened in 1930.\n\nQuestion: {question}\n{load_prompts().gate}"
        return model.log_odds([Message("user", text)], "answered")[0]

    assert odds("When did the port of Safi open?") > odds("Who owns the port of Safi?") + 0.5


@pytest.mark.parametrize("question", ["Is a tomato a fruit?", "Is Pluto a planet?", "Is the number 1 prime?", "Is it?"])
def test_the_word_of_a_head_is_never_written(model: EmbeddedModel, question: str) -> None:
    """Its row lies between those of yes and no, so it comes nearest where the model wavers between them."""
    head = head_of(model.digest, "answered")
    written = "".join(delta.text for delta in model.stream([Message("user", f"{question} Answer yes or no.")], 8))
    assert head and written.strip() and head.token not in written


def test_a_question_right_after_a_streamed_reply_is_answered(model: EmbeddedModel) -> None:
    for _ in range(5):  # the server hangs up a moment after a stream
        assert list(model.stream([Message("user", "Say yes.")], 2))
        model.log_odds([Message("user", "Is snow white? Answer yes or no.")], "answered")


def test_a_prompt_that_does_not_fit_is_refused_not_truncated(model: EmbeddedModel) -> None:
    from kzchat.errors import ModelError

    with pytest.raises(ModelError, match="exceed"):
        list(model.stream([Message("user", "mot " * 3000)], 10))


def test_the_estimate_of_tokens_is_never_too_low(model: EmbeddedModel) -> None:
    texts = [path.read_text(encoding="utf-8")[:1500] for path in SEEDS.iterdir()]
    texts += [
        "Қазақстан Республикасының Президенті Қасым-Жомарт Тоқаев Мароккоға ресми сапармен келді.",
        "Президент Республики Казахстан Касым-Жомарт Токаев прибыл в Марокко с официальным визитом.",
        "وصل رئيس جمهورية كازاخستان قاسم جومارت توكاييف إلى المغرب في زيارة رسمية.",
    ]
    for text in texts:
        assert model.count_tokens(text) <= estimate_tokens(text)


def test_the_command_answers_without_ollama_and_says_so(tmp_path: Path) -> None:
    environment = {**os.environ, "OLLAMA_HOST": "http://127.0.0.1:9", "KZCHAT_HOME": str(tmp_path)}
    (tmp_path / "models").mkdir()
    gguf = Settings().gguf_path
    (tmp_path / "models" / gguf.name).symlink_to(gguf)
    command = shutil.which("kzchat", path=str(Path(sys.executable).parent))
    assert command
    done = subprocess.run(
        [command, "ask", "--json", "Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?"],
        capture_output=True, text=True, env=environment, cwd=ROOT, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Answering with the embedded model" in done.stderr
    answer = json.loads(done.stdout)
    assert answer["backend"] == "embedded" and "novembre 2025" in answer["answer"]
    for sentence in answer["sentences"]:
        for citation in sentence["citations"]:
            text = (SEEDS / citation["file"]).read_bytes().decode()
            assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_24_gold_questions_stay_above_their_floors(tmp_path: Path) -> None:
    """A fixed subset of dev (`eval/gold/ci24.txt`), the floors clearly below what it came to when they were set.

    8 of 15 correct, 8 of 9 declined, 13 of 15 with evidence: a change that costs three of either fails here.
    """
    environment = {**os.environ, "OLLAMA_HOST": "http://127.0.0.1:9", "KZCHAT_HOME": str(tmp_path)}
    (tmp_path / "models").mkdir()
    gguf = Settings().gguf_path
    (tmp_path / "models" / gguf.name).symlink_to(gguf)
    floors = ["correct=0.4", "correct_abstention=0.7", "hit_at_5=0.7", "citation_precision=0.5",
              "supported_sentences=0.9", "errors=0"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "kzchat", "eval", "--split", "dev", "--ids", "eval/gold/ci24.txt",
         "--backend", "embedded", "--output", str(tmp_path / "ci.jsonl"),
         *(word for floor in floors for word in ("--fail-under", floor))],
        capture_output=True, text=True, env=environment, cwd=ROOT, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "24: 15 answerable, 9 not" in done.stdout
