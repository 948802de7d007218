"""Kill -9 at 50 random points of an indexing run; what the next run makes of it equals an uninterrupted run."""

import multiprocessing
import os
import random
import shutil
import signal
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from conftest import SEEDS
from hash_embedder import HashEmbedder, contents, in_step, indexed
from kzchat.settings import Settings

KILLS = 50


def index_once(corpus: Path, home: Path) -> None:
    """In a process of its own."""
    indexed(Settings(corpus=corpus, home=home), HashEmbedder())


def start(corpus: Path, home: Path) -> ForkServerProcess:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["test_kill", "kzchat.store", "kzchat.nodes", "llama_index.vector_stores.chroma"])
    process = context.Process(target=index_once, args=(corpus, home))
    process.start()
    return process


def change_everything(corpus: Path, turn: int) -> None:
    """Add, change, rename and remove articles, differently each turn."""
    for number, seed in enumerate(sorted(SEEDS.iterdir())):
        text = seed.read_text(encoding="utf-8")
        for copy in range(3):
            name = corpus / f"{number}-{copy if copy else turn}.txt"  # the first of each is renamed every turn
            name.write_text(f"Maroc, version {turn if copy == 1 else 0} de {copy}.\n\n{text}", encoding="utf-8")
        if turn:
            (corpus / f"{number}-{turn - 1}.txt").unlink(missing_ok=True)
    (corpus / f"wheat-{turn}.txt").write_text(f"Du blé, {turn} fois.", encoding="utf-8")


@pytest.mark.kill
def test_kill_at_random_points(tmp_path: Path) -> None:
    corpus, home = tmp_path / "articles", tmp_path / "home"
    corpus.mkdir()
    seed = int(os.environ.get("KZCHAT_KILL_SEED", "0")) or random.randrange(1, 10**6)
    print(f"KZCHAT_KILL_SEED={seed}")
    chance = random.Random(seed)
    duration = 0.0
    for turn in (10, 11):  # the first also starts the server that forks
        change_everything(corpus, turn)
        begun = time.perf_counter()
        whole = start(corpus, home)
        whole.join()
        assert whole.exitcode == 0
        duration = time.perf_counter() - begun
    killed, turn = 0, 11
    while killed < KILLS and turn < 4 * KILLS:
        turn += 1
        change_everything(corpus, turn)
        process = start(corpus, home)
        time.sleep(chance.uniform(0.0, 0.9 * duration))
        if process.is_alive():
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            killed += 1
        process.join()
    assert killed == KILLS, "too many runs were over before they were to be killed"
    index = indexed(Settings(corpus=corpus, home=home), HashEmbedder())
    assert in_step(index)
    shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
    fresh = indexed(Settings(corpus=corpus, home=tmp_path / "fresh"), HashEmbedder())
    assert contents(index) == contents(fresh)
    print(f"{killed} of {turn - 11} runs, which take {duration:.1f} s, were killed")
