"""Measures, tables, comparison, plots and the page, on results built by hand."""

import json
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from math import comb
from xml.etree import ElementTree

import pytest
from rich.console import Console

from gold import CASE, UNANSWERABLE, abstained, answered, claim, passage
from kzchat import plots
from kzchat.comparison import changed_cases, compare, sign_test
from kzchat.corpus import describe
from kzchat.eval_run import RunProgress
from kzchat.evaluation import scored
from kzchat.metrics import BY_KEY, MEASURES, GatePoint, Rate, Scored, figure, gate_curve, rate, unstable, value_of
from kzchat.report import Run, difference_rows, lines, markdown, rate_text, summary_json, table
from kzchat.report_page import headline, page, verdict
from kzchat.results import RunInfo
from kzchat.schema import Citation, Claim, EvalResult

EVIDENCE = (passage("a.txt", "Le roi a reçu l’ambassadrice."),)
RIGHT = Citation(1, "a.txt", 0, 29, "Le roi a reçu l’ambassadrice.", "")


def results() -> list[EvalResult]:
    own = Claim("Le roi du Maroc a reçu l'ambassadrice du Kazakhstan.", "supported", (RIGHT,))
    return [
        EvalResult(CASE, answered(own, evidence=EVIDENCE, seconds=1.0)),
        EvalResult(replace(CASE, id="2"), answered(claim("The king met her.", "b.txt", verdict="quoted"), seconds=3.0)),
        EvalResult(replace(CASE, id="3"), abstained()),
        EvalResult(UNANSWERABLE, abstained()),
        EvalResult(replace(UNANSWERABLE, id="5"), abstained(), "Down. Start it."),
    ]


@pytest.fixture
def five() -> list[Scored]:
    return scored(results(), {"a.txt": "fr"})


def test_measures_count(five: list[Scored]) -> None:
    counted = {
        measure.key: (value.successes, value.count)
        for measure in MEASURES
        if measure.unit == "rate" and (value := rate(measure, five)).count
    }
    assert counted == {
        "correct": (2, 3),
        "answer_precision": (2, 2),
        "correct_abstention": (1, 2),  # an error is a failure
        "false_abstention": (1, 3),
        "right_reason": (1, 1),
        "hit_at_1": (1, 3),
        "hit_at_5": (1, 3),
        "hit_at_10": (1, 3),
        "cites_right_file": (1, 2),
        "citation_precision": (1, 2),
        "citation_recall": (1, 2),
        "supported_sentences": (1, 2),
        "own_words": (1, 2),
        "language_match": (1, 1),
    }
    assert value_of(BY_KEY["errors"], five) == 1
    assert value_of(BY_KEY["mrr"], five) == pytest.approx(1 / 3)
    total = figure(BY_KEY["total_s"], five)
    assert (total.count, total.p90) == (4, 4.0) and total.value == pytest.approx(3.5)  # of 1, 3, 4, 4
    assert value_of(BY_KEY["first_token_s"], five) == pytest.approx(1.0)  # of 0.5 and 1.5
    assert value_of(BY_KEY["follow_up"], five) is None


def test_the_quoted_sentence_of_another_file_is_unsupported_by_nothing(five: list[Scored]) -> None:
    assert five[1].scores.supported_sentences == (1, 1)


def test_an_error_is_no_false_abstention_and_no_parts_no_correctness() -> None:
    failed = scored([EvalResult(CASE, abstained(), "Down.")], {})
    assert rate(BY_KEY["false_abstention"], failed) == Rate(0, 1)
    assert rate(BY_KEY["correct"], failed) == Rate(0, 1)
    silent = scored([EvalResult(replace(CASE, answers=()), answered(claim("Oui.")))], {})
    assert rate(BY_KEY["correct"], silent) == Rate(0, 0)
    assert value_of(BY_KEY["correct"], []) is None and figure(BY_KEY["total_s"], []).value is None


def test_rounds_count_once_and_changes_are_named() -> None:
    rounds = [EvalResult(CASE, answered(claim("Le roi.")), repeat=0), EvalResult(CASE, abstained(), repeat=1)]
    found = scored(rounds, {})
    assert rate(BY_KEY["correct"], found) == Rate(1, 1)
    assert figure(BY_KEY["total_s"], found).count == 2
    assert unstable(found) == ["fr-01"]


def test_the_gate_from_the_surest_on() -> None:
    def asked(odds: float, right: bool, answerable: bool = True) -> EvalResult:
        answer = answered(claim("Le roi." if right else "Elle."))
        case = CASE if answerable else UNANSWERABLE
        return EvalResult(replace(case, id=str(odds)), replace(answer, gate_log_odds=odds))

    stopped = EvalResult(UNANSWERABLE, replace(abstained(), gate_log_odds=-1.0))
    curve = gate_curve(scored([asked(1.0, False), stopped, asked(3.0, True), asked(2.0, False, False)], {}))
    assert curve == [
        GatePoint(3.0, 0.25, 1.0, 1.0),
        GatePoint(2.0, 0.5, 0.5, 0.5),
        GatePoint(1.0, 0.75, 2 / 3, 1 / 3),
        GatePoint(-1.0, 1.0, 0.5, None),
    ]


# --- tables


def test_rate_text() -> None:
    assert rate_text(Rate(18, 20)) == "18/20  90\u00a0% [70–97]"
    assert rate_text(Rate(0, 0)) == "–"


def test_tables(five: list[Scored]) -> None:
    one = Run(RunInfo("m", "embedded", started="2026-11-25T10:00:00+00:00", machine="2 cores"), tuple(five))
    rows = table([one])
    assert rows[1] == ["Questions", "5: 3 answerable, 2 not"]
    found = {row[0]: row[1] for row in rows}
    assert found["Correct answer"] == "2/3  67\u00a0% [21–94]"
    assert found["In all, median"] == "3.5\u00a0s (9 of 10 within 4.0\u00a0s)"
    assert found["Errors"] == "1"
    text = markdown([one, one], "Gold").splitlines()
    assert text[:4] == ["## Gold", "", "| | m (embedded) | m (embedded) |", "|---|---|---|"]
    assert "| Correct answer | 2/3  67\u00a0% [21–94] | 2/3  67\u00a0% [21–94] |" in text
    assert text[-1] == "m (embedded): 2026-11-25; 2 cores."
    data = summary_json(one)
    assert data["measures"]["correct"]["successes"] == 2 and data["by"]["pair"]["fr→–"]["correct_abstention"]
    json.dumps(data)


# --- comparison


def test_the_sign_test_is_exact() -> None:
    assert sign_test(0, 0) == 1.0 and sign_test(3, 3) == 1.0
    assert sign_test(5, 0) == pytest.approx(2 / 32)
    assert sign_test(1, 9) == sign_test(9, 1) == pytest.approx(2 * (1 + 10) / 1024)
    # McNemar's exact test as in Fagerland, Lydersen and Laake, BMC Med Res Methodol 13 (2013), table 1: 1 against 7
    assert sign_test(1, 7) == pytest.approx(0.0703, abs=5e-5)
    assert sign_test(40, 60) == pytest.approx(2 * sum(comb(100, k) for k in range(41)) / 2**100)


def test_what_got_better_and_what_is_noise() -> None:
    def runs(right: int) -> list[Scored]:
        return scored(
            [
                EvalResult(replace(CASE, id=str(n)), answered(claim("Le roi." if n < right else "Elle."), seconds=2.0))
                for n in range(20)
            ],
            {},
        )

    found = {d.measure.key: d for d in compare(runs(4), runs(12))}
    assert (found["correct"].better, found["correct"].worse, found["correct"].pairs) == (8, 0, 20)
    assert found["correct"].p == pytest.approx(2 / 256) and found["correct"].verdict == "BETTER"
    assert found["total_s"].verdict == "the same" and found["follow_up"].verdict == "not measured in both"
    assert {d.measure.key: d.verdict for d in compare(runs(12), runs(4))}["correct"] == "WORSE"
    assert {d.measure.key: d.verdict for d in compare(runs(4), runs(6))}["correct"] == "within noise"
    assert changed_cases(runs(4), runs(5)) == (["4"], []) and changed_cases(runs(5), runs(4)) == ([], ["4"])
    rows = difference_rows(compare(runs(4), runs(12)))
    assert rows[1] == ["Correct answer", "20.0\u00a0%", "60.0\u00a0%", "8", "0", "20", "0.008", "BETTER"]
    assert lines(rows)[1].endswith("BETTER")


def test_slower_is_worse() -> None:
    def runs(seconds: float) -> list[Scored]:
        return scored([EvalResult(replace(CASE, id=str(n)), answered(seconds=seconds)) for n in range(8)], {})

    assert {d.measure.key: d.verdict for d in compare(runs(1.0), runs(2.0))}["total_s"] == "WORSE"


# --- while it runs


def test_the_running_figures_name_no_wrong_case() -> None:
    said: list[str] = []
    asked = results()
    with RunProgress(Console(file=StringIO()), said.append, 5, "m", asked[:2]) as progress:
        for result in asked[2:]:
            progress.add(result)
    assert [line.split(maxsplit=2)[2] for line in said] == [
        "correct 2 of 3, declined 0 of 0",
        "correct 2 of 3, declined 1 of 1",
        "correct 2 of 3, declined 1 of 2, errors 1",
    ]


def test_a_terminal_shows_a_bar() -> None:
    screen = StringIO()
    with RunProgress(Console(file=screen, force_terminal=True, width=120), print, 5, "the model") as progress:
        progress.add(results()[0])
    assert "the model · correct 1 of 1, declined 0 of 0" in screen.getvalue() and "1/5" in screen.getvalue()


# --- the page


def test_plots_are_well_formed_and_escaped() -> None:
    drawings = [
        plots.rates([("<b> & co", Rate(1, 2)), ("nothing", Rate(0, 0))], "rates"),
        plots.gate([GatePoint(1.0, 0.5, 1.0, 1.0), GatePoint(0.0, 1.0, 0.5, None)], 0.8),
        plots.gate([], None),
        plots.distribution([("In all", [1.0, 2.0, 90.0] + [1.5] * 20), ("Never", [])]),
        plots.distribution([]),
    ]
    for drawing in drawings:
        ElementTree.fromstring(drawing)
    assert "&lt;b&gt; &amp; co" in drawings[0] and "nothing" not in drawings[0]
    assert "1 slower, up to 90 s" in drawings[3]


def test_the_page_escapes_and_names_no_other_host(five: list[Scored]) -> None:
    hostile = '<script>alert(1)</script><img src="https://example.org/x">'
    case = replace(CASE, id='x"><b>', question=hostile, why=hostile)
    answer = answered(Claim(hostile, "withheld", (RIGHT,), (hostile,), hostile), evidence=EVIDENCE)
    run = Run(
        RunInfo(hostile, "embedded", settings={"x": "</script>"}), (*five, *scored([EvalResult(case, answer)], {}))
    )
    article = describe("a.txt", "Avant. Le roi a reçu l’ambassadrice. Après. Fin.", "", )  # fmt: skip
    made = page(run, {"a.txt": article})
    tags: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, dict(attrs)))

    Reader().feed(made)
    assert "https://example" in made
    assert [tag for tag, _ in tags].count("script") == 2 and not {"img", "link", "iframe"} & {tag for tag, _ in tags}
    assert not any("src" in attrs or attrs.get("href", "#")[0] != "#" for _, attrs in tags)  # type: ignore[index]
    assert any(attrs.get("id") == 'x"><b>' for _, attrs in tags)
    css = made.partition("<style>")[2].partition("</style>")[0]
    assert "@import" not in css and "url(" not in css and "default-src 'none'" in made


def test_the_page_shows_the_quotation_in_its_context() -> None:
    text = "Avant cela, rien. Le roi a reçu l’ambassadrice. Elle repart en mars. Fin du texte."
    start = text.index("Le roi")
    cited = replace(RIGHT, start=start, end=start + len(RIGHT.quote))
    answer = answered(Claim("Le roi.", "supported", (cited,)), evidence=EVIDENCE)
    made = page(
        Run(RunInfo("m", "embedded"), tuple(scored([EvalResult(CASE, answer)], {}))),
        {"a.txt": describe("a.txt", text, "")},
    )
    assert "Avant cela, rien. <mark>Le roi a reçu l’ambassadrice.</mark> Elle repart en mars.</blockquote>" in made


def test_the_verdict_is_in_words(five: list[Scored]) -> None:
    one = Run(RunInfo("m", "embedded"), tuple(five))
    assert headline(one) == (
        "Of ten questions that the articles answer, it answers about seven correctly; of ten that they do not, "
        "it declines five."
    )
    told = " ".join(verdict(one))
    assert "2 of 3 questions whose answer is in the articles" in told and "between 21 and 94" in told
    assert headline(Run(RunInfo("m", "embedded"), ())) == "Nothing was measured."
    searched = Run(RunInfo(retrieval_only=True), tuple(five))
    assert headline(searched).startswith("The search finds") and page(searched, {})
