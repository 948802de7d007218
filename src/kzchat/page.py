"""The turns of a conversation in, HTML out. Pure; everything that is not written here is escaped.

A turn always has the same parts in the same order, empty or not: the browser then changes the page in place, which
keeps what the reader has opened open and lets a screen reader announce only what is new.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kzchat.errors import KzchatError
from kzchat.markup import about_line, cite_attributes, quote_attributes, short, text
from kzchat.page_labels import Labels, direction
from kzchat.quoting import markdown_quotation, plain_quotation
from kzchat.reader import Judgement, StoredTurn
from kzchat.render import nearest_articles, one_line, quoted_numbers
from kzchat.schema import Answer, Citation, Claim, RetrievedPassage

Stage = Literal["searching", "waiting", "loading", "completing", "reading", "writing"]


@dataclass(slots=True)
class Turn:
    """A question and what is known of its answer so far."""

    question: str
    id: str = ""
    language: str = "en"  # of the answer
    stage: Stage = "searching"
    ahead: int = 0  # answers that come first
    usual: float | None = None  # seconds that an answer takes
    notice: str = ""
    understood: str = ""
    evidence: tuple[RetrievedPassage, ...] = ()
    claims: list[Claim] = field(default_factory=list)
    answer: Answer | None = None
    error: KzchatError | None = None
    stopped: bool = False
    judgement: Judgement | None = None
    why: str = ""
    seconds: float | None = None  # that the model took
    failed: str = ""  # what the reader is told of a bug
    halt: Callable[[], None] | None = None  # tells the model to stop writing

    @property
    def busy(self) -> bool:
        """Still to be answered."""
        return not (self.answer or self.error or self.stopped)

    @classmethod
    def of(cls, stored: StoredTurn) -> "Turn":
        """A turn as it was kept. One that was cut off, by a restart say, counts as stopped."""
        turn = cls(stored.question, stored.id, judgement=stored.judgement, why=stored.why)
        if answer := stored.answer:
            turn.answer, turn.language, turn.evidence = answer, answer.language, answer.evidence
            turn.understood, turn.claims = answer.completed_question or "", list(answer.sentences)
        elif stored.state == "failed":
            turn.error = KzchatError(stored.message, "")
        else:
            turn.stopped = True
        return turn


def turns_html(turns: Sequence[Turn], words: Labels, first: int = 1) -> str:
    """Turns, numbered from `first`."""
    return "".join(_turn(number, turn, words) for number, turn in enumerate(turns, start=first))


def start_html(examples: Sequence[str], articles: int, sentences: int, words: Labels) -> str:
    """What stands where the conversation will: what the page is, and questions to begin with."""
    buttons = "".join(
        f'<li><button type="button" class="example" dir="auto">{text(question)}</button></li>' for question in examples
    )
    heading = f'<h2 class="hint">{text(words("examples"))}</h2>' if buttons else ""
    holdings = words("holdings", articles=f"{articles:,}", sentences=f"{sentences:,}")
    return (
        f'<div class="start"><p class="lead">{text(words("lead"))}</p><p>{text(words("lead_text"))}</p>'
        f'<p class="hint">{text(holdings)}</p>{heading}<ul>{buttons}</ul></div>'
    )


def _turn(number: int, turn: Turn, words: Labels) -> str:
    busy = " data-busy" if turn.busy else ""
    return (
        f'<section class="turn"{busy} data-turn="{text(turn.id)}" aria-label="{text(words("question"))} {number}">'
        f'<h2 class="question" dir="auto">{text(turn.question)}</h2>'
        f'<p class="understood" dir="auto">{_understood(turn, words)}</p>'
        f'<div class="answer" aria-live="polite" lang="{text(turn.language)}" dir="{direction(turn.language)}">'
        f"{_body(turn, words)}</div>"
        f'<p class="status" role="status">{text(_status(turn, words))}</p>'
        f'<div class="sources">{_sources(turn, words)}</div>'
        f"{_evidence(number, turn, words)}"
        f'<p class="notice" dir="auto">{text(turn.notice)}</p>'
        f'<div class="foot">{_foot(turn, words)}</div>'
        "</section>"
    )


def _understood(turn: Turn, words: Labels) -> str:
    return text(words("understood", question=turn.understood)) if turn.understood else ""


def _status(turn: Turn, words: Labels) -> str:
    if not turn.busy:
        return words("stopped") if turn.stopped and not turn.answer else ""
    what = words(turn.stage, ahead=turn.ahead) if turn.stage == "waiting" else words(turn.stage)
    return what if turn.usual is None else f"{what} · {words('usual', seconds=f'{max(turn.usual, 1):.0f}')}"


def _body(turn: Turn, words: Labels) -> str:
    if turn.error:
        message, remedy = text(turn.error.message), text(turn.error.remedy)
        return f'<div class="problem" dir="auto"><strong>{message}</strong> {remedy}</div>'
    claims = "".join(_claim(claim, words) for claim in turn.claims)
    if turn.answer and turn.answer.status == "abstained":
        shown = any(claim.verdict != "withheld" for claim in turn.claims)
        said = f'<h3 class="hint" dir="auto">{text(words("do_say"))}</h3>' if shown else ""
        nearest = "".join(f"<li>{_place(passage)}</li>" for passage in nearest_articles(turn.answer))
        heading = f'<h3 class="hint">{text(words("nearest"))}</h3><ul>{nearest}</ul>' if nearest else ""
        return (
            f'<div class="abstention"><p class="message" dir="auto">{text(turn.answer.message)}</p></div>'
            f'{said}{claims}<div class="nearest" lang="{words.language}" dir="{words.direction}">{heading}</div>'
        )
    return claims


def _claim(claim: Claim, words: Labels) -> str:
    if claim.verdict == "withheld":
        return f'<div class="held" dir="auto">{_why(claim, words("withheld"), words)}</div>'
    marks = " ".join(_mark(citation, words) for citation in claim.citations)
    disputed = "".join(
        f'<p class="disputed" dir="auto">{text(words("disputed"))} '
        f"<q>{text(one_line(other.quote))}</q> {_mark(other, words)}</p>"
        for other in claim.disputed_by
    )
    if claim.verdict == "quoted":
        language = claim.citations[0].language if claim.citations else None
        lang = f' lang="{text(language)}"' if language else ""
        said = _glued(claim.text, f"&nbsp;» {marks}")
        return (
            f'<figure class="quoted" dir="auto"><blockquote{lang} dir="auto">«&nbsp;{said}'
            f"</blockquote><figcaption>{_why(claim, words('quotation'), words)}</figcaption></figure>{disputed}"
        )
    label = text(words("checked"))
    check = f'<span class="check" role="img" aria-label="{label}" title="{label}">✓</span>'
    return f'<p class="claim" dir="auto">{_glued(claim.text, f" {marks} {check}")}</p>{disputed}'


def _glued(said: str, marks: str) -> str:
    """A sentence whose marks stay on the line of its last word."""
    head, space, last = said.rpartition(" ")
    return f'{text(head + space)}<span class="glue">{text(last)}{marks}</span>'


def _why(claim: Claim, what: str, words: Labels) -> str:
    """What became of a sentence, and on demand the reason."""
    if not claim.reasons:
        return f'<span class="label">{text(what)}</span>'
    reasons = text("; ".join(claim.reasons))
    return (
        f'<details class="why"><summary><span class="label">{text(what)}</span> · {text(words("reason"))}</summary>'
        f'<p dir="auto">{reasons}</p></details>'
    )


def _mark(citation: Citation, words: Labels) -> str:
    label = text(words("source", n=citation.n, label=short(citation.title or citation.file)))
    opens = f"{cite_attributes(citation)} {quote_attributes(citation)}"
    return f'<button type="button" class="cite" {opens} aria-label="{label}">{citation.n}</button>'


def _place(passage: RetrievedPassage) -> str:
    sentence = passage.sentence
    about = about_line(passage.outlet, passage.date, sentence.language, sentence.file)
    return (
        f'<button type="button" class="place" {cite_attributes(sentence)} dir="auto">'
        f"{text(short(passage.title or sentence.file))}</button>"
        f'<span class="about" dir="auto">{text(about)}</span>'
    )


def _sources(turn: Turn, words: Labels) -> str:
    if turn.answer is None or not turn.answer.citations:
        return ""
    said = quoted_numbers(turn.claims)
    items = "".join(_source(citation, citation.n not in said, words) for citation in turn.answer.citations)
    return (
        f'<h3 class="hint">{text(words("sources"))}</h3><ol>{items}</ol><p class="hint">{text(words("read_first"))}</p>'
    )


def _source(citation: Citation, quoting: bool, words: Labels) -> str:
    """A source, without the quotation where the answer itself is that."""
    about = about_line(citation.outlet, citation.date, citation.language, citation.file)
    language = f' lang="{text(citation.language)}"' if citation.language else ""
    quote = (
        f'<blockquote class="quote" dir="auto"{language}>«&nbsp;{text(one_line(citation.quote))}&nbsp;»</blockquote>'
    )
    quote = quote if quoting else ""
    return (
        f'<li value="{citation.n}"><button type="button" class="place" {cite_attributes(citation)} dir="auto">'
        f"{text(short(citation.title or citation.file))}</button>"
        f'<span class="about" dir="auto">{text(about)}</span>'
        f"{quote}"
        f'<span class="acts">{copy_buttons(citation, words)}</span></li>'
    )


def copy_buttons(citation: Citation, words: Labels) -> str:
    """Buttons that copy the quotation with its reference."""
    kinds = (("copy", plain_quotation(citation)), ("copy_markdown", markdown_quotation(citation)))
    return "".join(
        f'<button type="button" class="quiet copy" data-copy="{text(what)}">{text(words(label))}</button>'
        for label, what in kinds
    )


def _evidence(number: int, turn: Turn, words: Labels) -> str:
    if not turn.evidence:
        return '<details class="evidence" hidden></details>'
    files = len({passage.sentence.file for passage in turn.evidence})
    summary = text(words("evidence", sentences=len(turn.evidence), articles=files))
    items = "".join(
        f'<li><p class="clamp" dir="auto" lang="{text(passage.sentence.language)}">'
        f"{text(one_line(passage.sentence.text))}</p>{_place(passage)}</li>"
        for passage in turn.evidence
    )
    opened = " open" if turn.busy else ""
    return (
        f'<details class="evidence" id="evidence-{number}"{opened}>'
        f"<summary>{summary}</summary><ol>{items}</ol></details>"
    )


def _foot(turn: Turn, words: Labels) -> str:
    answer = turn.answer
    if answer is None:
        return ""
    foot = words(
        "foot",
        model=answer.model,
        backend=answer.backend,
        index=answer.index_fingerprint,
        seconds=f"{answer.timings.total_ms / 1000:.1f}",
    )
    buttons = "".join(
        f'<button type="button" class="quiet judge" data-judge="{judgement}" '
        f'aria-pressed="{"true" if turn.judgement == judgement else "false"}">{text(words(judgement))}</button>'
        for judgement in ("right", "wrong")
    )
    asked = text(words("was_right"))
    return (
        f'<span class="made-by">{text(foot)}</span>'
        f'<span class="judged" role="group" aria-label="{asked}">{asked} {buttons}</span>'
        f'<form class="why-form" hidden><label>{text(words("why"))} '
        f'<input name="why" maxlength="500" autocomplete="off" dir="auto" value="{text(turn.why)}"></label>'
        f'<button class="quiet">{text(words("send"))}</button></form>'
        '<span class="thanks hint" role="status"></span>'
    )
