"""Whether what passed the checks is likely the answer."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fake import CALIBRATED, FakeModel, assistant_over
from gold import answered, passage
from kzchat.answerability import Signs, answers_log_odds, signs
from kzchat.calibration import Calibration, calibration_of, remember
from kzchat.embedding import default_embedder
from kzchat.errors import CalibrationError
from kzchat.grounding import Answers, Grounder
from kzchat.index import Index
from kzchat.render import answer_json
from kzchat.results import answer_from_json
from kzchat.schema import Ranked, RetrievedPassage
from kzchat.settings import Settings
from kzchat.support import Sources

WEIGHTS = (-2.0, 1.0, 2.0, 0.25, -0.5)


def test_each_sign_counts_by_its_weight() -> None:
    assert answers_log_odds(Signs(0.0, 0.0, first=False, across=False), WEIGHTS) == -2.0
    assert answers_log_odds(Signs(1.5, 0.5, first=True, across=False), WEIGHTS) == 0.75
    assert answers_log_odds(Signs(1.5, 0.5, first=True, across=True), WEIGHTS) == 0.25
    with pytest.raises(ValueError):
        answers_log_odds(Signs(0.0, 0.0, first=False, across=False), WEIGHTS[1:])


def test_what_is_known_of_a_sentence() -> None:
    first, near, by_words = (
        replace(passage(f"{name}.txt", f"Le port de {name} a été inauguré en 2021."), dense=dense)
        for name, dense in (("Brest", Ranked(1, 0.6)), ("Toulon", Ranked(3, 0.4)), ("Dakar", None))
    )
    evidence = [first, by_words, near]
    english, french = "When was the port of Brest opened?", "Quand a-t-on ouvert le port de Brest ?"
    assert signs(1.5, english, first, evidence) == Signs(1.5, 0.6, first=True, across=True)
    assert signs(1.5, french, near, evidence) == Signs(1.5, 0.4, first=False, across=False)
    assert signs(1.5, french, by_words, evidence) == Signs(1.5, 0.4, first=False, across=False)
    assert signs(1.5, french, by_words, [by_words]) == Signs(1.5, 0.0, first=True, across=False)


def test_the_signs_of_a_saved_answer_are_those_of_the_answer() -> None:
    found = replace(passage("a.txt", LINE), dense=Ranked(1, 0.625), passage_lexical=Ranked(4, 1.5))
    saved = json.loads(json.dumps(answer_json(answered(evidence=(found, passage("b.txt", OTHER))))))
    back = answer_from_json(saved, 1.5).evidence
    assert (back[0].dense, back[0].lexical, back[0].passage_lexical) == (found.dense, None, found.passage_lexical)
    assert signs(1.5, QUESTION, back[0], back) == Signs(1.5, 0.625, first=True, across=False)


def test_weights_are_kept_with_the_thresholds(tmp_path: Path) -> None:
    made = Calibration("other", 0.8, 0.8, 1.5, 2.5, 0.0, 0.0, WEIGHTS)
    remember(made, "b" * 64, tmp_path)
    assert calibration_of("b" * 64, tmp_path) == made


def test_of_a_shipped_calibration_only_what_differs_is_stored(tmp_path: Path) -> None:
    shipped = calibration_of(CALIBRATED, tmp_path)
    assert shipped is not None
    path = remember(replace(shipped, same_language=0.7), CALIBRATED, tmp_path)
    assert path.read_text(encoding="utf-8") == f"[{CALIBRATED}]\nsame_language = 0.700\n"
    assert calibration_of(CALIBRATED, tmp_path) == replace(shipped, same_language=0.7)


def test_the_weights_of_an_earlier_kzchat_give_way_to_the_shipped(tmp_path: Path) -> None:
    shipped = calibration_of(CALIBRATED, tmp_path)
    stored = f"[{CALIBRATED}]\nsame_language = 0.5\nanswers_same_language = [1.0]\nanswers_across_languages = []\n"
    (tmp_path / "calibrated.toml").write_text(stored, encoding="utf-8")
    known = calibration_of(CALIBRATED, tmp_path)
    assert known and shipped and known.answers == shipped.answers and known.same_language == 0.5


def test_a_wrong_number_of_weights_is_said_at_once(tmp_path: Path) -> None:
    remember(Calibration("other", 0.8, 0.8, 1.5, 2.5, answers=(1.0, 2.0)), "b" * 64, tmp_path)
    with pytest.raises(CalibrationError):
        calibration_of("b" * 64, tmp_path)


def test_the_default_model_has_weights(tmp_path: Path) -> None:
    known = calibration_of(CALIBRATED, tmp_path)
    assert known is not None and known.answers
    sure, unsure = Signs(3.0, 0.7, first=True, across=False), Signs(0.0, 0.1, first=False, across=False)
    assert answers_log_odds(sure, known.answers) > 0 > answers_log_odds(unsure, known.answers)


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
    weights = (-10.0, 1.0, 0.0, 0.0, 0.0)
    remember(Calibration("strict", 0.4, 0.8, 0.5, 0.9, answers=weights), "d" * 64, seeds_index[0].home)
    model = FakeModel(["Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2024."], odds=[odds])
    model.digest = "d" * 64
    answer = assistant_over(seeds_index, model).ask("Quand le Kazakhstan a-t-il adhéré aux Accords ?").result()
    assert answer.status == status and answer.reason == (None if status == "answered" else "not_stated")
