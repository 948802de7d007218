"""A sentence of the model's draft in, a checked claim with its citation out.

The model's own citation marks are thrown away: small models cite at random. Each sentence is held against the evidence
(`support`). It is *supported* where the check passes and it answers the question; else the source sentence that best
does is shown verbatim in its place (*quoted*).
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from math import inf

from kzchat.answering import asked_kinds, asks_openly, is_bare, news, shortfall
from kzchat.asked_office import lacks_office
from kzchat.garbled import garbled
from kzchat.languages import LANGUAGES, same_language
from kzchat.premise import takes_otherwise
from kzchat.roles import reversed_roles
from kzchat.schema import Citation, Claim, RetrievedPassage, Sentence
from kzchat.selection import borrowed, fitness, knows_names, made_from, may_answer
from kzchat.support import Candidate, Sources
from kzchat.words import is_question, stems

_MARKS = re.compile(r"\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]")
_BARE = "alone it does not say what it answers"
_UNSURE = "it may not be what was asked"
_CLEARLY = 2.0  # log-odds from which a quotation is the answer; below, the next best is quoted beside it
_MOST_BEHIND, _LONGEST = 3, 600  # sentences quoted along with the one that answers; characters of them all
_MORE = 3  # words of a source that neither the question nor the answer has: from there it says more

Answers = Callable[[RetrievedPassage], float]
"""Log-odds that a sentence answers, less those from which it is quoted; see `answerability`."""


def without_marks(text: str) -> str:
    """The text without citation marks such as [1] or [2, 3]."""
    return _MARKS.sub("", text)


class Grounder:
    """Checks the sentences of one answer against its evidence and numbers the citations."""

    def __init__(
        self,
        sources: Sources,
        question: str = "",
        whole: str = "",
        quote_only: str = "",
        may_quote: bool = True,
        sides: Sequence[RetrievedPassage] = (),
        numbers: dict[str, int] | None = None,
        reads: Collection[str] = LANGUAGES,
        answers: Answers = lambda passage: inf,
    ) -> None:
        """Check against the evidence of `sources`.

        Args:
            question: what the answer is to.
            whole: what that is a part of; empty: of nothing.
            quote_only: why the source of a supported claim is shown in its place; empty: it is not.
            may_quote: False: in the place of a sentence that fails only one is quoted that it was plainly made from.
            sides: of a question that offers a choice, the best sentence on each side.
            numbers: of citations by the sentence that they cite, from what was answered before; more are added.
            reads: the languages that the model reads.
            answers: how likely a sentence is the answer, where nothing but it is quoted; not asked of the sides.
        """
        self._evidence = sources.evidence
        self._sources = sources
        self._question = question
        self._whole = whole or question
        self._language = sources.language
        self._quote_only = quote_only
        self._may_quote = may_quote
        self._sides = sides
        self._numbers = {} if numbers is None else numbers
        self._reads = reads
        self._answers = answers
        self._cited: set[str] = set()  # sentences, here; what an earlier part cited may be quoted in full
        self._quoted_last: RetrievedPassage | None = None
        self._fuller: RetrievedPassage | None = None  # what answers in full, of what was said in the model's own words

    def check(self, draft: str, complete: bool = True) -> Claim:
        """Attach one sentence to its source.

        Args:
            draft: a sentence as the model wrote it.
            complete: False where the model was cut off in mid-sentence, which is never shown as written.

        Returns:
            A supported claim, a quotation in its place, or a withheld claim where no source sentence can take its
            place: none can be the answer, or the best was already shown.
        """
        text = " ".join(without_marks(draft).split())
        if not any(character.isalnum() for character in text) or is_question(text) or text[-1] == ":":
            return Claim(text, "withheld", reasons=("it is not an answer",), draft=draft)
        if not self._evidence:
            return Claim(text, "withheld", reasons=("there is no evidence",), draft=draft)
        candidates = self._sources.candidates(text)
        sources = (passage.sentence.text for passage in self._evidence)
        why = (
            "the sentence was cut off"
            if not complete
            else garbled(text, sources, self._language) or shortfall(self._question, text)
        )
        if why:
            return self._quote(text, candidates, (why,), draft)
        candidate, judgement = self._sources.judged(text, candidates)
        if takes_otherwise(self._question, candidate.source, candidate.about):
            return Claim(text, "withheld", (), ("the source has otherwise what the question takes for granted",), draft)
        if judgement.verdict != "supported":
            sound = any(each.by_facts is None for each in candidates)
            return self._quote(text, candidates, judgement.reasons, draft, sure=sound)
        if lacks_office(self._question, f"{text} {candidate.source}"):
            return self._quote(text, candidates, ("it does not name the office that is asked about",), draft)
        if not any(self._is_about_it(passage) for passage in candidate.passages):
            return self._quote(text, candidates, ("its article does not know what is asked about",), draft)
        strange = borrowed(self._whole, text, candidate.passages, self._evidence)
        led_in = strange is not None and any(strange in stems(each.quotable.one_line) for each in candidate.passages)
        if strange and not led_in:
            return Claim(
                text, "withheld", (), (f"the source does not speak of “{strange}…”, another sentence does",), draft
            )
        why = self._quote_only or (_BARE if is_bare(self._question, text) else "")
        if why and candidate.passages[0].sentence.language not in self._reads:
            return self._quote(text, candidates, (why,), draft)  # it passed by chance: the model cannot read its source
        if why:
            return self._quoted(candidate.passages[0], (why,), draft, judgement.score, on=True)
        self._fuller = self._in_full(text, candidates)
        citations = tuple(self._cite(passage, passage.quotable if led_in else None) for passage in candidate.passages)
        disputed_by = self._disputed_by(text, candidate.passages)
        return Claim(text, "supported", citations, (), draft, disputed_by, judgement.score)

    def _is_about_it(self, passage: RetrievedPassage) -> bool:
        """Whether its article knows something that the question names; True where that cannot be told: across languages
        a name may be translated, and a long text may know any.
        """
        if not same_language(self._question, passage.sentence.one_line) or not passage.article:
            return True
        return knows_names(self._question, passage, self._evidence, some=True)

    def _quote(
        self, text: str, candidates: Sequence[Candidate], reasons: tuple[str, ...], draft: str, sure: bool = False
    ) -> Claim:
        """The evidence sentence that best answers, in the draft's place.

        Where it is not sure that the evidence holds an answer, only a sentence that the draft was plainly made from.
        """
        sure = sure or self._may_quote
        best = next(iter(self._sides_left()), None) if sure and self._sides else self._best(text, candidates, sure)
        return self._quoted(best, reasons, draft, on=True) if best else Claim(text, "withheld", (), reasons, draft)

    def _best(self, text: str, candidates: Sequence[Candidate], sure: bool) -> RetrievedPassage | None:
        """The candidate that most likely answers, by the search and by what the model wrote."""
        fit: dict[RetrievedPassage, float] = {}
        for each in candidates:
            passage = each.passages[0]
            if not may_answer(self._question, passage, self._evidence):
                continue
            if not sure and not made_from(self._whole, text, passage):
                continue
            read = passage.sentence.language in self._reads  # what was written of another says nothing
            fit[passage] = fitness(self._question, text if read else "", passage, self._whole)
        return max(fit, key=lambda passage: fit[passage], default=None)

    def closing(self, claims: Sequence[Claim], compared: bool) -> Iterator[Claim]:
        """Quotations that complete an answer of which something was shown.

        Of a question that offers a choice, the sides of which nothing was said. Of an open question that was answered
        in the model's own words, and in its articles' language, the sentence that answers it in full: a small model
        tells half of what it read. Beside a quotation in the place of a draft that did not pass, where it is alone and
        not clearly the answer, the next best sentence.

        Args:
            claims: what was shown.
            compared: the answer must speak of both sides; else only where nothing was said in the model's own words.
        """
        shown = [claim for claim in claims if claim.citations]
        own = " ".join(claim.text for claim in shown if claim.verdict == "supported")
        if self._sides and shown and (compared or not own):
            while left := self._sides_left():
                yield self._quoted(left[0], ("the question asks about both",), "")
        elif self._fuller and all(claim.verdict == "supported" for claim in shown):
            said = self._fuller.quotable_with(self._behind(self._fuller))
            if len(news(f"{self._question} {own}", said.one_line)) >= _MORE:
                yield Claim(said.one_line, "quoted", (self._cite(self._fuller, said),), ("the source says it in full",))
        elif len(shown) == 1 and not own and shown[0].score is None and self._whole == self._question:
            yield from self._next_best()

    def _next_best(self) -> Iterator[Claim]:
        """The first other sentence of the search that may be quoted, where the quoted one is not clearly the answer."""
        if self._quoted_last is None or self._answers(self._quoted_last) >= _CLEARLY:
            return
        for passage in self._evidence:
            if passage.sentence.id not in self._cited and may_answer(self._question, passage, self._evidence):
                claim = self._quoted(passage, ("this may be the answer as well",), "")
                if claim.citations:
                    yield claim
                return

    def _sides_left(self) -> list[RetrievedPassage]:
        """The sides of a choice that nothing shown has cited."""
        return [side for side in self._sides if side.sentence.id not in self._cited]

    def _in_full(self, text: str, candidates: Sequence[Candidate]) -> RetrievedPassage | None:
        """What answers in full beside a supported sentence; None where a date, number or name was asked for."""
        if not asks_openly(self._question) or asked_kinds(self._question):
            return None
        best = self._best(text, candidates, sure=True)
        return best if best and best.sentence.language == self._language else None

    def _quoted(
        self,
        passage: RetrievedPassage,
        reasons: tuple[str, ...],
        draft: str,
        score: float | None = None,
        on: bool = False,
    ) -> Claim:
        """A quotation, of what is behind as well where `on`; withheld where it is unsure or shown already."""
        unsure = not self._sides and self._answers(passage) < 0
        if unsure or passage.sentence.id in self._cited:
            reasons = (*reasons, _UNSURE) if unsure else reasons
            return Claim(without_marks(draft).strip(), "withheld", (), reasons, draft, (), score)
        said = self._quotable(passage, on)
        citation = self._cite(passage, said)
        self._quoted_last = passage
        disputed_by = self._disputed_by(said.one_line, (passage,))
        return Claim(said.one_line, "quoted", (citation,), reasons, draft, disputed_by, score)

    def _quotable(self, passage: RetrievedPassage, on: bool = False) -> Sentence:
        """What of it can be understood alone; only itself where what is beside it is shown already.

        Args:
            on: what is behind it, too, where that is evidence that may answer: what the press tells in two or three
                sentences, the search finds in each.
        """
        longest = self._behind(passage) if on else 0
        led_in = [passage.quotable_with(behind) for behind in range(longest, -1, -1)]
        for said in (*led_in, *reversed(passage.goes_on[:longest])):
            if not {each.sentence.id for each in self._evidence if _lies_in(each.sentence, said)} & self._cited:
                return said
        return passage.sentence

    def _behind(self, passage: RetrievedPassage) -> int:
        """How many sentences behind it may answer as well, one after the other."""
        by_end = {each.sentence.end: each for each in self._evidence if each.sentence.file == passage.sentence.file}
        count = 0
        for run in passage.goes_on[:_MOST_BEHIND]:
            last = by_end.get(run.end)  # None: the gate let others through
            short = run.end - passage.quotable.start <= _LONGEST
            if last is None or not short or not may_answer(self._question, last, self._evidence):
                break
            count += 1
        return count

    def _disputed_by(self, text: str, shown: Sequence[RetrievedPassage]) -> tuple[Citation, ...]:
        """Sentences of other articles that have it the other way round who did what to whom."""
        files = {passage.sentence.file for passage in shown}
        return tuple(
            self._cite(passage)
            for passage in self._evidence
            if passage.sentence.file not in files and reversed_roles(text, passage.sentence.one_line)
        )

    def _cite(self, passage: RetrievedPassage, sentence: Sentence | None = None) -> Citation:
        """Its sentence, or another excerpt that holds it, with the number that this has or gets."""
        shown = sentence or passage.sentence
        self._cited.add(passage.sentence.id)
        self._cited.update(each.sentence.id for each in self._evidence if _lies_in(each.sentence, shown))
        return cite(passage, self._numbers.setdefault(shown.id, len(self._numbers) + 1), shown)


def _lies_in(sentence: Sentence, other: Sentence) -> bool:
    return sentence.file == other.file and other.start <= sentence.start and sentence.end <= other.end


def cite(passage: RetrievedPassage, number: int, sentence: Sentence | None = None) -> Citation:
    """A passage's sentence, or another excerpt that holds it, as the citation of that number."""
    shown = sentence or passage.sentence
    return Citation(
        number,
        shown.file,
        shown.start,
        shown.end,
        shown.text,
        shown.article_sha256,
        passage.title,
        passage.date,
        passage.outlet,
        passage.author,
        shown.language,
    )


def quotation(passage: RetrievedPassage) -> Claim:
    """A sentence that is shown for what it is, with no draft behind it."""
    return Claim(passage.quotable.one_line, "quoted", (cite(passage, 1, passage.quotable),))
