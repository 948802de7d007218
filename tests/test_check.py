"""`kzchat check`, the verdict behind it, and the calibration of a model."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import SEEDS
from fake import CALIBRATED, FakeModel, assistant_over
from kzchat import calibrate_command, cli
from kzchat.calibrate_command import threshold
from kzchat.calibration import Calibration, calibration_of, remember
from kzchat.checking import check_pairs
from kzchat.embedding import default_embedder
from kzchat.errors import CalibrationError, UsageError
from kzchat.grounding import Grounder
from kzchat.index import Index
from kzchat.mutations import KINDS, material, mutations
from kzchat.premise import said_otherwise, why_not
from kzchat.retrieval import Retriever
from kzchat.schema import Claim, RetrievedPassage, Sentence
from kzchat.sentences import sentence_spans
from kzchat.settings import Settings
from kzchat.support import Sources
from kzchat.verdict import Thresholds, judge

LOW = Thresholds(0.5, 0.5)


def found(seeds_index: tuple[Settings, Index], question: str, limit: int = 8) -> list[RetrievedPassage]:
    settings, index = seeds_index
    return Retriever(index, default_embedder(), settings).search(question, limit)


# ------------------------------------------------------------------------------------------------- the verdict


def test_facts_decide_before_the_model_is_asked() -> None:
    def never(source: str, claim: str) -> float:
        raise AssertionError("the model was asked")

    wrong = judge("It was signed in May 2021.", "It was signed in June 2021.", "", never, LOW)
    assert wrong.verdict == "not_found" and wrong.score is None and "May" in wrong.reasons[0]
    reversed_ = judge("Rabat thanked Astana.", "Astana thanked Rabat.", "", never, LOW)
    assert reversed_.verdict == "contradicted"


@pytest.mark.parametrize(("odds", "verdict"), [(2.0, "supported"), (-1.0, "not_found")])
def test_the_model_decides_what_facts_let_through(odds: float, verdict: str) -> None:
    judgement = judge("The text was adopted.", "Parliament adopted the text.", "", lambda source, claim: odds, LOW)
    assert judgement.verdict == verdict
    assert judgement.score is not None and (judgement.score >= 0.5) == (verdict == "supported")


def test_words_that_the_source_does_not_use_lower_the_score() -> None:
    def score(claim: str) -> float:
        value = judge(claim, "Parliament adopted the text on water.", "", lambda source, _: 1.0, LOW).score
        assert value is not None
        return value

    assert score("Parliament adopted the text.") > score("Parliament adopted the budget.")


# -------------------------------------------------------------------------------------------- the answer's claims


def passages(text: str, file: str = "a.txt") -> list[RetrievedPassage]:
    return [
        RetrievedPassage(Sentence(file, *span, text[slice(*span)], "fr", "0" * 64), "", None, None, 1.0)
        for span in sentence_spans(text)
    ]


def test_a_claim_may_rest_on_two_sentences_of_an_article() -> None:
    evidence = passages("Le pont a ouvert en mai 2021. L'ouvrage, long de 300 mètres, relie Oran à Arzew.")
    claim = "Le pont d'Oran a ouvert en mai 2021."
    checked = Grounder(Sources(evidence, default_embedder())).check(claim)
    assert checked.verdict == "supported" and [citation.n for citation in checked.citations] == [1, 2]
    borrowed = "Le pont d'Oran, long de 300 mètres, a ouvert en mai 2021."  # a number of the other sentence
    assert Grounder(Sources(evidence, default_embedder())).check(borrowed).verdict != "supported"
    one_each = [evidence[0], *passages("L'ouvrage, long de 300 mètres, relie Oran à Arzew.", "b.txt")]
    assert Grounder(Sources(one_each, default_embedder())).check(claim).verdict != "supported"


def test_where_articles_disagree_both_are_cited(seeds_index: tuple[Settings, Index]) -> None:
    question = "Qui a reçu l'autre, André Azoulay ou l'ambassadrice du Kazakhstan ?"
    grounder = Grounder(Sources(found(seeds_index, question), default_embedder()))
    claim = grounder.check("L'ambassadeure du Kazakhstan a été reçue par André Azoulay.")
    assert claim.verdict == "supported"
    assert [citation.file[:3] for citation in claim.disputed_by] == ["001"]
    assert "réception d’Azoulay par l’ambassadrice" in claim.disputed_by[0].quote


def test_a_true_sentence_that_does_not_answer_is_replaced(seeds_index: tuple[Settings, Index]) -> None:
    question = "Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?"
    grounder = Grounder(Sources(found(seeds_index, question), default_embedder()), question=question)
    claim = grounder.check("Le Kazakhstan a adhéré aux Accords d’Abraham.")
    assert claim.verdict == "quoted" and claim.reasons == ("it gives no date",)
    assert "novembre 2025" in claim.text


def test_nothing_is_quoted_that_cannot_be_the_answer(seeds_index: tuple[Settings, Index]) -> None:
    question = "Combien coûtera le hub logistique pour le blé ?"
    evidence = [p for p in found(seeds_index, question) if "hub" in p.sentence.text]
    claim = Grounder(Sources(evidence, default_embedder()), question=question).check("Il coûtera 5 millions.")
    assert claim.verdict == "withheld"


# -------------------------------------------------------------------------------------------------------- premises


def test_a_false_premise_is_answered_with_what_the_articles_say(seeds_index: tuple[Settings, Index]) -> None:
    question = "Pourquoi le Kazakhstan a-t-il quitté les Accords d’Abraham ?"
    evidence = found(seeds_index, question)
    passage = said_otherwise(question, evidence)
    assert passage is not None and "adhésion du Kazakhstan" in passage.sentence.text
    assert said_otherwise("Quand le Kazakhstan a-t-il rejoint les Accords d’Abraham ?", evidence) is None


def test_out_of_scope_and_not_stated(seeds_index: tuple[Settings, Index]) -> None:
    assert why_not("Who is the mayor of Reykjavik?", found(seeds_index, "Who is the mayor of Reykjavik?")) == (
        "out_of_scope"
    )
    asked = "What is the population of Kazakhstan?"
    assert why_not(asked, found(seeds_index, asked)) == "not_stated"


# ---------------------------------------------------------------------------------------------------- kzchat check

PARAGRAPH = (
    "Le Kazakhstan a adhéré aux Accords d'Abraham en novembre 2025. "
    "Le VIIIe Congrès des dirigeants des religions s'est tenu à Rabat en septembre 2025. "
    "Le Kazakhstan a adhéré aux Accords d'Abraham en mars 2024."
)


def test_a_text_is_checked_sentence_by_sentence(seeds_index: tuple[Settings, Index]) -> None:
    assistant = assistant_over(seeds_index, FakeModel())
    checked = list(assistant.check(PARAGRAPH))
    assert [PARAGRAPH[each.start : each.end] for each in checked] == [each.text for each in checked]
    assert checked[0].verdict == "supported"
    assert all(each.verdict != "supported" for each in checked[1:])
    assert any("mars" in reason for reason in checked[2].reasons)
    (citation,) = checked[0].citations
    text = (SEEDS / citation.file).read_bytes().decode()
    assert text[citation.start : citation.end] == citation.quote


def test_facts_alone_need_no_model(seeds_index: tuple[Settings, Index]) -> None:
    assistant = assistant_over(seeds_index, FakeModel())
    assert next(assistant.check(PARAGRAPH, facts_only=True)).verdict == "supported"
    assert assistant.model is None


@pytest.mark.parametrize("text", ["", " \n… ", "a" * 50_001])
def test_nothing_or_too_much_to_check(seeds_index: tuple[Settings, Index], text: str) -> None:
    with pytest.raises(UsageError):
        list(assistant_over(seeds_index, FakeModel()).check(text))


def test_the_command_exits_with_3_where_something_is_not_supported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KZCHAT_HOME", str(tmp_path))
    first = PARAGRAPH.split(". ")[0] + "."
    assert cli.run(["check", first, "--facts-only", "--corpus", str(SEEDS)]) == 0
    assert "supported" in capsys.readouterr().out
    assert cli.run(["check", PARAGRAPH, "--facts-only", "--json", "--corpus", str(SEEDS)]) == 3
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["verdict"] == "supported" and rows[0]["citations"][0]["quote"]


def test_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KZCHAT_HOME", str(tmp_path))
    file = tmp_path / "pairs.jsonl"
    rows = [
        {"id": "a", "claim": "It opened in 2020.", "source": "It opened in 2020."},
        {"id": "b", "claim": "It opened in 2021.", "source": "It opened in 2020."},
    ]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert cli.run(["check", "--pairs", str(file), "--facts-only"]) == 3
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["id"], row["verdict"]) for row in printed] == [("a", "supported"), ("b", "not_found")]
    assert printed[0]["score"] > printed[1]["score"] and printed[1]["reasons"]


@pytest.mark.parametrize("line", ["", "{", "[]", '{"claim": "x"}'])
def test_pairs_that_cannot_be_used(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        list(check_pairs(file, None, None))
    assert str(file) in caught.value.message


def test_used_for_and_compared_with_are_neither_for_nor_against() -> None:
    question = "Жаңа квота қай күннен бастап қолданылады?"
    compared = passages("Урожай оценивают в 88,7 млн тонн против 82,5 млн в прошлом году.")
    assert said_otherwise(question, compared) is None
    assert said_otherwise("Министр квотаны қолдады ма?", passages("Министр выступил против квоты.")) is not None


# ----------------------------------------------------------------------------------------------------- calibration


def test_the_threshold_lets_three_false_claims_in_a_hundred_pass() -> None:
    false = [number / 100 for number in range(100)]
    value = threshold([0.5, 1.2, 2.0], false)
    assert sum(score >= value for score in false) == 3
    assert threshold([2.0], [1.0]) == 2.0
    with pytest.raises(UsageError):
        threshold([1.0], [])


def test_a_calibration_is_kept_with_the_others(tmp_path: Path) -> None:
    assert calibration_of("unknown", tmp_path) is None
    shipped = calibration_of(CALIBRATED, tmp_path)
    assert shipped is not None
    remember(Calibration('a "model"', 0.8, 0.8, 1.0, 2.0), "a" * 64, tmp_path)
    remember(Calibration("other", 0.8, 0.8, 1.5, 2.5), "b" * 64, tmp_path)
    own = calibration_of("a" * 64, tmp_path)
    assert own is not None and own.name == 'a "model"' and own.thresholds == own.shown == Thresholds(1.0, 2.0)
    stricter = replace(own, shown_same_language=1.5, shown_across_languages=1.5)
    assert stricter.thresholds == own.thresholds and stricter.shown == Thresholds(1.5, 2.0)
    assert calibration_of(CALIBRATED, tmp_path) == shipped
    (tmp_path / "calibrated.toml").write_text("[", encoding="utf-8")
    with pytest.raises(CalibrationError):
        calibration_of(CALIBRATED, tmp_path)


def test_calibrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    model = FakeModel()
    model.digest = "c" * 64
    monkeypatch.setattr(calibrate_command, "open_model", lambda settings: (model, None))
    settings = Settings(home=tmp_path)
    told: list[str] = []
    calibrate_command.run_calibration(settings, None, 60, told.append)
    assert "same language" in capsys.readouterr().out
    assert calibration_of("c" * 64, tmp_path) is not None
    assert told == [f"{count} of 60 pairs judged" for count in (20, 40, 60)]
    assert len(model.checked) > 60  # some are asked with two names exchanged, too


def test_a_model_without_calibration_only_quotes(seeds_index: tuple[Settings, Index]) -> None:
    model = FakeModel(["Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025."], odds=[5.0])
    model.digest = "unknown"
    answer = assistant_over(seeds_index, model).ask("Quand le Kazakhstan a-t-il adhéré aux Accords ?").result()
    assert [claim.verdict for claim in answer.sentences] == ["quoted"]
    assert any("calibrat" in reason for reason in answer.sentences[0].reasons)


# ------------------------------------------------------------------------------------------------------- mutations


def test_every_kind_of_mutation_is_made_and_none_is_the_sentence() -> None:
    from random import Random

    french = [
        "Selon Rabat, le Maroc a signé 12 accords avec Astana le 3 mars 2021, et Bourita devrait signer avant.",
        "La stratégie couvre la santé, la culture et le sport, d'après Nasser Bourita, reçu par Murat Nurtleu à Oran.",
        "Les deux pays misent sur l'énergie, la pêche et le tourisme, selon Karim Alaoui.",
    ]
    offered = material(french, "fr")
    kinds = {m.kind for seed in range(5) for text in french for m in mutations(text, offered, Random(seed))}
    assert kinds == set(KINDS)
    for text in french:
        assert all(mutation.claim != text for mutation in mutations(text, offered, Random(1)))


OPEN = "Que rendent possible les infrastructures marocaines ?"
HALF = "Les infrastructures marocaines offrent au Kazakhstan une porte d’entrée stratégique."


def closing(seeds_index: tuple[Settings, Index], question: str, reply: str, language: str = "fr") -> list[Claim]:
    grounder = Grounder(Sources(found(seeds_index, question), default_embedder(), language=language), question)
    claim = grounder.check(reply)
    assert claim.verdict == "supported"
    return list(grounder.closing([claim], compared=False))


def test_half_an_answer_to_an_open_question_is_completed_by_its_source(seeds_index: tuple[Settings, Index]) -> None:
    (claim,) = closing(seeds_index, OPEN, HALF)
    assert claim.verdict == "quoted" and "Tanger Med" in claim.text and "marchés africains" in claim.text
    assert [citation.n for citation in claim.citations] == [1]  # the source that the first sentence cites
    assert claim.text == " ".join(claim.citations[0].quote.split())


def test_what_was_asked_for_in_particular_needs_no_more(seeds_index: tuple[Settings, Index]) -> None:
    reply = "Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025."
    assert closing(seeds_index, "Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?", reply) == []


def test_a_reader_of_another_language_is_not_given_the_source_twice(seeds_index: tuple[Settings, Index]) -> None:
    half = "Morocco's infrastructure offers Kazakhstan a strategic gateway."
    assert closing(seeds_index, OPEN, half, language="en") == []
