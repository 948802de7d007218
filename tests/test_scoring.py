"""What is scored of one case, on answers built by hand."""

from dataclasses import replace
from math import log2

import pytest

from gold import CASE, UNANSWERABLE, abstained, answered, claim, passage, sentence
from kzchat.metrics import wilson
from kzchat.schema import Answer, Citation, Claim, EvalCase, EvalResult, Quote, RetrievedPassage
from kzchat.scoring import (
    citation_precision,
    citation_recall,
    cites_right_file,
    fold,
    is_correct,
    language_match,
    language_pair,
    outcome,
    own_words,
    ranking,
    right_reason,
    supported_sentences,
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("L’Assemblée  Générale\u00a0: « Mäjılıs »", "l assemblee generale majilis"),
        ("Qoşanov, 24–27 novembre", "qosanov 24 27 novembre"),
        ("Рабат", "rabat"),
        ("£750, 68,40\u00a0€", "750 68 40"),
        (" … ", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("part", "text", "correct"),
    [
        ("roi|king", "Le Roi l'a reçue.", True),
        ("roi", "Les trois rois.", False),  # short: neither inside a word nor inflected
        ("terroris", "le terrorisme", True),
        ("terroris", "antiterrorisme", False),
        ("ambassad", "The ambassador", True),
        ("novembre 2025", "en novembre 2025.", True),
        ("novembre 202", "en novembre 2025.", False),  # a number is not inflected
        ("Jérusalem-Est", "jerusalem est", True),
        ("Tokaïev|Tokayev", "President Tokayev", True),
        ("…", "anything", False),
    ],
)
def test_is_correct_by_part(part: str, text: str, correct: bool) -> None:
    assert is_correct(replace(CASE, answers=(part,)), answered(claim(text, "a.txt"))) is correct


def test_is_correct_needs_every_part_and_the_right_status() -> None:
    case = replace(CASE, answers=("roi|king", "mars|March"))
    assert is_correct(case, answered(claim("Le roi."), claim("En mars.")))
    assert not is_correct(case, answered(claim("Le roi.")))
    assert not is_correct(case, answered(claim("Le roi."), claim("En mars.", verdict="withheld")))
    assert not is_correct(case, abstained("Le roi, en mars."))
    assert is_correct(UNANSWERABLE, abstained())
    assert not is_correct(UNANSWERABLE, answered(claim("Douze.")))


def test_a_ranking_looks_for_overlapping_sentences_of_the_same_file() -> None:
    miss = passage("a.txt", "Elle repart en mars.")
    hit = passage("a.txt", "Le roi a reçu l’ambassadrice.")  # the quote has a line break there

    def hits(*passages: RetrievedPassage) -> tuple[bool, bool]:
        found = ranking(CASE, passages)
        assert found is not None
        return found.hit_at_1, found.hit_at_5

    assert hits(miss, hit) == (False, True)
    assert hits(hit, miss) == (True, True)
    assert hits(passage("a.txt", "Hier : Le roi a reçu l’ambassadrice. Fin.")) == (True, True)
    assert hits(passage("a.txt", "Le roi a reçu")) == (True, True)
    assert hits(passage("b.txt", "Le roi a reçu l’ambassadrice.")) == (False, False)
    assert hits() == (False, False)
    assert ranking(UNANSWERABLE, [hit]) is None


def test_a_ranking_counts_twins_and_files() -> None:
    twin = sentence("a.txt", "Le roi a reçu l’ambassadrice.")
    found = ranking(CASE, [passage("b.txt", "Le roi a reçu l’ambassadrice", twin)])
    assert found and found.hit_at_1
    by_file = replace(CASE, supports=(), relevant=("b.txt",))
    again = [passage("a.txt", "One."), passage("a.txt", "Two."), passage("b.txt", "The king met her.")]
    found = ranking(by_file, again)  # an article counts once: b.txt is second
    assert found and (found.hit_at_1, found.reciprocal_rank) == (False, 0.5)


def test_reciprocal_rank_and_ndcg_agree_with_their_formulas() -> None:
    first, second = Quote("a.txt", "Un."), Quote("a.txt", "Deux.")
    case = replace(CASE, supports=(first, second))
    order = [passage("a.txt", "Rien."), passage("a.txt", "Deux."), passage("a.txt", "Deux."), passage("a.txt", "Un.")]
    found = ranking(case, order)
    assert found is not None
    assert found.reciprocal_rank == 0.5
    gain = 1 / log2(3) + 1 / log2(5)  # a label that was found already gains nothing
    assert found.ndcg == pytest.approx(gain / (1 + 1 / log2(3)))


def test_cites_right_file() -> None:
    assert cites_right_file(CASE, answered(claim("Le roi.", "a.txt"))) is True
    assert cites_right_file(CASE, answered(claim("Le roi.", "a.txt", "b.txt"))) is False
    assert cites_right_file(CASE, answered(claim("Le roi."))) is False
    assert cites_right_file(replace(CASE, relevant=("b.txt",)), answered(claim("Le roi.", "a.txt", "b.txt"))) is True
    assert cites_right_file(CASE, abstained()) is None
    assert cites_right_file(UNANSWERABLE, answered(claim("Douze.", "a.txt"))) is None
    assert cites_right_file(replace(CASE, supports=()), answered(claim("Le roi.", "a.txt"))) is None


def test_citations_are_held_against_the_labels() -> None:
    right = Citation(1, "a.txt", 0, 29, "Le roi a reçu l’ambassadrice.", "")
    wrong = Citation(2, "b.txt", 0, 17, "The king met her.", "")
    answer = answered(
        Claim("Le roi.", "supported", (right, wrong)), Claim("Elle.", "quoted", (wrong,)), Claim("Non.", "supported")
    )
    assert citation_precision(CASE, answer) == (1, 3)
    assert citation_recall(CASE, answer) == (1, 3)  # the third sentence cites nothing
    hidden = answered(Claim("Le roi.", "supported", (right,)), Claim("Elle.", "withheld", (wrong,)))
    assert citation_precision(CASE, hidden) == (1, 1)
    chunk = replace(right, quote="Hier. Le roi a reçu l’ambassadrice. Elle repart en mars.")
    assert citation_precision(CASE, answered(Claim("Le roi.", "supported", (chunk,)))) == (1, 1)
    assert citation_precision(CASE, abstained()) is None
    assert citation_recall(UNANSWERABLE, answer) is None


def test_a_supported_sentence_holds_no_number_or_name_of_its_own() -> None:
    source = Citation(1, "a.txt", 0, 9, "Murat Nurtleu a signé 3 accords à Rabat.", "")
    true = Claim("Murat Nurtleu a signé 3 accords.", "supported", (source,))
    number = Claim("Murat Nurtleu a signé 4 accords.", "supported", (source,))
    name = Claim("Nasser Bourita a signé 3 accords.", "supported", (source,))
    bare = Claim("Il a signé.", "supported")
    quoted = Claim("Murat Nurtleu a signé 3 accords à Rabat.", "quoted", (source,))
    assert supported_sentences(answered(true, number, name, bare, quoted)) == (2, 5)
    assert own_words(answered(true, quoted, replace(name, verdict="withheld"))) == (1, 2)
    assert supported_sentences(abstained()) is None


def test_the_reason_is_the_cases_own_or_its_kinds() -> None:
    declined = abstained()  # not_stated
    assert right_reason(UNANSWERABLE, declined) is True
    assert right_reason(replace(UNANSWERABLE, kind="false_premise"), declined) is False
    assert right_reason(replace(UNANSWERABLE, kind="false_premise", reasons=("not_stated",)), declined) is True
    assert right_reason(replace(UNANSWERABLE, kind="out_of_scope"), replace(declined, reason="no_evidence")) is True
    assert right_reason(CASE, declined) is None
    assert right_reason(UNANSWERABLE, answered(claim("Douze."))) is None


def test_language_match_looks_at_own_words_only() -> None:
    french = claim("Le roi du Maroc a reçu l'ambassadrice du Kazakhstan à Rabat.")
    english = "The king of Morocco received the ambassador of Kazakhstan in Rabat."
    assert language_match(CASE, answered(french)) is True
    assert language_match(CASE, answered(claim(english))) is False
    assert language_match(CASE, answered(french, claim(english, verdict="quoted"))) is True
    assert language_match(CASE, answered(claim(english, verdict="quoted"))) is None
    assert language_match(CASE, answered(claim(english, verdict="withheld"))) is None
    assert language_match(CASE, abstained(english)) is None


def test_a_pair_of_languages() -> None:
    assert language_pair(CASE, {"a.txt": "en"}) == "fr→en"
    both = replace(CASE, supports=(Quote("a.txt", "Un."), Quote("b.txt", "Two.")))
    assert language_pair(both, {"a.txt": "fr", "b.txt": "en"}) == "fr→en+fr"
    assert language_pair(UNANSWERABLE, {}) == "fr→–"


EVIDENCE = (passage("a.txt", "Le roi a reçu l’ambassadrice."),)
LABELLED = Citation(1, "a.txt", 0, 29, "Le roi a reçu l’ambassadrice.", "")


@pytest.mark.parametrize(
    ("case", "answer", "expected"),
    [
        (CASE, answered(Claim("Le roi.", "supported", (LABELLED,)), evidence=EVIDENCE), "right"),
        (CASE, answered(claim("Le roi.", "b.txt"), evidence=EVIDENCE), "not_cited"),
        (CASE, answered(claim("Elle.", "a.txt"), evidence=EVIDENCE), "wrong"),
        (CASE, answered(claim("Elle.", "a.txt")), "not_retrieved"),
        (CASE, abstained(), "not_retrieved"),
        (CASE, replace(abstained(), evidence=EVIDENCE), "not_answered"),
        (CASE, replace(abstained(), evidence=EVIDENCE, sentences=(claim("Le roi.", verdict="withheld"),)), "withheld"),
        (CASE, answered(replace(claim("Elle.", verdict="quoted"), draft="Le roi."), evidence=EVIDENCE), "withheld"),
        (UNANSWERABLE, abstained(), "right"),
        (UNANSWERABLE, answered(claim("Douze.")), "answered_unanswerable"),
    ],
)
def test_what_went_wrong_and_in_which_stage(case: EvalCase, answer: Answer, expected: str) -> None:
    assert outcome(EvalResult(case, answer)) == expected
    assert outcome(EvalResult(case, answer, "The model died.")) == "error"


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (score, without continuity correction)
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_agrees_with_published_intervals(successes: int, count: int, low: float, high: float) -> None:
    assert wilson(successes, count) == pytest.approx((low, high), abs=5e-5)


def test_wilson_stays_in_bounds() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(7, 7)[1] == 1.0
    assert wilson(0, 7)[0] == 0.0
