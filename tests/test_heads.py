import math
from pathlib import Path

import pytest

from kzchat.calibration import calibration_of
from kzchat.embedded_model import EmbeddedModel
from kzchat.errors import ModelMissing
from kzchat.heads import Head, head_of
from kzchat.llm import read_log_odds, yes_no_log_odds
from kzchat.pull import releases
from kzchat.settings import Settings

HEAD = Head("word", 2.0, 0.5)


def test_a_head_is_read_against_the_middle_of_yes_and_no() -> None:
    assert HEAD.log_odds({"Yes": -1.0, "No": -3.0, "word": -1.5}) == pytest.approx(2.0 * 0.5 + 0.5)
    likelier = HEAD.log_odds({"Yes": -0.1, "No": -2.1, "word": -0.6})
    assert likelier == pytest.approx(1.5)  # a softmax's constant changes nothing


@pytest.mark.parametrize("lacking", ["Yes", "No", "word"])
def test_a_head_says_nothing_where_a_word_is_not_among_the_alternatives(lacking: str) -> None:
    alternatives = {"Yes": -1.0, "No": -3.0, "word": -1.5}
    del alternatives[lacking]
    assert HEAD.log_odds(alternatives) is None


def test_a_model_that_is_too_sure_for_its_head_is_read_by_its_yes_and_no() -> None:
    sure = {"Yes": -0.001, "No": -7.0}
    assert read_log_odds(sure, releases()["default"].final, "answered") == yes_no_log_odds(sure) > 5


def test_the_default_model_has_a_head_for_answers_and_a_calibration(tmp_path: Path) -> None:
    digest = releases()["default"].final
    answered = head_of(digest, "answered")
    assert answered and answered.gain > 0
    assert head_of(digest, "supported") is None
    known, without = calibration_of(digest, tmp_path), calibration_of(releases()["default"].sha256, tmp_path)
    assert known and without and known.gate < known.quote
    assert known.shown == without.shown and known.shown.same_language > known.thresholds.same_language


def test_weights_without_heads_are_read_by_their_yes_and_no() -> None:
    alternatives = {"Yes": math.log(0.6), "No": math.log(0.3), "useRalative": math.log(0.1)}
    assert read_log_odds(alternatives, "0" * 64, "answered") == pytest.approx(math.log(2), abs=1e-3)
    head = head_of(releases()["default"].final, "answered")
    assert head and read_log_odds(alternatives, releases()["default"].final, "answered") == head.log_odds(alternatives)


def test_a_model_file_of_an_earlier_kzchat_says_how_to_bring_it_up_to_date(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    path = settings.gguf_path
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")
    seal = path.with_name(path.name + ".verified")
    seal.write_text(f"{releases()['default'].sha256} {path.stat().st_mtime_ns}\n", encoding="utf-8")
    with pytest.raises(ModelMissing, match="earlier kzchat") as caught:
        EmbeddedModel(settings)
    assert "kzchat pull" in caught.value.remedy
