"""The search over the seeds, with the real embedder: languages, spellings, filters, copies, parts switched off."""

from dataclasses import replace
from pathlib import Path

import pytest

from conftest import SEEDS
from hash_embedder import HashEmbedder, corpus_of, indexed
from kzchat.embedding import default_embedder
from kzchat.errors import UsageError
from kzchat.index import Index
from kzchat.lexical import content_words
from kzchat.retrieval import Retriever
from kzchat.schema import Filters, RetrievedPassage
from kzchat.search_command import filters_for
from kzchat.settings import Component, Settings
from kzchat.spelling import NameLexicon, forms

Seeds = tuple[Settings, Index]


def search(
    seeds_index: Seeds,
    question: str,
    limit: int = 5,
    filters: Filters | None = None,
    without: tuple[Component, ...] = (),
) -> list[RetrievedPassage]:
    settings, index = seeds_index
    settings = settings.model_copy(update={"search_without": without})
    return Retriever(index, default_embedder(), settings).search(question, limit, filters)


@pytest.mark.parametrize(
    "question",
    [
        "Quand le Kazakhstan a-t-il adhéré aux Accords d’Abraham ?",
        "When did Kazakhstan join the Abraham Accords?",
        "Когда Казахстан присоединился к Авраамским соглашениям?",
        "Қазақстан Авраам келісімдеріне қашан қосылды?",
        "متى انضمت كازاخستان إلى اتفاقيات أبراهام؟",
    ],
)
def test_the_sentence_is_found_from_every_language(seeds_index: Seeds, question: str) -> None:
    found = search(seeds_index, question)
    assert any(p.sentence.file.startswith("003") and "novembre 2025" in p.sentence.text for p in found)


@pytest.mark.parametrize(
    ("name", "written", "article"),
    [
        ("Koshanov", "Qoşanov", "000"),
        ("Кошанов", "Qoşanov", "000"),
        ("قوشانوف", "Qoşanov", "000"),
        ("koshanov", "Qoşanov", "000"),
        ("Sailaukyzy", "Sailaukzy", "000"),
        ("Saïlaoukiéva", "Sailaukyzy", "003"),
        ("Сайлауқызы", "Saïlaoukiéva", "001"),
        ("Токаев", "Tokaïev", "002"),
        ("Tokayev", "Tokaïev", "002"),
        ("Тоқаев", "Tokayev", "001"),
        ("توكاييف", "Tokayev", "000"),
        ("Нуртлеу", "Nurtleu", "002"),
    ],
)
def test_one_name_in_many_spellings(seeds_index: Seeds, name: str, written: str, article: str) -> None:
    found = search(seeds_index, name, limit=8)
    assert any(p.sentence.file.startswith(article) and written in p.sentence.text and p.lexical for p in found)


def test_names_that_are_alike_but_not_the_same() -> None:
    lexicon = NameLexicon(["Austria", "Mohammedia", "Bourita"])
    assert lexicon.spellings("Astana") == {}
    assert lexicon.spellings("Bouteflika") == {}
    assert lexicon.spellings("Bourita") == dict.fromkeys(forms("Bourita"), 1.0)


def test_boilerplate_is_never_found(seeds_index: Seeds) -> None:
    for question in ("Le club sportif de Kénitra", "Leave a Reply", "Croissance des échanges au cœur des relations"):
        for passage in search(seeds_index, question, limit=50):
            assert "Kénitra" not in passage.sentence.text
            assert "Lire aussi" not in passage.sentence.text
            assert "Tell a friend" not in passage.sentence.text


def test_an_author_is_evidence_and_a_date_is_none(seeds_index: Seeds) -> None:
    assert any(p.sentence.text == "Par : Hassan Ammari" for p in search(seeds_index, "Qui est Hassan Ammari ?"))
    found = search(seeds_index, "date 2026-01-29")
    assert not any("2026-01-29" in p.sentence.text for p in found)
    assert any(p.date == "2026-01-29" for p in found)


def test_every_span_is_verbatim(seeds_index: Seeds) -> None:
    for passage in search(seeds_index, "Maroc Kazakhstan coopération", limit=50):
        sentence = passage.sentence
        text = (SEEDS / sentence.file).read_bytes().decode()
        assert text[sentence.start : sentence.end] == sentence.text


def test_scores_fall_and_the_limit_holds(seeds_index: Seeds) -> None:
    found = search(seeds_index, "coopération", limit=7)
    assert len(found) == 7
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    assert search(seeds_index, "coopération", limit=0) == []


@pytest.mark.parametrize(
    ("without", "gone"),
    [
        ("dense", ("dense", "passage_dense")),
        ("lexical", ("lexical", "passage_lexical")),
        ("passages", ("passage_dense", "passage_lexical")),
    ],
)
def test_a_list_can_be_switched_off(seeds_index: Seeds, without: Component, gone: tuple[str, ...]) -> None:
    whole = search(seeds_index, "Accords d’Abraham")
    part = search(seeds_index, "Accords d’Abraham", without=(without,))
    assert all(any(getattr(p, name) for p in whole) for name in gone)
    assert part and not any(getattr(p, name) for p in part for name in gone)


def test_spellings_can_be_switched_off(seeds_index: Seeds) -> None:
    assert any(p.lexical for p in search(seeds_index, "Кошанов"))
    assert not any(p.lexical for p in search(seeds_index, "Кошанов", without=("spelling",)))


def test_filters(seeds_index: Seeds) -> None:
    def files(filters: Filters) -> set[str]:
        return {p.sentence.file[:3] for p in search(seeds_index, "Azoulay Kazakhstan", 50, filters)}

    assert files(Filters(language="en")) == {"004"}
    assert files(Filters(language="fr")) == {"000", "001", "002", "003"}
    assert files(Filters(files=("002_bf6be694a351f983.txt",))) == {"002"}
    assert files(Filters(since="2026-01-29")) == {"004"}  # the only article that says its date
    assert files(Filters(since="2026-01-30")) == set()
    assert files(Filters(until="2026-01-28")) == set()
    assert files(Filters(language="en", since="2026-01-01", until="2026-12-31")) == {"004"}


def test_options_of_a_search(seeds_index: Seeds) -> None:
    known = list(seeds_index[1].manifest.by_file())
    assert filters_for(known, None, None, "2026", "2026-02") == Filters(since="2026-01-01", until="2026-02-28")
    assert filters_for(known, "fr", "00[12]*", None, None).files == tuple(known[1:3])
    assert filters_for(known, None, "4c9b", None, None).files == (known[4],)
    for options in (("xx", None, None, None), (None, "none*", None, None), (None, None, "29.01.2026", None)):
        with pytest.raises(UsageError):
            filters_for(known, *options)
    with pytest.raises(UsageError, match="later than"):
        filters_for(known, None, None, "2027", "2026")
    with pytest.raises(UsageError, match="not a date"):
        filters_for(known, None, None, None, "2026-02-30")


def test_copies_collapse_but_not_where_a_number_differs(tmp_path: Path) -> None:
    wheat = "Le Kazakhstan a livré {} tonnes de blé au port de Casablanca en 2025."
    index = corpus_of(
        tmp_path,
        {
            "a.txt": wheat.format(500),
            "b.txt": wheat.format(500).replace("a livré", "a  livré"),
            "c.txt": wheat.format(700),
        },
    )
    settings = Settings(corpus=tmp_path / "articles", home=tmp_path / "home")
    found = Retriever(index, HashEmbedder(), settings).search("blé Casablanca", 5)
    assert sorted((p.sentence.file, [s.file for s in p.also_in]) for p in found) == [
        ("a.txt", ["b.txt"]),
        ("c.txt", []),
    ]
    apart = Retriever(index, HashEmbedder(), settings.model_copy(update={"search_without": ("collapse",)}))
    assert len(apart.search("blé Casablanca", 5)) == 3


def test_no_article_crowds_out_others_that_say_as_much(tmp_path: Path) -> None:
    wheat = ["récolté", "vendu", "livré", "acheté", "stocké", "exporté", "moulu", "semé"]
    index = corpus_of(
        tmp_path,
        {
            "long.txt": "\n".join(f"Le blé de Kostanaï est {verb} par la coopérative locale." for verb in wheat),
            "other.txt": "Le blé de Kostanaï arrive chaque mois à Rabat par une coopérative du port de la ville.",
            "third.txt": "Le port de la ville charge chaque mois du blé de Kostanaï pour une coopérative.",
            "fourth.txt": "Un moulin reçoit du blé.",
        },
    )
    settings = Settings(corpus=tmp_path / "articles", home=tmp_path / "home")
    with_quota = Retriever(index, HashEmbedder(), settings).search("blé Kostanaï coopérative", 4)
    assert {p.sentence.file for p in with_quota} == {"long.txt", "other.txt", "third.txt"}
    assert len(with_quota) == 4
    free = replace(Filters(), language=None)
    without = settings.model_copy(update={"search_without": ("quota",)})
    crowded = Retriever(index, HashEmbedder(), without).search("blé Kostanaï coopérative", 4, free)
    assert {p.sentence.file for p in crowded} == {"long.txt"}


def test_a_sentence_with_what_is_asked_for_comes_first(tmp_path: Path) -> None:
    index = corpus_of(
        tmp_path,
        {
            "a.txt": "Le blé de Kostanaï a été vendu au moulin.",
            "b.txt": "Le blé de Kostanaï a été vendu au moulin en 2019.",
        },
    )
    settings = Settings(corpus=tmp_path / "articles", home=tmp_path / "home")
    question = "Quand le blé de Kostanaï a-t-il été vendu au moulin ?"
    found = Retriever(index, HashEmbedder(), settings).search(question, 2)
    assert [p.sentence.file for p in found] == ["b.txt", "a.txt"]
    without = settings.model_copy(update={"search_without": ("asked",)})
    found = Retriever(index, HashEmbedder(), without).search(question, 2)
    assert [p.sentence.file for p in found] == ["a.txt", "b.txt"]


def test_a_removed_article_is_never_found(seeds_index: Seeds, tmp_path: Path) -> None:
    index = corpus_of(tmp_path, {"a.txt": "Du blé à Rabat.", "b.txt": "Du blé à Astana."})
    settings = Settings(corpus=tmp_path / "articles", home=tmp_path / "home")
    retriever = Retriever(index, HashEmbedder(), settings)
    assert {p.sentence.file for p in retriever.search("blé", 5)} == {"a.txt", "b.txt"}
    (tmp_path / "articles" / "b.txt").unlink()
    indexed(settings, HashEmbedder())  # by another process, as it were
    assert {p.sentence.file for p in retriever.search("blé", 5)} == {"a.txt"}


def test_the_words_of_questions_are_no_words_to_search() -> None:
    assert content_words("Quand le roi a-t-il visité Astana ?", "fr") == ["roi", "visité", "astana"]
    assert content_words("When was the treaty signed?", "en") == ["treaty", "signed"]
    assert content_words("Кто посетил Рабат?", "ru") == ["посетил", "рабат"]
    assert content_words("qui ?", "fr") == ["qui"]
