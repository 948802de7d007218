"""What searching and indexing cost, at the size of the seeds and at 100,000 sentences.

    .venv/bin/python eval/bench/scale.py [ARTICLES]

Makes a synthetic corpus (ARTICLES files, 10,000 unless told, of ten sentences of words from the seeds), indexes it with
random vectors in the place of the embedder's (which would take an hour; the rest is the real thing), and searches it
with real question vectors. Prints, on this machine: the search's median in both corpora, memory and disk, how long
`kzchat index` takes where nothing changed, and the rate of indexing against the bare embedder on the same texts.
"""

import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from kzchat.changes import find_changes
from kzchat.embedding import E5Embedder, Vectors, default_embedder
from kzchat.index import Index, open_index
from kzchat.ingestion import update
from kzchat.retrieval import Retriever
from kzchat.settings import Settings

ROOT = Path(__file__).parents[2]
QUESTIONS = (
    "Qui a reçu l'ambassadrice du Kazakhstan ?",
    "When did Kazakhstan join the Abraham Accords?",
    "Где пройдет Генеральная ассамблея Интерпола?",
    "Қазақстан Авраам келісімдеріне қашан қосылды?",
    "متى انضمت كازاخستان إلى اتفاقيات أبراهام؟",
    "Que fournit le Maroc au Kazakhstan, selon Hassan Ammari ?",
    "Tokayev",
)


class RandomEmbedder(E5Embedder):
    """Random vectors for passages, the same for the same number of texts; real ones for questions."""

    def __init__(self) -> None:
        super().__init__()
        self._random = np.random.default_rng(0)

    def search_passages(self, texts: list[str], languages: Sequence[str]) -> Vectors:
        rows = self._random.standard_normal((len(texts), self.dimension), dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def synthetic(folder: Path, articles: int) -> None:
    """Write that many articles of ten sentences."""
    folder.mkdir()
    words = re.findall(r"\w+", " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "seeds").iterdir()))
    chance = random.Random(0)
    for number in range(articles):
        sentences = (" ".join(chance.choices(words, k=chance.randint(12, 28))) for _ in range(10))
        text = " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in sentences)
        (folder / f"{number:06}.txt").write_text(text + "\n", encoding="utf-8")


def searched(index: Index, settings: Settings, embedder: E5Embedder, rounds: int = 10) -> float:
    """Median milliseconds of a search."""
    retriever = Retriever(index, embedder, settings)
    for question in QUESTIONS:
        retriever.search(question, 8)
    return median(seconds(lambda q=question: retriever.search(q, 8)) * 1000 for question in QUESTIONS * rounds)  # type: ignore[misc]


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def index_of(settings: Settings, embedder: E5Embedder) -> Index:
    index = open_index(settings, embedder.name, embedder.dimension)
    update(settings, index, embedder, find_changes(settings, index.manifest))
    return index


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rate_against_bare_embedder(home: Path) -> tuple[float, float]:
    """Seconds that the bare embedder and the indexer take for the same texts, the seeds ten times over."""
    folder = home / "copies"
    folder.mkdir()
    for number in range(4):
        for path in (ROOT / "seeds").iterdir():
            text = path.read_text(encoding="utf-8").replace("Maroc", f"Maroc{number}").replace("Morocco", f"Mo{number}")
            (folder / f"{number}-{path.name}").write_text(text, encoding="utf-8")
    embedder = default_embedder()
    embedder.passages(["warm"])
    recorded: list[str] = []

    class Recorder(E5Embedder):
        def search_passages(self, texts: list[str], languages: Sequence[str]) -> Vectors:
            recorded.extend(texts)
            return embedder.search_passages(texts, languages)

    settings = Settings(corpus=ROOT / "seeds", home=home / "warm")
    index_of(settings, default_embedder())  # imports
    settings = Settings(corpus=folder, home=home / "rate")
    index = open_index(settings, embedder.name, embedder.dimension)
    changes = find_changes(settings, index.manifest)
    indexing = seconds(lambda: update(settings, index, Recorder(), changes))
    bare = seconds(lambda: embedder.passages(recorded))
    return bare, indexing


def main(articles: int) -> None:
    with tempfile.TemporaryDirectory(prefix="kzchat-scale-") as folder:
        home = Path(folder)
        settings = Settings(corpus=ROOT / "seeds", home=home / "seeds-home")
        small = index_of(settings, default_embedder())
        print(f"seeds: search {searched(small, settings, default_embedder()):.1f} ms (median)", flush=True)
        bare, indexing = rate_against_bare_embedder(home)
        print(
            f"indexing at {bare / indexing:.2f} of the bare embedder's rate ({indexing:.1f} s, {bare:.1f} s)",
            flush=True,
        )
        synthetic(home / "articles", articles)
        settings = Settings(corpus=home / "articles", home=home / "home")
        before = memory_mb()
        embedder = RandomEmbedder()
        took = seconds(lambda: index_of(settings, embedder))
        index = index_of(settings, embedder)
        sentences = sum(article.sentences for article in index.manifest.contents())
        print(f"{articles:,} articles, {sentences:,} sentences: indexed in {took:.0f} s without embedding", flush=True)
        print(f"search {searched(index, settings, embedder):.1f} ms (median), memory {before:.0f} MB before, ", end="")
        disk = sum(path.stat().st_size for path in settings.home.rglob("*") if path.is_file())
        print(f"{memory_mb():.0f} MB at the most, {disk / 1e6:.0f} MB on disk", flush=True)
        command = [sys.executable, "-m", "kzchat", "index", str(settings.corpus)]
        environment = {**os.environ, "KZCHAT_HOME": str(settings.home)}
        again = [
            seconds(lambda: subprocess.run(command, env=environment, check=True, capture_output=True)) for _ in range(5)
        ]
        print(f"kzchat index with nothing changed: {median(again):.2f} s (median of 5 whole commands)")
        start = [
            seconds(
                lambda: subprocess.run(
                    [*command[:3], "search", "--corpus", command[4], "Tokayev"],
                    env=environment,
                    check=True,
                    capture_output=True,
                )
            )
            for _ in range(3)
        ]
        print(f"kzchat search, a whole command: {median(start):.2f} s (median of 3)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
