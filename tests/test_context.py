"""What surrounds the evidence in its articles: the dateline, and the sentence before one that cannot stand alone."""

from pathlib import Path

import pytest

from hash_embedder import HashEmbedder, corpus_of
from kzchat.antecedents import leans_back
from kzchat.context import in_context
from kzchat.grounding import Grounder
from kzchat.retrieval import Retriever
from kzchat.schema import RetrievedPassage, Sentence
from kzchat.settings import Settings
from kzchat.support import Sources

TEXT = """Le port de Sète ralentit

Le préfet a désigné une médiatrice, Ghislaine Orsetti. Elle recevra les deux parties lundi 17 mars.

« Nous verrons bien », a-t-il déclaré.

Le port compte 310 dockers."""


def evidence_of(tmp_path: Path, text: str) -> list[RetrievedPassage]:
    """The evidence for a question about the one article, in its order."""
    index = corpus_of(tmp_path, {"a.txt": text})
    settings = Settings(corpus=tmp_path / "articles", home=tmp_path / "home")
    found, _ = Retriever(index, HashEmbedder(), settings).search_sides("Que fait le préfet de Sète ?", (), 8)
    return sorted(found, key=lambda passage: passage.sentence.start)


def test_the_article_of_evidence_has_its_dateline(tmp_path: Path) -> None:
    text = "Court cancels a lease\n\nMALINDI, Kenya, May 16, 2025 – The court cancelled the lease of the salt works."
    evidence = evidence_of(tmp_path, text)
    assert all("MALINDI, Kenya" in passage.article for passage in evidence)
    assert not any("Kenya" in passage.sentence.text for passage in evidence)


def test_what_leans_on_the_sentence_before_is_quoted_with_it(tmp_path: Path) -> None:
    evidence = evidence_of(tmp_path, TEXT)
    title, named, she, he, counted = evidence
    assert she.quotable.text == TEXT[TEXT.index("Le préfet") : TEXT.index("17 mars.") + 8]
    assert he.quotable.text == TEXT[TEXT.index("Elle recevra") : TEXT.index("déclaré.") + 8]
    for passage in evidence:
        assert TEXT[passage.quotable.start : passage.quotable.end] == passage.quotable.text
    assert title.led_in is named.led_in is counted.led_in is None


def test_the_quotation_of_an_answer_can_be_understood_alone(tmp_path: Path) -> None:
    evidence = evidence_of(tmp_path, TEXT)
    claim = Grounder(Sources(evidence, HashEmbedder()), "Quand ?").check("Elle recevra les parties le 18 mars.")
    (citation,) = claim.citations
    assert claim.verdict == "quoted" and claim.text.startswith("Le préfet a désigné une médiatrice")
    assert TEXT[citation.start : citation.end] == citation.quote


def test_what_the_search_found_side_by_side_is_quoted_together(tmp_path: Path) -> None:
    _, named, she, he, counted = evidence_of(tmp_path, TEXT)
    assert [len(passage.goes_on) for passage in (named, she, he, counted)] == [3, 2, 1, 0]
    assert named.quotable_with(1).text == TEXT[TEXT.index("Le préfet") : TEXT.index("17 mars.") + 8]
    assert named.quotable_with(3).text == TEXT[TEXT.index("Le préfet") :]
    assert she.quotable_with(1).text == TEXT[TEXT.index("Le préfet") : TEXT.index("déclaré.") + 8]
    for passage in (named, she, he, counted):
        for behind in range(len(passage.goes_on) + 1):
            said = passage.quotable_with(behind)
            assert TEXT[said.start : said.end] == said.text


def test_what_the_search_did_not_find_is_not_quoted_along(tmp_path: Path) -> None:
    index = corpus_of(tmp_path, {"a.txt": TEXT})
    named = next(each for each in index.manifest.sentences_of("a.txt") if each.text.startswith("Le préfet"))
    passage = RetrievedPassage(named, "Le port de Sète ralentit", None, None, 1.0)
    (surrounded,) = in_context(index.manifest, [passage])
    assert surrounded.goes_on == () and surrounded.quotable_with(0) == named


def test_a_quotation_goes_on_where_the_next_sentence_may_answer(tmp_path: Path) -> None:
    evidence = evidence_of(tmp_path, TEXT)
    claim = Grounder(Sources(evidence, HashEmbedder()), "Que fait le préfet de Sète ?").check(
        "Le préfet de Sète a désigné un médiateur, Ghislain Orsetti."
    )
    (citation,) = claim.citations
    assert claim.verdict == "quoted" and claim.text.startswith("Le préfet a désigné")
    assert claim.text.endswith("Le port compte 310 dockers.")
    assert TEXT[citation.start : citation.end] == citation.quote
    dated = Grounder(Sources(evidence, HashEmbedder()), "Qui le préfet a-t-il désigné ?").check(
        "Le préfet a désigné un médiateur, Ghislain Orsetti."
    )
    assert dated.text == "Le préfet a désigné une médiatrice, Ghislaine Orsetti."  # the next names nobody


def test_a_quotation_does_not_go_on_with_what_is_no_evidence_here(tmp_path: Path) -> None:
    evidence = [each for each in evidence_of(tmp_path, TEXT) if not each.sentence.text.startswith("Elle")]
    claim = Grounder(Sources(evidence, HashEmbedder()), "Que fait le préfet de Sète ?").check(
        "Le préfet de Sète a désigné un médiateur, Ghislain Orsetti."
    )
    assert claim.text == "Le préfet a désigné une médiatrice, Ghislaine Orsetti."


def test_a_quotation_does_not_go_on_without_end(tmp_path: Path) -> None:
    told = "Le préfet de Sète a reçu le docker"
    said = [f"{told} numéro {number} au port, {'et encore ' * 20}ici." for number in range(5)]
    evidence = evidence_of(tmp_path, " ".join(said))
    grounder = Grounder(Sources(evidence, HashEmbedder()), "Que fait le préfet de Sète ?")
    claim = grounder.check(f"{told} numéro 77 au port.")
    assert claim.verdict == "quoted" and len(said[0]) < len(claim.text) <= 600


def test_the_next_best_is_not_part_of_a_quotation_that_goes_on(tmp_path: Path) -> None:
    evidence = evidence_of(tmp_path, TEXT)
    grounder = Grounder(Sources(evidence, HashEmbedder()), "Que fait le préfet de Sète ?", answers=lambda passage: 1.0)
    first = grounder.check("Le préfet de Sète a désigné un médiateur, Ghislain Orsetti.")
    rest = list(grounder.closing([first], compared=False))
    assert first.text.endswith("Le port compte 310 dockers.")
    assert not any(claim.text in first.text for claim in rest)


def test_no_heading_leads_in(tmp_path: Path) -> None:
    heading, he = evidence_of(tmp_path, "Le préfet de Sète\n\nIl a désigné une médiatrice pour le port.")
    assert heading.sentence.text == "Le préfet de Sète" and he.led_in is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Ces chantiers sont considérés comme des leviers."),
        ("fr", "« Rien n’est signé », a-t-elle dit."),
        ("fr", "Selon lui, le port tourne au ralenti."),
        ("fr", "Le ministère les a démenties."),
        ("fr", "La région n’en recycle que 7 %."),
        ("en", "He denied any wrongdoing."),
        ("en", "“This is not about money."),
        ("en", '"The board decided," he said.'),
        ("ru", "Ранее она руководила грузовой службой."),
        ("fr", "Auparavant, elle dirigeait le port de Sète."),
        ("en", "Previously, she ran the port of Sète."),
        ("ru", "По его словам, норматив опустился до 7,8 %."),
        ("ru", "«Он окажется не последним», — предупредила она."),
        ("kk", "Оның айтуынша, өнім 14,2 центнер болды."),
        ("ar", "وأضاف: «فضّلنا أن نخسر أسبوعين»."),
        ("ar", "وأوضح أن المياه تضيع في الطريق."),
    ],
)
def test_sentences_that_lean_back(language: str, text: str) -> None:
    assert leans_back(Sentence("a.txt", 0, len(text), text, language, "sha"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Cette semaine, le roi a reçu l’ambassadrice."),
        ("fr", "Sa Majesté le Roi Mohammed VI a reçu l’ambassadrice."),
        ("fr", "Il faut des grues au port de Sète."),
        ("fr", "Le roi a reçu la diplomate, qui a dit que les ports ont rouvert."),
        ("fr", "Ce lundi, le port a fermé."),
        ("fr", "Il y a 310 dockers à Sète."),
        ("en", "It is likely that the port will close."),
        ("ru", "Его Величество король принял посла."),
        ("en", "This year the harvest reached 5 million tonnes."),
        ("en", '"We decided," the chairwoman said.'),
        ("ru", "Ранее министр руководила грузовой службой."),
        ("en", "Before she became mayor, Anna Holm ran the port."),
        ("en", "Then it is likely that the port will close."),
        ("ru", "Нацбанк ввёл режим временного управления."),
        ("ar", "وقال الحارثي إن الإطلاق تأجل مرتين."),
        ("de", "Er sagte nichts."),
    ],
)
def test_sentences_that_stand_alone(language: str, text: str) -> None:
    assert not leans_back(Sentence("a.txt", 0, len(text), text, language, "sha"))
