"""An article's sentences and passages in, their vectors out: each is embedded under the article's title.

A sentence seldom says what its article is about, and a question nearly always does. Embedded alone, the few sentences
that repeat the subject's name come first for every question about it; under the title, all of them say it, and the rest
decides.
"""

from collections.abc import Sequence
from textwrap import shorten

import numpy as np

from kzchat.about import UNTITLED
from kzchat.embedding import Embedder, Vectors
from kzchat.schema import Excerpt

VERSION = 1  # part of the index fingerprint: raise it when the same sentence would be embedded as another text

# Of a title: an article without a headline has its first sentence for a title, which may be longer than the others and
# would make them all alike (docs/calibration.md).
_TITLE_CHARS = 80


def headed(item: Excerpt, title: str) -> str:
    """The text that is embedded of a sentence or passage."""
    return under(title, item.one_line)


def under(title: str, text: str) -> str:
    """A text of one line under its article's title; what holds the title already stays as it is."""
    title = "" if title == UNTITLED else shorten(title, _TITLE_CHARS, placeholder="").rstrip("… ,;:")
    return text if title in text else f"{title}. {text}"


def vectors_of(items: Sequence[tuple[Excerpt, str]], embedder: Embedder) -> Vectors:
    """The unit vectors for search of sentences or passages, each with its article's title.

    Args:
        items: equal texts are embedded once, such as a passage of one sentence.

    Returns:
        Shape (len(items), dimension).
    """
    texts = [headed(item, title) for item, title in items]
    languages = {text: item.language for text, (item, _) in zip(texts, items, strict=True)}
    if not languages:
        return np.empty((0, embedder.dimension), dtype=np.float32)
    rows = embedder.search_passages(list(languages), list(languages.values()))
    at = {text: row for row, text in enumerate(languages)}
    return np.asarray(rows[[at[text] for text in texts]], dtype=np.float32)
