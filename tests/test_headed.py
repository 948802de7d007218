"""What is embedded of a sentence."""

import numpy as np
import pytest

from hash_embedder import HashEmbedder
from kzchat.about import UNTITLED
from kzchat.headed import headed, vectors_of
from kzchat.schema import Sentence


def sentence(text: str) -> Sentence:
    return Sentence("a.txt", 0, len(text), text, "en", "sha")


@pytest.mark.parametrize(
    ("title", "text", "embedded"),
    [
        ("Port of Tarvel  enlarged", "It takes in\ngrain.", "Port of Tarvel enlarged. It takes in grain."),
        ("Port of Tarvel enlarged", "Port of Tarvel enlarged", "Port of Tarvel enlarged"),
        ("The port of Tarvel, which…", "The port of Tarvel, which opened, is closed.", None),
        (
            "The port of Tarvel has been enlarged for the third time in ten years, the master told us on Monday…",
            "It takes in grain.",
            "The port of Tarvel has been enlarged for the third time in ten years, the master. It takes in grain.",
        ),
        (UNTITLED, "It takes in grain.", None),
        ("", "It takes in grain.", None),
    ],
)
def test_a_sentence_is_embedded_under_its_title(title: str, text: str, embedded: str | None) -> None:
    assert headed(sentence(text), title) == (embedded or text)


def test_equal_texts_are_embedded_once_and_rows_are_in_order() -> None:
    embedder = HashEmbedder()
    items = [(sentence(text), "") for text in ("wheat is sold", "grain is sold", "wheat is sold")]
    rows = vectors_of(items, embedder)
    assert embedder.embedded == ["wheat is sold", "grain is sold"]
    assert np.array_equal(rows[0], rows[2])
    assert np.array_equal(rows[1], embedder.passages(["grain is sold"])[0])
    assert vectors_of([], embedder).shape == (0, embedder.dimension)
