from dataclasses import replace

import pytest

from conftest import SEEDS
from gold import passage
from kzchat.embedding import default_embedder
from kzchat.grounding import Grounder, without_marks
from kzchat.index import Index
from kzchat.retrieval import Retriever
from kzchat.schema import Claim, RetrievedPassage
from kzchat.sentences import SentenceAssembler
from kzchat.settings import Settings
from kzchat.support import Sources


@pytest.fixture
def evidence(seeds_index: tuple[Settings, Index]) -> list[RetrievedPassage]:
    settings, index = seeds_index
    question = "Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?"
    return Retriever(index, default_embedder(), settings).search(question, 6)


def grounder(evidence: list[RetrievedPassage]) -> Grounder:
    return Grounder(Sources(evidence, default_embedder()))


def assert_verbatim(claim: Claim) -> None:
    for citation in claim.citations:
        text = (SEEDS / citation.file).read_bytes().decode()
        assert text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "draft",
    [
        "Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025.",
        "Kazakhstan joined the Abraham Accords in November 2025 [3].",
        "Казахстан присоединился к Авраамским соглашениям в ноябре 2025 года.",
    ],
)
def test_a_true_sentence_gets_its_own_source(evidence: list[RetrievedPassage], draft: str) -> None:
    claim = grounder(evidence).check(draft)
    assert claim.verdict == "supported"
    assert claim.text == without_marks(draft)
    (citation,) = claim.citations
    assert citation.n == 1 and "novembre 2025" in citation.quote
    assert_verbatim(claim)


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        ("Le Kazakhstan a adhéré aux Accords d’Abraham en décembre 2025.", "décembre"),
        ("Le Kazakhstan a adhéré aux Accords d’Abraham le 12 novembre 2025.", "12"),
        ("L’Arabie saoudite a adhéré aux Accords d’Abraham en novembre 2025.", "Arabie"),
    ],
)
def test_an_invented_fact_is_replaced_by_the_source(evidence: list[RetrievedPassage], draft: str, reason: str) -> None:
    claim = grounder(evidence).check(draft)
    assert claim.verdict == "quoted"
    assert claim.text == " ".join(claim.citations[0].quote.split())
    assert any(reason in given for given in claim.reasons)
    assert claim.draft == draft
    assert_verbatim(claim)


def test_a_source_is_not_quoted_twice(evidence: list[RetrievedPassage]) -> None:
    checker = grounder(evidence)
    assert checker.check("Le Kazakhstan a adhéré en décembre 2025.").verdict == "quoted"
    again = checker.check("Le Kazakhstan a adhéré en octobre 2025.")
    assert again.verdict == "withheld" and again.citations == ()


def test_one_source_keeps_its_number(evidence: list[RetrievedPassage]) -> None:
    checker = grounder(evidence)
    first = checker.check("Le Kazakhstan a adhéré aux Accords d’Abraham en novembre 2025.")
    second = checker.check("L'adhésion du Kazakhstan aux Accords d’Abraham date de novembre 2025.")
    assert [c.n for c in (*first.citations, *second.citations)] == [1, 1]


def test_a_sentence_that_was_cut_off_is_not_shown(evidence: list[RetrievedPassage]) -> None:
    claim = grounder(evidence).check("Le Kazakhstan a adhéré aux Accords d’Abraham en", complete=False)
    assert claim.verdict == "quoted"


def test_without_evidence_everything_is_withheld() -> None:
    assert grounder([]).check("Le Maroc existe.").verdict == "withheld"


def test_sentences_are_held_back_until_they_end() -> None:
    assembler = SentenceAssembler()
    pieces = ["M. Azou", "lay a reçu Mme S.", " Elle est", " partie.", " Fin"]
    sentences = [sentence for piece in pieces for sentence in assembler.push(piece)]
    sentences.append(assembler.rest())
    assert sentences == ["M. Azoulay a reçu Mme S.", "Elle est partie.", "Fin"]


@pytest.mark.parametrize("text", ["Vrai [1].", "Vrai [1, 2].", "Vrai [1][2].", "Vrai [ 3 ]."])
def test_the_models_marks_are_thrown_away(text: str) -> None:
    assert without_marks(text) == "Vrai."


def test_a_word_of_two_alphabets_is_not_shown(evidence: list[RetrievedPassage]) -> None:
    claim = grounder(evidence).check("Казахстан присоединился к Авраамским соглашениям, как Морocco.")
    assert claim.verdict == "quoted" and claim.reasons == ("a word of it mixes alphabets",)


def test_a_word_in_an_alphabet_of_no_reader_is_not_shown(evidence: list[RetrievedPassage]) -> None:
    claim = grounder(evidence).check("Le Kazakhstan a adhéré aux 协议 en novembre 2025.")
    assert claim.verdict == "quoted" and claim.reasons == ("it is partly in another alphabet",)


@pytest.mark.parametrize("draft", ["Вот ответ на ваш вопрос на русском языке:", "Voulez-vous en savoir plus ?", "…"])
def test_what_only_leads_to_an_answer_is_not_replaced(evidence: list[RetrievedPassage], draft: str) -> None:
    claim = grounder(evidence).check(draft)
    assert claim.verdict == "withheld" and claim.reasons == ("it is not an answer",)


@pytest.mark.parametrize(
    ("question", "draft", "verdict"),
    [
        ("How many were injured in the mine?", "171", "quoted"),
        ("How many people were injured?", "171 people.", "quoted"),
        ("Qui a dirigé la mine ?", "Anna Holm", "quoted"),
        ("How many did Anna Holm save?", "Anna Holm: 171.", "quoted"),
        ("How many worked in the mine?", "171 people worked in the mine.", "supported"),
        ("Who spoke?", "Anna Holm said that 171 people were at work in the mine.", "supported"),
    ],
)
def test_a_bare_name_or_number_is_shown_in_its_sentence(question: str, draft: str, verdict: str) -> None:
    told = passage("a.txt", "171 people were at work in the mine, said its director, Anna Holm.")
    claim = Grounder(Sources([told], default_embedder(), language="en"), question).check(draft)
    assert claim.verdict == verdict and claim.citations[0].quote == told.sentence.text
    assert claim.text == (told.sentence.one_line if verdict == "quoted" else draft)


def test_what_is_written_of_a_sentence_that_cannot_be_read_does_not_choose_it() -> None:
    opened, repaired = kazakh("Көпір 2019 жылы мамырда ашылды.", 0.9), kazakh("Көпір 2021 жылы жөнделді.", 0.85)
    for reads, quoted in ((("en",), opened), (("en", "kk"), repaired)):
        checker = Grounder(
            Sources([opened, repaired], default_embedder(), language="kk"), "Көпір қашан ашылды?", reads=reads
        )
        assert checker.check("It was repaired in 2021 by 300 soldiers.").text == quoted.sentence.one_line


def kazakh(text: str, score: float) -> RetrievedPassage:
    found = passage("a.txt", text)
    return replace(found, sentence=replace(found.sentence, language="kk"), score=score)


def test_a_true_sentence_of_an_article_that_does_not_know_what_is_asked_about_is_not_shown() -> None:
    council = replace(
        passage("council.txt", "La mesure s’appliquera à partir du 1er février 2025."),
        article="Le conseil de Vareg a voté les prix. La mesure s’appliquera à partir du 1er février 2025.",
    )
    draft = "La mesure s’appliquera à partir du 1er février 2025."
    of_council, of_barge = "Quand la mesure de Vareg s’applique-t-elle ?", "Quand s’applique l’aide à la Virgule ?"
    shown = Grounder(Sources([council], default_embedder()), of_council).check(draft)
    assert shown.verdict == "supported"
    other = Grounder(Sources([council], default_embedder()), of_barge).check(draft)
    assert other.verdict == "withheld" and other.reasons[0] == "its article does not know what is asked about"


def test_a_word_of_the_question_that_only_the_sentence_before_has_is_cited_with_it() -> None:
    text = "Le ministre a fait une visite officielle. Ces visites font de Brest une porte vers le nord."
    heading = passage("a.txt", "Visites officielles à Brest")
    leaning = passage("a.txt", "Ces visites font de Brest une porte vers le nord.")
    led = replace(leaning, led_in=replace(leaning.sentence, text=text))
    question, draft = (
        "What did the official visits make of Brest?",
        "The official visits made Brest a gateway to the north.",
    )
    alone = Grounder(Sources([leaning, heading], default_embedder()), question).check(draft)
    assert alone.verdict == "withheld" and "offic" in alone.reasons[0]
    claim = Grounder(Sources([led, heading], default_embedder()), question).check(draft)
    assert claim.verdict == "supported" and [citation.quote for citation in claim.citations] == [text]
