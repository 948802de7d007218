"""An embedder for tests of the index: deterministic, fast, and able to fail."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kzchat.changes import find_changes
from kzchat.embedding import Vectors
from kzchat.index import Index, open_index
from kzchat.ingestion import update
from kzchat.schema import Excerpt
from kzchat.settings import Settings


class HashEmbedder:
    """The first eight bytes of a text as a vector."""

    name = "hash"
    dimension = 8

    def __init__(self) -> None:
        self.fail_at: str | None = None
        self.embedded: list[str] = []

    def passages(self, texts: list[str]) -> Vectors:
        if self.fail_at and any(self.fail_at in text for text in texts):
            raise OSError(28, "No space left on device")
        self.embedded += texts
        rows = [np.frombuffer(text.encode().ljust(8)[:8], dtype=np.uint8).astype(np.float32) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32).reshape(len(texts), 8)

    def search_query(self, text: str, language: str) -> Vectors:
        return np.asarray(self.passages([text])[0], dtype=np.float32)

    def search_passages(self, texts: list[str], languages: Sequence[str]) -> Vectors:
        assert len(texts) == len(languages)
        return self.passages(texts)


def indexed(settings: Settings, embedder: HashEmbedder) -> Index:
    """The corpus of the settings, indexed."""
    index = open_index(settings, embedder.name, embedder.dimension)
    update(settings, index, embedder, find_changes(settings, index.manifest))
    return index


def corpus_of(folder: Path, texts: dict[str, str]) -> Index:
    """Texts as the articles of a folder, indexed; by the name of the file."""
    (folder / "articles").mkdir()
    for name, text in texts.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    return indexed(Settings(corpus=folder / "articles", home=folder / "home"), HashEmbedder())


def contents(index: Index) -> dict[str, object]:
    """Everything an index holds that does not depend on when it was made."""
    manifest, store = index.manifest, index.store
    files = sorted(manifest.by_file())
    ids = {
        "sentences": {s.id for file in files for s in manifest.sentences_of(file)},
        "passages": {p.id for file in files for p in manifest.passages_of(file)},
    }
    stored = {"sentences": store.sentences, "passages": store.passages}
    vectors = {name: stored[name].vectors(sorted(ids[name])) for name in ids}
    return {
        "articles": [manifest.article(file) for file in files],
        "names": sorted(manifest.names()),
        "pending": manifest.pending(),
        "ids": ids,
        "stored": {name: set(stored[name].ids()) for name in stored},
        "vectors": {name: {id_: row.round(5).tolist() for id_, row in rows.items()} for name, rows in vectors.items()},
        "words": {
            id_: sorted(hit for hit, _ in index.lexical.sentences(text, "fr", 10_000))
            for id_, text in (("Maroc", "Maroc"), ("Kazakhstan", "Kazakhstan"), ("wheat", "wheat blé"))
        },
        "passages": sorted(hit for hit, _ in index.lexical.passages("Maroc Kazakhstan wheat", "fr", 10_000)),
    }


def in_step(index: Index) -> bool:
    """The three stores hold the same sentences and passages, verbatim, and nothing is pending."""
    manifest = index.manifest
    sentences = [s for file in manifest.by_file() for s in manifest.sentences_of(file)]
    passages = [p for file in manifest.by_file() for p in manifest.passages_of(file)]
    items: list[Excerpt] = [*sentences, *passages]
    texts = {file: article.text for file in manifest.by_file() if (article := manifest.article(file))}
    return (
        not manifest.pending()
        and {s.id for s in sentences} == set(index.store.sentences.ids())
        and {p.id for p in passages} == set(index.store.passages.ids())
        and {s.passage for s in sentences} == {p.id for p in passages}
        and all(texts[item.file][item.start : item.end] == item.text for item in items)
    )
