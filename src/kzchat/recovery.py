"""What is done about a vector store that a killed process has left broken: find out, and build it anew.

Chroma may then refuse every write ("failed to apply logs"), or take the whole process down with it. So whether it still
works is tried in a process of its own, and only after a run that was interrupted.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kzchat.embedding import Embedder
from kzchat.headed import vectors_of

if TYPE_CHECKING:
    from kzchat.index import Index

_TIMEOUT_S = 120


def works(folder: Path, dimension: int) -> bool:
    """Whether the store in a folder can be read and written; tried in another process, which may die of it."""
    command = [sys.executable, "-m", "kzchat.recovery", str(folder), str(dimension)]
    try:
        return subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def finish_swap(index: "Index") -> None:
    """Complete or forget what a killed rebuilding has left: the old store goes only when the new one is whole."""
    whole, new = index.vectors_folder, _beside(index.vectors_folder, "new")
    if new.exists() and not whole.exists():
        new.rename(whole)
    shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(_beside(whole, "broken"), ignore_errors=True)


def rebuild(index: "Index", embedder: Embedder) -> None:
    """Embed everything that the manifest knows into a new store, and put it in the place of the broken one."""
    from kzchat.nodes import to_nodes
    from kzchat.store import VectorStore, forget_open_stores

    new = _beside(index.vectors_folder, "new")
    shutil.rmtree(new, ignore_errors=True)
    store = VectorStore(new, embedder.dimension)
    for file in sorted(index.manifest.by_file()):
        article = index.manifest.article(file)
        if article is None:
            continue
        parts = (
            (store.sentences, index.manifest.sentences_of(file)),
            (store.passages, index.manifest.passages_of(file)),
        )
        for collection, items in parts:
            if items:
                rows = vectors_of([(each, article.title) for each in items], embedder)
                collection.add(to_nodes(article, items), rows)
    index.forget_store()
    index.vectors_folder.rename(_beside(index.vectors_folder, "broken"))
    finish_swap(index)
    forget_open_stores()


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f"{folder.name}.{what}")


def _try(folder: Path, dimension: int) -> None:
    """Write, find and remove one vector in each collection."""
    import numpy as np
    from llama_index.core.schema import TextNode

    from kzchat.store import VectorStore

    store = VectorStore(folder, dimension)
    vector = np.full((1, dimension), dimension**-0.5, dtype=np.float32)
    for collection in (store.sentences, store.passages):
        collection.add([TextNode(id_="recovery", text="-")], vector)
        collection.search(vector[0], 1)
        collection.remove(["recovery"])


if __name__ == "__main__":
    _try(Path(sys.argv[1]), int(sys.argv[2]))
