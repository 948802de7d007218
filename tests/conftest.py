"""Shared by all tests: the seeds, an index of them, and an environment that is nobody's own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import (  # noqa: F401 - fixtures of the browser tests
    browser,
    corpus_with_a_hostile_article,
    model,
    page,
    reader,
    server,
)
from kzchat.changes import find_changes
from kzchat.embedding import default_embedder
from kzchat.index import Index, open_index
from kzchat.ingestion import update
from kzchat.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the machine decides what a fast test sees."""
    for name in ("KZCHAT_CONFIG", "KZCHAT_MODEL", "KZCHAT_BACKEND", "KZCHAT_CORPUS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may change."""
    return Path(shutil.copytree(SEEDS, tmp_path / "articles"))


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Index]]:
    """The seeds, indexed once, for tests that only read."""
    settings = Settings(corpus=SEEDS, home=tmp_path_factory.mktemp("home"))
    embedder = default_embedder()
    index = open_index(settings, embedder.name, embedder.dimension)
    update(settings, index, embedder, find_changes(settings, index.manifest))
    yield settings, index
