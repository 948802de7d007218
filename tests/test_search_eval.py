"""The figures of a search: pure functions over what was found."""

import pytest

from kzchat.evaluation import filters_of
from kzchat.metrics import Rate
from kzchat.schema import EvalCase, Filters, Quote, RetrievedPassage, Sentence
from kzchat.search_eval import Found, ablation, by_language, figures, find, ranked, recall_at, table


def passage(file: str, text: str = "Une phrase.") -> RetrievedPassage:
    return RetrievedPassage(Sentence(file, 0, len(text), text, "fr", "0" * 64), "Titre", None, None, 1.0)


def by_file(*relevant: str, language: str = "fr") -> EvalCase:
    return EvalCase("id", language, "Quoi ?", "public", True, relevant=relevant)


def test_ranks_count_articles_where_a_case_names_files() -> None:
    found = [passage("a"), passage("a", "Autre."), passage("b"), passage("a"), passage("c")]
    assert [p.sentence.file for p in ranked(by_file("c"), found)] == ["a", "b", "c"]
    quoting = EvalCase("id", "fr", "Quoi ?", "fact", True, ("x",), (Quote("c", "Une phrase."),))
    assert len(ranked(quoting, found)) == 5
    assert len(ranked(by_file("c"), [passage(str(n)) for n in range(30)])) == 10


def test_recall() -> None:
    found = [passage("a"), passage("b"), passage("c")]
    assert recall_at(by_file("a", "c", "y", "z"), found, 2) == 0.25
    assert recall_at(by_file("a", "c"), found, 3) == 1.0
    assert recall_at(EvalCase("id", "fr", "?", "fact", True), found, 3) is None


def test_figures_count_every_case() -> None:
    found = [
        Found(by_file("a"), (passage("a"), passage("b")), 1.0),
        Found(by_file("c"), (passage("a"), passage("b"), passage("c")), 3.0),
        Found(by_file("z", language="ru"), (passage("a"),), 2.0),
    ]
    run = figures(found)
    assert (run.hit_at_1, run.hit_at_5, run.hit_at_10) == (Rate(1, 3), Rate(2, 3), Rate(2, 3))
    assert run.mrr_at_10 == pytest.approx((1 + 1 / 3) / 3)
    assert run.ndcg_at_10 == pytest.approx((1 + 0.5) / 3)
    assert run.recall_at_5 == pytest.approx(2 / 3) and run.median_ms == 2.0
    assert [name for name, _ in by_language(found)] == ["all", "fr", "ru"]


def test_a_case_sees_only_the_files_that_it_may_see() -> None:
    case = EvalCase("id", "ru", "?", "public", True, relevant=("a",), candidates=("a", "b"))
    assert filters_of(case, ["a", "b", "c"]) == Filters(files=("a", "b"))
    assert filters_of(by_file("a"), ["a", "b"]) is None
    without = EvalCase("id", "ru", "?", "not_stated", False, excluded=("b",))
    assert filters_of(without, ["c", "b", "a"]) == Filters(files=("a", "c"))
    seen: list[Filters | None] = []

    def search(case: EvalCase, limit: int, filters: Filters | None) -> list[RetrievedPassage]:
        seen.append(filters)
        return []

    find(without, search, ["a", "b"])
    assert seen == [Filters(files=("a",))]


def test_each_part_is_left_out_once() -> None:
    asked: list[tuple[str, ...]] = []

    def search_without(off: tuple[str, ...]):  # type: ignore[no-untyped-def]
        asked.append(off)
        return lambda case, limit, filters: [passage("a" if "dense" not in off else "b")]

    rows = ablation([by_file("a")], search_without, ["a", "b"], lambda name: None)
    shares = {name: run.hit_at_1.share for name, run in rows}
    assert asked[0] == () and ("spelling",) in asked and ("quota",) in asked
    assert (shares["whole"], shares["without dense"], shares["without lexical"]) == (1.0, 0.0, 1.0)
    lines = table(rows)
    assert len(lines) == len(rows) + 1 and "100.0 [21–100]" in lines[1]
