import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from conftest import ROOT, SEEDS
from kzchat.cli import run

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("KZCHAT_", "OLLAMA_"))}


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


class Command(Protocol):
    def __call__(self, *arguments: str, home: Path, stdin: str = "") -> Done: ...


@pytest.fixture
def kzchat(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """The command as a person runs it at the top of the repository, with no Ollama and no model on the machine."""

    def run_command(*arguments: str, home: Path, stdin: str = "") -> Done:
        monkeypatch.chdir(ROOT)
        monkeypatch.setenv("KZCHAT_HOME", str(home))
        monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capfd.readouterr()
        code = run(list(arguments))
        return Done(code, *capfd.readouterr())

    return run_command


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the seeds indexed once, by the command in a process of its own."""
    folder = tmp_path_factory.mktemp("home")
    made = subprocess.run(
        [sys.executable, "-m", "kzchat", "index"],
        capture_output=True, text=True, env={**ENVIRONMENT, "KZCHAT_HOME": str(folder)}, cwd=ROOT, check=True,
    )  # fmt: skip
    assert "Indexing: 5 new" in made.stderr and "\x1b" not in made.stdout
    return folder


def test_the_bare_command_prints_its_help(home: Path, kzchat: Command) -> None:
    bare = kzchat(home=home)
    assert (bare.returncode, bare.stderr) == (0, "") and "Usage:" in bare.stdout and "ask" in bare.stdout


def test_index_lists_the_articles(home: Path, kzchat: Command) -> None:
    again = kzchat("index", home=home)
    assert again.stderr == ""
    assert "5 articles" in again.stdout and "2026-01-29" in again.stdout


def test_search_in_plain_text_and_json(home: Path, kzchat: Command) -> None:
    plain = kzchat("search", "Accords d’Abraham", home=home)
    assert plain.returncode == 0 and "\x1b" not in plain.stdout
    assert "003_4c218587ac7dc6e1.txt#" in plain.stdout
    found = json.loads(kzchat("search", "--json", "--limit", "3", "Accords", "d’Abraham", home=home).stdout)
    assert len(found) == 3
    for passage in found:
        text = (SEEDS / passage["file"]).read_bytes().decode()
        assert text[passage["start"] : passage["end"]] == passage["text"]


def test_show_marks_the_span_that_search_names(home: Path, kzchat: Command) -> None:
    passage = json.loads(kzchat("search", "--json", "Interpol", home=home).stdout)[0]
    shown = kzchat("show", f"{passage['file']}#{passage['start']}-{passage['end']}", home=home)
    assert f">>>{passage['text']}<<<" in shown.stdout
    whole = kzchat("show", passage["file"], home=home)
    assert whole.stdout == (SEEDS / passage["file"]).read_bytes().decode() + "\n"


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "message"),
    [
        (["ask", ""], "", 2, "The question is empty"),
        (["ask", "-"], "  \n", 2, "The question is empty"),
        (["ask", "?!"], "", 2, "The question is empty"),
        (["ask", "-"], "x" * 1_000_000, 2, "the limit is 2,000"),
        (["ask", "--lang", "xx", "Qui ?"], "", 2, "Use one of: fr, en, ru, kk, ar"),
        (["ask"], "", 2, "Missing parameter"),
        (["frobnicate"], "", 2, "No such command"),
        (["ask", "--backend", "cloud", "Qui ?"], "", 2, "backend"),
        (["ask", "Qui a reçu l'ambassadrice ?"], "", 1, "kzchat pull"),
        (["ask", "--backend", "ollama", "Qui a reçu l'ambassadrice ?"], "", 1, "ollama serve"),
        (["search", "Qui ?", "--corpus", "/nowhere"], "", 1, "--corpus"),
        (["show", "none.txt"], "", 2, "No article none.txt"),
        (["show", "004_4c9b9a2b4256dbf4.txt#0-999999"], "", 2, "is not inside it"),
        (["show", "004_4c9b9a2b4256dbf4.txt#abc"], "", 2, "FILE#START-END"),
        (["eval", "--cases", "nothing.jsonl"], "", 1, "nothing.jsonl"),
        (["pull", "x", "--from-gguf", "/no.gguf"], "", 2, "/no.gguf"),
        (["pull", "--release", "huge"], "", 2, "default, small"),
    ],
)
def test_bad_input_gets_one_line_with_a_remedy(
    home: Path, kzchat: Command, arguments: list[str], stdin: str, code: int, message: str
) -> None:
    done = kzchat(*arguments, home=home, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_empty_folder_keeps_what_is_indexed(home: Path, kzchat: Command, tmp_path: Path) -> None:
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "a.txt").write_text("Le blé du Kazakhstan arrive au Maroc.", encoding="utf-8")
    assert kzchat("index", str(corpus), home=home).returncode == 0
    (corpus / "a.txt").unlink()
    emptied = kzchat("index", str(corpus), home=home)
    assert emptied.returncode == 1 and "holds no" in emptied.stderr
    (corpus / "a.txt").write_text("Le blé du Kazakhstan arrive au Maroc.", encoding="utf-8")
    assert kzchat("index", str(corpus), home=home).stderr == ""


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_writable(kzchat: Command, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    refused = kzchat("index", home=tmp_path / "home")
    assert refused.returncode == 1 and "KZCHAT_HOME" in refused.stderr


def test_a_home_that_is_a_file(kzchat: Command, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("in the way")
    refused = kzchat("index", home=tmp_path / "home")
    assert refused.returncode == 1 and "KZCHAT_HOME" in refused.stderr


def test_a_wrong_setting_is_named(home: Path, kzchat: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kzchat.toml").write_text("context_window = 12\n")
    monkeypatch.setenv("KZCHAT_CONFIG", str(tmp_path / "kzchat.toml"))
    refused = kzchat("search", "x", home=home)
    assert refused.returncode == 2 and "context_window" in refused.stderr
    (tmp_path / "kzchat.toml").write_text("this is not toml")
    refused = kzchat("search", "x", home=home)
    assert refused.returncode == 2 and "not valid TOML" in refused.stderr


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    code = "import sys, kzchat.cli; print([m for m in ('chromadb','llama_index','gradio','numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    listed = subprocess.run([sys.executable, "-m", "kzchat", "--help"], capture_output=True, text=True, check=True)
    for command in ("ask", "chat", "index", "search", "show", "pull", "serve", "eval"):
        assert f"\n  {command} " in listed.stdout


def test_ctrl_c_while_indexing_says_so_and_loses_nothing(kzchat: Command, tmp_path: Path) -> None:
    corpus = tmp_path / "articles"
    corpus.mkdir()
    for number in range(20):
        (corpus / f"{number}.txt").write_text(f"Phrase {number}. " * 20, encoding="utf-8")
    environment = {**ENVIRONMENT, "KZCHAT_HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        [sys.executable, "-m", "kzchat", "index", str(corpus)], stderr=subprocess.PIPE, env=environment, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job starts with it ignored
    )  # fmt: skip
    assert process.stderr is not None
    assert "Indexing" in process.stderr.readline()
    time.sleep(0.2)
    process.send_signal(2)
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=30) == 1
    assert "Stopped." in rest and "Traceback" not in rest
    assert kzchat("index", str(corpus), home=tmp_path / "home").stdout.splitlines()[-1].startswith("20 articles")
