"""Whether what passed the checks is likely the answer."""

from pathlib import Path

import pytest

from fake import CALIBRATED, FakeModel, assistant_over
from gold import passage
from kzchat.answerability import Signs, answers_log_odds, shared
from kzchat.calibration import Calibration, calibration_of, remember
from kzchat.embedding import default_embedder
from kzchat.errors import CalibrationError
from kzchat.grounding import Answers, Grounder
from kzchat.index import Index
from kzchat.schema import RetrievedPassage
from kzchat.settings import Settings
from kzchat.support import Sources

WEIGHTS = (-2.0, 1.0, 2.0, 0.25)


def test_each_sign_counts_by_its_weight() -> None:
    assert answers_log_odds(Signs(0.0, 0.0, False), WEIGHTS) == -2.0
    assert answers_log_odds(Signs(1.5, 0.5, True), WEIGHTS) == 0.75
    with pytest.raises(ValueError):
        answers_log_odds(Signs(0.0, 0.0, False), WEIGHTS[1:])


def test_what_of_a_question_stands_in_a_sentence_or_its_title() -> None:
    question = "Quel est le chiffre d'affaires du port de Brest ?"
    line = "Le chiffre atteint 12 millions d'euros."
    assert shared(question, line, "") == pytest.approx(1 / 4)
    assert shared(question, line, "Le port de Brest en hausse") == pytest.approx(3 / 4)
    assert shared("Qui ?", line, "") == 0.0


def test_weights_are_kept_with_the_thresholds(tmp_path: Path) -> None:
    made = Calibration("other", 0.8, 0.8, 1.5, 2.5, 0.0, 0.0, WEIGHTS)
    remember(made, "b" * 64, tmp_path)
    assert calibration_of("b" * 64, tmp_path) == made


def test_a_wrong_number_of_weights_is_said_at_once(tmp_path: Path) -> None:
    remember(Calibration("other", 0.8, 0.8, 1.5, 2.5, 0.0, 0.0, (1.0, 2.0)), "b" * 64, tmp_path)
    with pytest.raises(CalibrationError):
        calibration_of("b" * 64, tmp_path)


def test_the_default_model_has_weights(tmp_path: Path) -> None:
    known = calibration_of(CALIBRATED, tmp_path)
    assert known is not None and known.answers_same_language
    sure, unsure = Signs(3.0, 1.0, True), Signs(0.4, 0.0, False)
    assert (
        answers_log_odds(sure, known.answers_same_language) > 0 > answers_log_odds(unsure, known.answers_same_language)
    )


LINE = "Le port de Brest a été inauguré en mai 2021 par Paul Ravel."
QUESTION = "Quand le port de Brest a-t-il été inauguré ?"


def checker(answers: Answers, sides: list[RetrievedPassage] | None = None) -> Grounder:
    evidence = [passage("a.txt", LINE)]
    return Grounder(Sources(evidence, default_embedder()), QUESTION, answers=answers, sides=sides or ())


def test_a_quotation_that_may_not_answer_is_withheld() -> None:
    false, true = (f"Le port de Brest a été inauguré en mai {year}." for year in (2022, 2021))
    claim = checker(lambda source: -0.1).check(false)
    assert claim.verdict == "withheld" and claim.text == false and not claim.citations
    assert claim.reasons == ("the number 2022 is not in the source", "it may not be what was asked")
    assert checker(lambda source: 0.1).check(false).verdict == "quoted"
    assert checker(lambda source: -0.1).check(true).verdict == "supported"


OTHER = "Le port de Toulon, lui, a été inauguré en juin 2020 par Anna Holm, près de Brest."


@pytest.mark.parametrize(
    ("odds", "lines"), [((1.9, 0.1), [LINE, OTHER]), ((1.9, -0.1), [LINE]), ((2.1, 0.1), [LINE]), ((-0.1, 0.1), [])]
)
def test_the_next_best_is_quoted_beside_what_is_not_clearly_the_answer(
    odds: tuple[float, float], lines: list[str]
) -> None:
    evidence = [passage("a.txt", LINE), passage("b.txt", OTHER), passage("c.txt", "Rien ne dit quand.")]
    likely = dict(zip((LINE, OTHER), odds, strict=True))
    grounder = Grounder(
        Sources(evidence, default_embedder()), QUESTION, answers=lambda source: likely[source.sentence.text]
    )
    claims = [grounder.check("Le port de Brest a été inauguré en mai 2022.")]
    claims += grounder.closing(claims, False)
    assert [claim.text for claim in claims if claim.citations] == lines


def test_nothing_is_quoted_beside_the_answer_to_a_part() -> None:
    evidence = [passage("a.txt", LINE), passage("b.txt", OTHER)]
    whole = f"Qui a dessiné le port, et {QUESTION}"
    grounder = Grounder(Sources(evidence, default_embedder()), QUESTION, whole, answers=lambda source: 1.0)
    assert not list(grounder.closing([grounder.check("Le port de Brest a été inauguré en mai 2022.")], False))


def test_both_sides_of_a_choice_are_shown_all_the_same() -> None:
    side = passage("a.txt", LINE)
    claim = checker(lambda source: -0.1, [side]).check("Le port de Brest a été inauguré en mai 2022.")
    assert claim.verdict == "quoted"


@pytest.mark.parametrize(("odds", "status"), [(12.0, "answered"), (3.0, "abstained")])
def test_an_open_gate_is_not_enough(seeds_index: tuple[Settings, Index], odds: float, status: str) -> None:
    weights = (-10.0, 1.0, 0.0, 0.0)
    remember(Calibration("strict", 0.4, 0.8, 0.5, 0.9, 0.0, 0.0, weights, weights), "d" * 64, seeds_index[0].home)
    model = FakeModel(["Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2024."], odds=[odds])
    model.digest = "d" * 64
    answer = assistant_over(seeds_index, model).ask("Quand le Kazakhstan a-t-il adhéré aux Accords ?").result()
    assert answer.status == status and answer.reason == (None if status == "answered" else "not_stated")
