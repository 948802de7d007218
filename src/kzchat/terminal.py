"""The events of an answer in, lines in a terminal out: evidence, checked sentences, sources."""

import sys
from contextlib import closing
from types import TracebackType
from typing import Literal, Self

from rich.console import Console
from rich.status import Status
from rich.text import Text

from kzchat.assistant import AnswerStream, ClaimReady, Completed, EvidenceFound, Working
from kzchat.messages import understood_as
from kzchat.render import (
    STAGES,
    citation_label,
    claim_text,
    footer,
    nearest_articles,
    one_line,
    passage_label,
    quoted_numbers,
    withheld,
)
from kzchat.schema import Answer, Claim, RetrievedPassage

_SHOWN = 3  # passages, unless all are asked for
_ADVICE = {  # by whether a sentence is in the model's words
    True: "Every sentence was checked against its source. Read the source before you quote it.",
    False: "The answer is in the articles' own words.",
}


class AnswerPrinter:
    """Prints one answer as it comes. A spinner runs on standard error while the model works, in a terminal only."""

    def __init__(self, out: Console, err: Console, show_evidence: bool) -> None:
        self._out = out
        self._all = show_evidence
        self._status: Status | None = Status("", console=err) if err.is_terminal else None
        self._answering = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._status:
            self._status.stop()

    def completed(self, question: str, language: str) -> None:
        """What a follow-up was understood to ask."""
        self._line(understood_as(language, question), "dim")
        self._line("")

    def evidence(self, passages: tuple[RetrievedPassage, ...]) -> None:
        """What was found, before the model has read it."""
        shown = passages if self._all else passages[:_SHOWN]
        self._line(f"Evidence ({len(shown)} of {len(passages)} sentences)", "bold")
        for passage in shown:
            text = one_line(passage.sentence.text)
            if not self._all and len(text) > 160:
                text = text[:160].rsplit(" ", 1)[0] + " …"
            self._line(f"  · {text}")
            score = f" · score {passage.score:.4f}" if self._all else ""
            self._line(f"    {passage_label(passage)}{score}", "dim")
        self._line("")

    def working(self, stage: Literal["loading", "completing", "reading", "writing"]) -> None:
        """Say what is happening."""
        if self._status:
            self._status.update(STAGES[stage])
            self._status.start()

    def claim(self, claim: Claim) -> None:
        """A checked sentence."""
        if claim.verdict == "withheld":
            return
        if not self._answering:
            self._answering = True
            self._line("Answer", "bold")
        self._line(f"  {claim_text(claim)}")
        for citation in claim.disputed_by:
            self._line(f"  Another article has it otherwise: « {one_line(citation.quote)} » [{citation.n}]")

    def finish(self, answer: Answer) -> None:
        """Sources, or the abstention with the nearest articles; then what answered."""
        if answer.status == "abstained":
            self._line(answer.message, "bold")
            self._line("")
            if answer.citations:
                self._line("What they do say")
                self._sources(answer)
                self._line("")
            self._line("Nearest articles")
            for passage in nearest_articles(answer):
                self._line(f"  · {passage_label(passage)}")
        else:
            if not self._answering:
                for claim in answer.sentences:
                    self.claim(claim)
            for claim in withheld(answer.sentences):
                self._line(f"  (a sentence was withheld: {'; '.join(claim.reasons)})", "dim")
            self._line("")
            self._line("Sources", "bold")
            self._sources(answer)
            self._line("")
            self._line(_ADVICE[any(claim.verdict == "supported" for claim in answer.sentences)], "dim")
        self._line("")
        self._line(footer(answer), "dim")

    def _sources(self, answer: Answer) -> None:
        said = quoted_numbers(answer.sentences) if answer.status == "answered" else set()
        for citation in answer.citations:
            self._line(f"  [{citation.n}] {citation_label(citation)}")
            if citation.n not in said:
                self._line(f"      « {one_line(citation.quote)} »", "italic")
            self._line(f"      kzchat show '{citation.file}#{citation.start}-{citation.end}'", "dim")

    def _line(self, text: str, style: str | None = None) -> None:
        print_line(self._out, text, style)


def stream_answer(
    stream: AnswerStream, out: Console, err: Console, quiet: bool = False, show_evidence: bool = False
) -> Answer:
    """Print an answer as it comes.

    Args:
        stream: is closed when this returns or is interrupted.
        out: takes the answer.
        err: takes the spinner and notices.
        quiet: print only notices.
        show_evidence: all of it, whole.
    """
    with closing(stream), AnswerPrinter(out, err, show_evidence) as printer:
        for event in stream:
            match event:
                case Working(_, notice) if notice:
                    print(notice, file=sys.stderr, flush=True)
                case _ if quiet:
                    continue
                case Completed(question, language):
                    printer.completed(question, language)
                case EvidenceFound(passages):
                    printer.evidence(passages)
                case Working(stage, _):
                    printer.working(stage)
                case ClaimReady(claim):
                    printer.claim(claim)
        answer = stream.result()
    if not quiet:
        printer.finish(answer)
    return answer


def print_marked(out: Console, before: str, hit: str, after: str) -> None:
    """An article with a span marked: by colour in a terminal, else by arrows."""
    if not hit:
        print(before)
    elif out.is_terminal:
        out.print(Text.assemble(before, (hit, "black on yellow"), after), soft_wrap=True)
    else:
        print(f"{before}>>>{hit}<<<{after}")


def print_line(out: Console, text: str, style: str | None = None) -> None:
    """A line as it is: no markup, and no line breaks of our own outside a terminal."""
    out.print(text, style=style, markup=False, highlight=False, soft_wrap=not out.is_terminal)
