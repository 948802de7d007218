"""The events of an answer in, lines in a terminal out: evidence, checked sentences, sources."""

from types import TracebackType
from typing import Literal, Self

from rich.console import Console
from rich.status import Status

from kzchat.render import (
    STAGES,
    citation_label,
    claim_text,
    footer,
    nearest_articles,
    one_line,
    passage_label,
    withheld,
)
from kzchat.schema import Answer, Claim, RetrievedPassage

_SHOWN = 3  # passages, unless all are asked for


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

    def working(self, stage: Literal["loading", "reading", "writing"]) -> None:
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

    def finish(self, answer: Answer) -> None:
        """Sources, or the abstention with the nearest articles; then what answered."""
        if answer.status == "abstained":
            self._line(answer.message, "bold")
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
            for citation in answer.citations:
                self._line(f"  [{citation.n}] {citation_label(citation)}")
                self._line(f"      « {one_line(citation.quote)} »", "italic")
                self._line(f"      kzchat show '{citation.file}#{citation.start}-{citation.end}'", "dim")
            self._line("")
            self._line("Every sentence was checked against its source. Read the source before you quote it.", "dim")
        self._line("")
        self._line(footer(answer), "dim")

    def _line(self, text: str, style: str | None = None) -> None:
        self._out.print(text, style=style, markup=False, highlight=False, soft_wrap=not self._out.is_terminal)
