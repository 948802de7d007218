"""A scored run and its articles in, one self-contained HTML page out. Pure; asks nothing of any host.

Text comes first: a verdict in plain words, then the plots, then every case with what went wrong. Everything that
comes from an article, a question or a model is escaped by the template (`data/report.html`); what it inserts as it is,
marked `safe`, is our own or escaped here.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template

from kzchat import plots
from kzchat.metrics import BY_KEY, Rate, Scored, gate_curve, rate
from kzchat.report import PERCENT, Run, about, breakdown, measured, measures_of, summary_json, text_of
from kzchat.schema import Answer, Article, Citation, Claim, EvalCase
from kzchat.scoring import Outcome, is_support
from kzchat.sentences import sentence_spans

OUTCOMES: dict[Outcome, tuple[str, str]] = {
    "right": ("right", "Right: answered and cited from a labelled sentence, or declined as it should be."),
    "not_cited": ("right, cited elsewhere", "The answer is right, but no citation is one of the labelled sentences."),
    "wrong": ("wrong", "It had the evidence, and showed something that does not answer the question."),
    "not_retrieved": ("not found", "The search did not find a sentence that holds the answer."),
    "not_answered": ("declined", "The search found it, and the gate decided that it does not state the answer."),
    "withheld": ("withheld", "The model wrote something, and the check did not let it through."),
    "answered_unanswerable": ("should have declined", "The articles do not say, and it answered all the same."),
    "error": ("error", "The model or the program failed."),
}
_AROUND = 600  # characters in which the neighbouring sentences are looked for
_BLANK_LINES = re.compile(r"\s*\n\s*")
_PLOTTED = ("correct", "answer_precision", "correct_abstention", "hit_at_5", "citation_precision", "citation_recall",
            "supported_sentences", "right_reason", "language_match", "follow_up")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with what it says."""

    title: str
    note: str
    svg: str


def page(one: Run, articles: Mapping[str, Article]) -> str:
    """The whole report.

    Args:
        one: the run.
        articles: file to article, for the context of each cited sentence.
    """
    first = [s for s in one.scored if s.result.repeat == 0]
    view = {
        "run": one,
        "about": about(one.info),
        "headline": headline(one),
        "verdict": verdict(one),
        "tiles": _tiles(one),
        "plots": _plots(one, first),
        "outcomes": [(key, *OUTCOMES[key], count) for key, count in _counts(first)],
        "outcome_names": OUTCOMES,
        "measures": [(m.label, text_of(m, one.scored), m.definition) for m in measures_of(one.info)],
        "cases": [_case(s, articles) for s in first],
        "languages": sorted({s.result.case.language for s in first}),
        "kinds": sorted({s.result.case.kind for s in first}),
        "data": _for_script(json.dumps(summary_json(one), ensure_ascii=False)),
        "css": _data("report.css"),
        "js": _data("report.js"),
    }
    return _template().render(view)


def headline(one: Run) -> str:
    """One sentence for who reads nothing else."""
    if one.info.retrieval_only:
        found = rate(BY_KEY["hit_at_5"], one.scored)
        return f"The search finds the sentence that holds the answer for {_of_ten(found)} questions."
    correct, declined = (rate(BY_KEY[key], one.scored) for key in ("correct", "correct_abstention"))
    parts = []
    if correct.count:
        parts.append(f"Of ten questions that the articles answer, it answers {_in_ten(correct)} correctly")
    if declined.count:
        parts.append(f"of ten that they do not, it declines {_in_ten(declined)}")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else "Nothing was measured."


def verdict(one: Run) -> list[str]:
    """The figures in words, each sentence one fact."""
    told = []
    value = {m.key: measured(m, one.scored) for m in measures_of(one.info)}

    def known(key: str) -> Rate | None:
        found = value.get(key)
        return found if isinstance(found, Rate) and found.count else None

    if correct := known("correct"):
        low, high = correct.interval
        declined = known("false_abstention")
        wrongly = f", and {declined.successes} of {declined.count} were declined although it was" if declined else ""
        told.append(
            f"{correct.successes} of {correct.count} questions whose answer is in the articles were answered "
            f"correctly{wrongly}. From {correct.count} questions one can tell that the true share lies between "
            f"{100 * low:.0f} and {100 * high:.0f}{PERCENT} (95{PERCENT} sure)."
        )
    if declined := known("correct_abstention"):
        told.append(
            f"{declined.successes} of {declined.count} questions that the articles do not answer were declined."
        )
    if precise := known("answer_precision"):
        told.append(f"Where it gave an answer at all, {precise.successes} of {precise.count} were correct.")
    if supported := known("supported_sentences"):
        own = known("own_words")
        quoted = f" ({own.count - own.successes} of them quotations)" if own else ""
        told.append(
            f"{supported.successes} of {supported.count} sentences that it showed{quoted} cite a source in which each "
            "of their numbers, dates and names stands."
        )
    if found := known("hit_at_5"):
        told.append(f"The search had the right sentence among its first five for {found.successes} of {found.count}.")
    failures = [(key, count) for key, count in _counts(one.scored) if key not in ("right", "not_cited")]
    if failures and not one.info.retrieval_only:
        key, count = failures[0]
        told.append(f"What goes wrong most often: “{OUTCOMES[key][0]}” ({count}). {OUTCOMES[key][1]}")
    return told


def _of_ten(value: Rate) -> str:
    return f"{_in_ten(value)} of ten"


def _in_ten(value: Rate) -> str:
    names = "none one two three four five six seven eight nine ten".split()
    tenths = 10 * (value.share or 0.0)
    close = abs(tenths - round(tenths)) < 0.05
    return names[round(tenths)] if close else f"about {names[round(tenths)]}"


def _tiles(one: Run) -> list[tuple[str, str, str]]:
    keys = ("correct", "answer_precision", "correct_abstention", "supported_sentences", "hit_at_5", "total_s")
    tiles = []
    for key in keys:
        measure = BY_KEY[key]
        value = measured(measure, one.scored)
        if measure not in measures_of(one.info):
            continue
        if isinstance(value, Rate):
            if value.share is not None:
                low, high = (100 * bound for bound in value.interval)
                detail = f"{value.successes} of {value.count} · {low:.0f}–{high:.0f}{PERCENT}"
                tiles.append((f"{100 * value.share:.0f}{PERCENT}", measure.label, detail))
        elif value.value is not None:
            tiles.append((f"{value.value:.1f}\u00a0s", "Median time in all", f"9 of 10 within {value.p90:.1f}\u00a0s"))
    return tiles


def _plots(one: Run, first: Sequence[Scored]) -> list[Plot]:
    def rows(key: str, by: str) -> list[tuple[str, Rate]]:
        return [(name.replace("_", " "), rate(BY_KEY[key], part)) for name, part in breakdown(one)[by].items()]

    main = "hit_at_5" if one.info.retrieval_only else "correct"
    found = [
        Plot("Every rate", "Dot: share. Bar: 95 % interval (Wilson). Definitions are below.",
             plots.rates([(m.label, rate(m, first)) for m in measures_of(one.info) if m.key in _PLOTTED],
                              "Every rate")),
        Plot(f"{BY_KEY[main].label}, by kind of question", "", plots.rates(rows(main, "kind"), "By kind")),
        Plot(f"{BY_KEY[main].label}, by language of question → article", "",
             plots.rates(rows(main, "pair"), "By languages")),
        Plot("Evidence in the first 5, by language of question → article", "",
             plots.rates(rows("hit_at_5", "pair"), "Evidence by languages")),
    ]  # fmt: skip
    if not one.info.retrieval_only:
        abstention = plots.rates(rows("correct_abstention", "language"), "Abstention by language")
        found.insert(2, Plot("Correct abstention, by language of the question", "", abstention))
        points = gate_curve(first)
        if points:
            let_through = [p.threshold for p in points if p.correct is not None]
            threshold = let_through[-1] if let_through else None
            note = (
                "The gate asks the model whether the evidence states the answer. Upper line: of the questions that "
                "would be let through, those that the articles do answer. Lower line: those answered correctly."
            )
            found.append(Plot("The gate: precision against coverage", note, plots.gate(points, threshold)))
    times = [s.result.answer.timings for s in one.scored if not s.result.error]
    series = [("Evidence shown", [t.first_evidence_ms / 1000 for t in times])]
    if not one.info.retrieval_only:
        series.append(("First word", [t.first_token_ms / 1000 for t in times if t.first_token_ms is not None]))
        series.append(("Whole answer", [t.total_ms / 1000 for t in times]))
    found.append(Plot("How long it takes", "One dot a question.", plots.distribution(series)))
    return found


def _counts(scored: Sequence[Scored]) -> list[tuple[Outcome, int]]:
    counts = {key: sum(s.scores.outcome == key for s in scored if s.result.repeat == 0) for key in OUTCOMES}
    return sorted(((key, count) for key, count in counts.items() if count), key=lambda item: -item[1])


@dataclass(frozen=True, slots=True)
class Place:
    """A quotation with what stands around it in its article."""

    file: str
    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as the page shows it."""

    case: EvalCase
    answer: Answer
    outcome: Outcome
    error: str
    seconds: str
    sentences: list[tuple[Claim, list[tuple[Citation, Place, bool]]]]  # with context, and whether it is labelled
    missed: list[Place]  # labelled sentences that are not cited, in context
    evidence: list[tuple[str, str, bool]]  # file, text, whether it is labelled
    haystack: str


def _case(one: Scored, articles: Mapping[str, Article]) -> CaseView:
    case, answer = one.result.case, one.result.answer
    sentences = []
    cited: set[tuple[str, str]] = set()
    for claim in answer.sentences:
        places = []
        for citation in claim.citations:
            labelled = is_support(case, citation.file, citation.quote)
            places.append(
                (citation, _place(articles, citation.file, citation.start, citation.end, citation.quote), labelled)
            )
            cited.add((citation.file, " ".join(citation.quote.split())))
        sentences.append((claim, places))
    missed = []
    for support in case.supports:
        if (support.file, " ".join(support.quote.split())) not in cited:
            article = articles.get(support.file)
            start = article.text.find(support.quote) if article else -1
            missed.append(_place(articles, support.file, start, start + len(support.quote), support.quote))
    evidence = [
        (p.sentence.file, p.sentence.one_line, is_support(case, p.sentence.file, p.sentence.text))
        for p in answer.evidence
    ]
    words = " ".join((case.id, case.question, answer.text, case.why, " ".join(case.answers))).casefold()
    seconds = f"{answer.timings.total_ms / 1000:.1f} s"
    return CaseView(case, answer, one.scores.outcome, one.result.error, seconds, sentences, missed, evidence, words)


def _place(articles: Mapping[str, Article], file: str, start: int, end: int, quote: str) -> Place:
    """The sentence before and the sentence after a quotation; only the quotation where the article is not as it was."""
    article = articles.get(file)
    if article is None or not 0 <= start < end <= len(article.text) or article.text[start:end] != quote:
        return Place(file, "", quote, "")
    before, after = article.text[max(0, start - _AROUND) : start], article.text[end : end + _AROUND]
    preceding, following = sentence_spans(before), sentence_spans(after)
    if preceding:
        before = before[preceding[-1].start :]
    if following:
        after = after[: following[0].end]
    return Place(file, _BLANK_LINES.sub("\n", before), quote, _BLANK_LINES.sub("\n", after))


def _for_script(text: str) -> str:
    """JSON that cannot end the script element that holds it."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@cache
def _data(name: str) -> str:
    return (files("kzchat") / "data" / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_data("report.html"))
