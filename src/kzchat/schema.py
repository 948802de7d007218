"""The product's own types, in the order in which a question meets them. All frozen, none from a framework.

Offsets are Unicode code points into `Article.text`, which is the file as stored: `article.text[s.start:s.end]`
is the exact sentence, always.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

Status = Literal["answered", "abstained"]
Reason = Literal["no_evidence", "not_stated", "false_premise", "out_of_scope"]
Verdict = Literal["supported", "quoted", "withheld"]
BackendName = Literal["ollama", "embedded"]


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One source file: its text as stored, and what the text says about itself."""

    file: str  # relative to the corpus folder, with forward slashes
    text: str
    sha256: str  # of the file's bytes
    language: str  # ISO 639-1
    title: str
    date: str | None = None  # ISO 8601, only where the text gives it
    outlet: str | None = None
    author: str | None = None
    boilerplate: tuple[Span, ...] = ()  # never indexed, never cited


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some of an article, verbatim."""

    file: str
    start: int
    end: int
    text: str
    language: str
    article_sha256: str

    @property
    def id(self) -> str:
        """Deterministic: the same text in the same file always gets the same id."""
        return f"{self.file}#{self.start}-{self.end}@{self.article_sha256[:12]}"

    @property
    def one_line(self) -> str:
        """The text with every run of white space as one space: for models and readers, never for citing."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Sentence(Excerpt):
    """One sentence."""

    passage: str = ""  # id of the passage that it is part of


@dataclass(frozen=True, slots=True)
class Passage(Excerpt):
    """A run of whole sentences: the context in which each of them is also searched."""

    @property
    def id(self) -> str:
        """Deterministic, and never a sentence's id."""
        return f"{self.file}#p{self.start}-{self.end}@{self.article_sha256[:12]}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to. An article without a date is in no range of dates."""

    language: str | None = None  # ISO 639-1, of the article
    files: tuple[str, ...] | None = None
    since: str | None = None  # ISO 8601 dates, both included
    until: str | None = None

    def __bool__(self) -> bool:
        return self.files is not None or bool(self.language or self.since or self.until)

    @property
    def since_day(self) -> int:
        """As `day_number`; 1 where there is none."""
        return day_number(self.since) or 1

    @property
    def until_day(self) -> int:
        """As `day_number`; later than any date where there is none."""
        return day_number(self.until) or 99_999_999


def day_number(date: str | None) -> int:
    """An ISO date as a number that orders like it (20260129); 0 for none."""
    return int(date.replace("-", "")) if date else 0


class Ranked(NamedTuple):
    """A place in one list: rank from 1, and that list's own score."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A sentence that may hold the answer, with its place in each list (None: not in that list).

    The dense scores are cosines of aligned vectors, -1 to 1; the lexical ones a share of the question's words, 0 to
    about 2 (`lexical.Hits`). The passage lists rank the context that the sentence stands in.
    """

    sentence: Sentence
    title: str
    date: str | None
    outlet: str | None
    score: float  # fused; only comparable within one search
    dense: Ranked | None = None
    lexical: Ranked | None = None
    passage_dense: Ranked | None = None
    passage_lexical: Ranked | None = None
    also_in: tuple[Sentence, ...] = ()  # near-identical sentences of other articles
    author: str | None = None
    context: str = ""  # of an answer's evidence, the passage that it stands in, its own text included
    article: str = ""  # of an answer's evidence, all of its article, where that is no longer than the press writes
    led_in: Sentence | None = None  # of an answer's evidence, it and the sentence before, where it leans on that
    # Of an answer's evidence, it and the sentence behind it, it and the two behind it, and so on, while these are, too.
    goes_on: tuple[Sentence, ...] = ()

    @property
    def quotable(self) -> Sentence:
        """What of it can be understood alone."""
        return self.led_in or self.sentence

    def quotable_with(self, behind: int) -> Sentence:
        """The same with so many sentences behind it.

        Raises:
            IndexError: it does not go on for so many.
        """
        if not behind:
            return self.quotable
        whole = self.goes_on[behind - 1]
        added = whole.text[len(self.sentence.text) :]
        return replace(self.quotable, end=whole.end, text=self.quotable.text + added)


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact characters of the exact sentence that support a claim."""

    n: int
    file: str
    start: int
    end: int
    quote: str
    article_sha256: str
    title: str = ""
    date: str | None = None
    outlet: str | None = None
    author: str | None = None
    language: str | None = None  # of the article


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer and what became of it when it was checked."""

    text: str
    verdict: Verdict
    citations: tuple[Citation, ...] = ()
    reasons: tuple[str, ...] = ()  # why the draft was not shown as it was written
    draft: str = ""  # what the model wrote
    disputed_by: tuple[Citation, ...] = ()  # sentences of other articles that say otherwise
    score: float | None = None  # the model's log-odds that the citation supports it; None where it was not asked


CheckVerdict = Literal["supported", "contradicted", "not_found"]


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """One sentence of a text that was held against the corpus, with its place in that text."""

    text: str
    start: int
    end: int
    verdict: CheckVerdict
    score: float | None  # the model's log-odds that its source supports it; None where it was not asked
    reasons: tuple[str, ...] = ()  # what does not agree
    citations: tuple[Citation, ...] = ()  # what supports it, or what it was held against


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from the question to each event, and what the model read and wrote."""

    retrieval_ms: float = 0.0
    first_evidence_ms: float = 0.0
    first_token_ms: float | None = None
    total_ms: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reader gets: checked sentences with their citations, or a reasoned abstention."""

    question: str
    language: str
    status: Status
    reason: Reason | None
    sentences: tuple[Claim, ...]
    evidence: tuple[RetrievedPassage, ...]
    model: str
    backend: BackendName
    index_fingerprint: str
    timings: Timings
    message: str = ""  # the abstention in the question's language
    gate_log_odds: float | None = None
    completed_question: str | None = None  # what was understood, where the question needed the conversation

    @property
    def text(self) -> str:
        """The shown sentences as one text, quotations in guillemets; for an abstention its message."""
        if self.status == "abstained":
            return self.message
        shown = (claim for claim in self.sentences if claim.verdict != "withheld")
        return " ".join(f"« {claim.text} »" if claim.verdict == "quoted" else claim.text for claim in shown)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Each cited sentence once, in the order of its number."""
        cited = (citation for claim in self.sentences for citation in (*claim.citations, *claim.disputed_by))
        unique = {citation.n: citation for citation in cited}
        return tuple(unique[n] for n in sorted(unique))


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question of the conversation and the text of its answer, for the questions that lean on it."""

    question: str
    answer_text: str = ""  # empty where the articles did not say
    completed_question: str | None = None

    @classmethod
    def of(cls, answer: Answer) -> "Exchange":
        """What later questions may refer to."""
        return cls(answer.question, answer.text if answer.status == "answered" else "", answer.completed_question)

    @property
    def understood(self) -> str:
        """The question as it was answered."""
        return self.completed_question or self.question


@dataclass(frozen=True, slots=True)
class Quote:
    """A supporting sentence named by a gold case."""

    file: str
    quote: str


@dataclass(frozen=True, slots=True)
class EvalCase:
    """One gold question. `supports` names the sentences that hold the answer; empty where none does."""

    id: str
    language: str
    question: str
    kind: str
    answerable: bool
    answers: tuple[str, ...] = ()  # every accepted form; alternatives of one part are separated by "|"
    supports: tuple[Quote, ...] = ()
    relevant: tuple[str, ...] = ()  # files that hold the answer, where no sentence is named
    candidates: tuple[str, ...] = ()  # files that the case is asked about; none: the whole corpus
    excluded: tuple[str, ...] = ()  # files that are out of reach when it is asked, as if they were not there
    history: tuple[Exchange, ...] = ()  # the conversation before it, where it is a follow-up
    reasons: tuple[Reason, ...] = ()  # of these one must be given where it abstains rightly; empty: the kind decides
    draft: bool = False  # not yet accepted by a person: only run on request
    why: str = ""
    where: str = field(default="", compare=False)  # FILE:LINE, for messages


@dataclass(frozen=True, slots=True)
class EvalResult:
    """What came back for one case; the scores are worked out from it (`scoring.score`)."""

    case: EvalCase
    answer: Answer
    error: str = ""  # why there is no answer
    repeat: int = 0  # from 0
