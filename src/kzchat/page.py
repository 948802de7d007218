"""The turns of a conversation in, HTML out. Pure; everything that is not written here is escaped.

A turn always has the same parts in the same order, empty or not: the browser then changes the page in place, which
keeps what the reader has opened open and lets a screen reader announce only what is new.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from textwrap import shorten
from typing import Literal
from urllib.parse import quote, unquote

from kzchat.errors import KzchatError
from kzchat.languages import LANGUAGES
from kzchat.manifest import IndexedArticle
from kzchat.places import marked
from kzchat.render import STAGES, citation_label, footer, nearest_articles, one_line, passage_label, withheld
from kzchat.schema import Answer, Article, Citation, Claim, RetrievedPassage, Sentence, Span

_EXAMPLES = {
    "fr": "Que dit l’article « {} » ?",
    "en": "What does the article “{}” say?",
    "ru": "О чём говорится в статье «{}»?",
    "kk": "«{}» мақаласында не айтылған?",
    "ar": "ماذا يقول مقال «{}»؟",
}
_LINK = re.compile(r"#?cite-(?P<file>.+)-(?P<start>\d{1,12})-(?P<end>\d{1,12})-(?P<sha>[0-9a-f]{12})")

EMPTY_PANEL = '<p class="hint">Click a citation to read its source here, with the cited sentence marked.</p>'


@dataclass(slots=True)
class Turn:
    """A question and what is known of its answer so far."""

    question: str
    language: str = "en"
    stage: Literal["waiting", "searching", "loading", "completing", "reading", "writing"] = "waiting"
    notice: str = ""
    evidence: tuple[RetrievedPassage, ...] = ()
    claims: list[Claim] = field(default_factory=list)
    answer: Answer | None = None
    error: KzchatError | None = None
    stopped: bool = False
    halt: Callable[[], None] | None = None  # tells the model to stop writing

    @property
    def busy(self) -> bool:
        """Still to be answered."""
        return not (self.answer or self.error or self.stopped)


@dataclass(frozen=True, slots=True)
class Link:
    """A place in an article, in the version that was cited."""

    file: str
    span: Span
    sha: str


def parse_link(text: str) -> Link | None:
    """What a citation's link points to; None where it is no such link."""
    match = _LINK.fullmatch(text)
    if match is None:
        return None
    return Link(unquote(match["file"]), Span(int(match["start"]), int(match["end"])), match["sha"])


def conversation_html(turns: Sequence[Turn], examples: Iterable[str]) -> str:
    """The whole conversation; before the first question, questions to begin with."""
    if not turns:
        return f'<div id="turns">{_examples(examples)}</div>'
    return f'<div id="turns">{"".join(_turn(number, turn) for number, turn in enumerate(turns, start=1))}</div>'


def article_html(article: Article | None, link: Link | None) -> str:
    """An article as it is indexed with the cited characters marked, or why it cannot be shown."""
    if link is None:
        return _unavailable("That is no citation.")
    href = _text(_fragment(link.file, link.span.start, link.span.end, link.sha))
    return f'<div class="shown" data-link="{href}">{_article(article, link)}</div>'  # page.js waits for this link


def example_questions(articles: Sequence[IndexedArticle], limit: int = 4) -> list[str]:
    """Questions about the first articles, of as many languages as there are."""
    seen: dict[str, int] = {}
    ranked: list[tuple[int, str]] = []
    for article in articles:
        seen[article.language] = seen.get(article.language, -1) + 1
        whole = " ".join(article.title.split()).rstrip("… ")
        title = shorten(whole, 80, placeholder="")
        title = title if title == whole else f"{title.rstrip(' ,;:–-')}…"
        ranked.append((seen[article.language], _EXAMPLES.get(article.language, _EXAMPLES["en"]).format(title)))
    ranked.sort(key=lambda pair: pair[0])
    return list(dict.fromkeys(question for _, question in ranked))[:limit]


# ------------------------------------------------------------------------------- the parts of an article and a turn


def _article(article: Article | None, link: Link) -> str:
    if article is None:
        return _unavailable("No such article is indexed.")
    if not article.sha256.startswith(link.sha):
        return _unavailable("The article has changed since it was cited. Ask the question again.")
    try:
        before, hit, after = marked(article, link.span)
    except KzchatError as error:
        return _unavailable(error.message)
    language = LANGUAGES.get(article.language, article.language)
    about = " · ".join(part for part in (article.outlet, article.date, language, article.file) if part)
    return (
        '<button type="button" class="back">Back to the answer</button>'
        f'<h2 dir="auto">{_text(article.title)}</h2><p class="about">{_text(about)}</p>'
        f'<div class="text" lang="{_text(article.language)}" dir="{_direction(article.language)}">'
        f'{_text(before)}<mark id="hit" tabindex="-1">{_text(hit)}</mark>{_text(after)}</div>'
    )


def _turn(number: int, turn: Turn) -> str:
    busy = " data-busy" if turn.busy else ""
    return (
        f'<section class="turn"{busy} aria-label="Question {number}">'
        f'<h2 class="question" dir="auto">{_text(turn.question)}</h2>'
        f"{_evidence(number, turn)}"
        f'<div class="answer" aria-live="polite" lang="{_text(turn.language)}" dir="{_direction(turn.language)}">'
        f"{_body(turn)}</div>"
        f'<p class="status" role="status">{_text(_status(turn))}</p>'
        f"{_withheld(number, turn)}"
        f'<div class="sources">{_sources(turn)}</div>'
        f'<p class="notice">{_text(turn.notice)}</p>'
        f'<p class="foot">{_text(footer(turn.answer)) if turn.answer else ""}</p>'
        "</section>"
    )


def _status(turn: Turn) -> str:
    if turn.busy:
        return STAGES[turn.stage]
    return "Stopped." if turn.stopped and not turn.answer else ""


def _evidence(number: int, turn: Turn) -> str:
    if not turn.evidence:
        return '<details class="evidence" hidden></details>'
    files = len({passage.sentence.file for passage in turn.evidence})
    summary = f"Evidence: {_count(len(turn.evidence), 'sentence')} of {_count(files, 'article')}"
    items = "".join(
        f'<li><p class="clamp" dir="auto">{_text(one_line(passage.sentence.text))}</p>{_passage_link(passage)}</li>'
        for passage in turn.evidence
    )
    opened = " open" if turn.busy and not turn.claims else ""
    return (
        f'<details class="evidence" id="evidence-{number}"{opened}>'
        f"<summary>{summary}</summary><ol>{items}</ol></details>"
    )


def _body(turn: Turn) -> str:
    if turn.error:
        message, remedy = _text(turn.error.message), _text(turn.error.remedy)
        return f'<div class="problem" dir="auto"><strong>{message}</strong> {remedy}</div>'
    if turn.answer and turn.answer.status == "abstained":
        nearest = "".join(f"<li>{_passage_link(passage)}</li>" for passage in nearest_articles(turn.answer))
        heading = '<h3 dir="ltr">Nearest articles</h3>' if nearest else ""
        return (
            f'<div class="abstention"><p class="message" dir="auto">{_text(turn.answer.message)}</p>'
            f"{heading}<ul>{nearest}</ul></div>"
        )
    return "".join(_claim(claim) for claim in turn.claims if claim.verdict != "withheld")


def _claim(claim: Claim) -> str:
    marks = "".join(_mark(citation) for citation in claim.citations)
    if claim.verdict == "quoted":
        why = _text("; ".join(claim.reasons))
        return (
            f'<blockquote class="quoted" dir="auto"><span class="label" title="{why}">quotation</span>'
            f"«&nbsp;{_text(claim.text)}&nbsp;»{marks}</blockquote>"
        )
    return f'<p class="claim" dir="auto">{_text(claim.text)}{marks}</p>'


def _withheld(number: int, turn: Turn) -> str:
    held = withheld(turn.claims)
    if not held:
        return '<details class="withheld" hidden></details>'
    was = "was" if len(held) == 1 else "were"
    reasons = "".join(f'<li dir="auto">{_text("; ".join(claim.reasons))}</li>' for claim in held)
    return (
        f'<details class="withheld" id="withheld-{number}">'
        f"<summary>{_count(len(held), 'sentence')} {was} withheld</summary><ul>{reasons}</ul></details>"
    )


def _sources(turn: Turn) -> str:
    if turn.answer is None or not turn.answer.citations:
        return ""
    items = "".join(
        f'<li value="{citation.n}">'
        f'<a class="place" href="{_href(citation)}" dir="auto">{_text(citation_label(citation))}</a>'
        f'<p class="quote" dir="auto">«&nbsp;{_text(one_line(citation.quote))}&nbsp;»</p></li>'
        for citation in turn.answer.citations
    )
    return f"<h3>Sources</h3><ol>{items}</ol>"


def _mark(citation: Citation) -> str:
    label = _text(f"Source {citation.n}: {citation_label(citation)}")
    return f' <a class="cite" href="{_href(citation)}" aria-label="{label}" title="{label}">{citation.n}</a>'


def _passage_link(passage: RetrievedPassage) -> str:
    return f'<a class="place" href="{_href(passage.sentence)}" dir="auto">{_text(passage_label(passage))}</a>'


def _href(place: Citation | Sentence) -> str:
    return _text(_fragment(place.file, place.start, place.end, place.article_sha256[:12]))


def _fragment(file: str, start: int, end: int, sha: str) -> str:
    return f"#cite-{quote(file, safe='')}-{start}-{end}-{sha}"


def _examples(questions: Iterable[str]) -> str:
    buttons = "".join(
        f'<li><button type="button" class="example" dir="auto">{_text(question)}</button></li>'
        for question in questions
    )
    return f'<div class="examples"><p class="hint">For example</p><ul>{buttons}</ul></div>' if buttons else ""


def _unavailable(why: str) -> str:
    return f'<p class="problem" role="alert">{_text(why)}</p>'


def _direction(language: str) -> str:
    return "rtl" if language == "ar" else "auto"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _text(text: str) -> str:
    """Escaped for element content and for quoted attributes. A parser would make a bare carriage return a newline."""
    return escape(text, quote=True).replace("\r", "&#13;")
