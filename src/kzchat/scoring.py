"""One case and its answer in, its scores out. Pure functions, no judge but the labels; each says what it counts.

Labels name files and quoted sentences, never ids of the index, so that they outlive another splitting.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import ir_measures
from anyascii import anyascii
from ir_measures import RR, Success, nDCG

from kzchat.facts import missing
from kzchat.languages import detect_language
from kzchat.numerals import CURRENCY
from kzchat.schema import Answer, Claim, EvalCase, EvalResult, Reason, RetrievedPassage

DEPTH = 10  # ranks that are looked at
_INFLECTED_FROM = 5  # letters; a shorter word with another ending is often another word
_RANKING = (Success @ 1, Success @ 5, Success @ DEPTH, RR @ DEPTH, nDCG @ DEPTH)

# Which reasons for abstaining are right, where a case does not say. An instruction in disguise may be taken for
# anything but a false premise.
_REASONS: Mapping[str, tuple[Reason, ...]] = {
    "not_stated": ("not_stated",),
    "false_premise": ("false_premise",),
    "out_of_scope": ("out_of_scope", "no_evidence"),
    "injection": ("out_of_scope", "no_evidence", "not_stated"),
    "instruction": ("out_of_scope", "no_evidence", "not_stated"),
    "follow_up": ("not_stated", "no_evidence", "out_of_scope"),
}

Outcome = Literal[
    "right", "not_cited", "wrong", "not_retrieved", "not_answered", "withheld", "answered_unanswerable", "error"
]


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well the evidence is ordered. Source: ir_measures (MacAvaney et al., ECIR 2022) over trec_eval."""

    hit_at_1: bool  # Success@1: a labelled sentence is first
    hit_at_5: bool
    hit_at_10: bool
    reciprocal_rank: float  # 1 / rank of the first labelled sentence, 0 beyond rank 10 (Voorhees, TREC-8, 1999)
    ndcg: float  # binary gains, to rank 10 (Järvelin and Kekäläinen, ACM TOIS 20, 2002)


@dataclass(frozen=True, slots=True)
class Scores:
    """Every score of one result. None: the question does not arise; pairs are (so many, of so many)."""

    ranking: Ranking | None  # None: nothing is to be found
    correct: bool
    correct_text: bool | None  # as `correct`, of the answerable cases with a known answer
    cites_right_file: bool | None
    citation_precision: tuple[int, int] | None
    citation_recall: tuple[int, int] | None
    supported_sentences: tuple[int, int] | None
    own_words: tuple[int, int] | None
    right_reason: bool | None
    language_match: bool | None
    outcome: Outcome
    pair: str  # "fr→en": of the question, of the labelled articles
    cited_characters: float | None  # mean length of a citation


def score(result: EvalResult, languages: Mapping[str, str]) -> Scores:
    """Every score of one result.

    Args:
        result: what came back.
        languages: file to language of the article, for the pair of languages.
    """
    case, answer = result.case, result.answer
    correct = not result.error and is_correct(case, answer)
    cited = [len(citation.quote) for claim in shown(answer) for citation in claim.citations]
    return Scores(
        ranking=None if result.error else ranking(case, answer.evidence),
        correct=correct,
        correct_text=correct if case.answerable and case.answers else None,
        cites_right_file=cites_right_file(case, answer),
        citation_precision=citation_precision(case, answer),
        citation_recall=citation_recall(case, answer),
        supported_sentences=supported_sentences(answer),
        own_words=own_words(answer),
        right_reason=None if result.error else right_reason(case, answer),
        language_match=language_match(case, answer),
        outcome=outcome(result),
        pair=language_pair(case, languages),
        cited_characters=sum(cited) / len(cited) if cited else None,
    )


def shown(answer: Answer) -> list[Claim]:
    """The sentences that the reader sees as the answer."""
    return [] if answer.status == "abstained" else [c for c in answer.sentences if c.verdict != "withheld"]


def fold(text: str) -> str:
    """Plain lower-case Latin letters and digits: accents and other scripts through anyascii, the rest one space."""
    amounts = CURRENCY.sub(" ", text)  # "£750" holds 750; transliterated, the sign would be letters
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(amounts).casefold()))


def is_correct(case: EvalCase, answer: Answer) -> bool:
    """Answerable: it was answered, and every required part has an alternative in the text. Else: it abstained.

    The containment accuracy of open-domain question answering (as in Mallen et al., ACL 2023), part by part.
    An alternative must begin where a word begins. Its end may be inflected ("terroris" in "terrorism") where it has
    at least 5 letters and ends in one. A case without parts is for retrieval: answering is all that is asked.
    """
    if not case.answerable:
        return answer.status == "abstained"
    return answer.status == "answered" and holds_answer(case, answer.text)


def holds_answer(case: EvalCase, text: str) -> bool:
    """Whether every required part has an alternative in the text."""
    folded = fold(text)
    return all(any(_occurs(fold(one), folded) for one in part.split("|")) for part in case.answers)


def _occurs(alternative: str, text: str) -> bool:
    if not alternative:
        return False
    inflected = alternative[-1].isalpha() and sum(map(str.isalpha, alternative)) >= _INFLECTED_FROM
    return re.search(rf"\b{alternative}" + ("" if inflected else r"\b"), text) is not None


def is_support(case: EvalCase, file: str, text: str) -> bool:
    """Whether a text is, holds or is part of a labelled sentence of the same file, white space apart.

    Where a case names files only, the file decides.
    """
    if not case.supports:
        return file in case.relevant
    return any(file == support.file and overlap(text, support.quote) for support in case.supports)


def overlap(text: str, quote: str) -> bool:
    """Whether a text is, holds or is part of a quoted sentence, white space apart."""
    one, other = " ".join(text.split()), " ".join(quote.split())
    return bool(one) and (one in other or other in one)


def ranking(case: EvalCase, passages: Sequence[RetrievedPassage]) -> Ranking | None:
    """How well a search did; None where nothing is to be found.

    A passage, or its twin in another article, that overlaps a labelled sentence is relevant, each label once. Where a
    case names files, an article counts at the rank of its first sentence.
    """
    labels = [f"{s.file} {s.quote}" for s in case.supports] or list(dict.fromkeys(case.relevant))
    if not labels:
        return None
    places: list[str] = []
    for number, passage in enumerate(passages):
        new = [label for label in _labels(case, passage) if label not in places]
        if case.supports:
            places.append(new[0] if new else f"no label {number}")
        elif (file := passage.sentence.file) not in places:
            places.append(new[0] if new else file)
    run = {place: float(len(places) - rank) for rank, place in enumerate(places[:DEPTH])}
    judged = {"q": dict.fromkeys(labels, 1)}
    values = {metric.measure: metric.value for metric in ir_measures.iter_calc(_RANKING, judged, {"q": run})}
    hits = [bool(values.get(measure, 0.0)) for measure in _RANKING[:3]]
    return Ranking(hits[0], hits[1], hits[2], *(float(values.get(measure, 0.0)) for measure in _RANKING[3:]))


def _labels(case: EvalCase, passage: RetrievedPassage) -> list[str]:
    found = (passage.sentence, *passage.also_in)
    if not case.supports:
        return [sentence.file for sentence in found if sentence.file in case.relevant]
    return [
        f"{s.file} {s.quote}"
        for s in case.supports
        if any(f.file == s.file and overlap(f.text, s.quote) for f in found)
    ]


def cites_right_file(case: EvalCase, answer: Answer) -> bool | None:
    """Whether the answer cites something, and only files that hold the answer.

    None: it abstained, the case is unanswerable, or the case names no file.
    """
    files = {support.file for support in case.supports} | set(case.relevant)
    if not case.answerable or answer.status != "answered" or not files:
        return None
    cited = {citation.file for citation in answer.citations}
    return bool(cited) and cited <= files


def citation_precision(case: EvalCase, answer: Answer) -> tuple[int, int] | None:
    """Of the citations, those that point to a labelled sentence.

    ALCE (Gao et al., EMNLP 2023) asks an entailment model whether a citation is of use for its sentence; here a person
    has labelled the sentences that are. A citation longer than a sentence counts as right where it holds one.
    None: the case is unanswerable or it abstained.
    """
    if not case.answerable or answer.status != "answered" or not (case.supports or case.relevant):
        return None
    cited = [citation for claim in shown(answer) for citation in claim.citations]
    return sum(is_support(case, citation.file, citation.quote) for citation in cited), len(cited)


def citation_recall(case: EvalCase, answer: Answer) -> tuple[int, int] | None:
    """Of the shown sentences, those with a citation of a labelled sentence.

    ALCE asks an entailment model whether the citations of a sentence, taken together, support it; here one of them
    must be labelled. A sentence without a citation counts against it. None: as for precision.
    """
    if not case.answerable or answer.status != "answered" or not (case.supports or case.relevant):
        return None
    claims = shown(answer)
    return sum(any(is_support(case, c.file, c.quote) for c in claim.citations) for claim in claims), len(claims)


def supported_sentences(answer: Answer) -> tuple[int, int] | None:
    """Of the shown sentences, those that cite something and hold no number, date or name that is not in it.

    No label and no model: facts are compared as in `facts.missing`. It finds invented facts, not wrong relations.
    None: it abstained.
    """
    if answer.status != "answered":
        return None
    claims = shown(answer)
    return sum(_stands_in_citations(claim) for claim in claims), len(claims)


def _stands_in_citations(claim: Claim) -> bool:
    sources = "\n".join(citation.quote for citation in claim.citations)
    about = "\n".join(part for c in claim.citations for part in (c.title, c.date, c.outlet, c.author) if part)
    return bool(claim.citations) and (claim.verdict == "quoted" or not missing(claim.text, sources, about))


def own_words(answer: Answer) -> tuple[int, int] | None:
    """Of the shown sentences, those in the model's words; the others are quotations. None: it abstained."""
    if answer.status != "answered":
        return None
    claims = shown(answer)
    return sum(claim.verdict == "supported" for claim in claims), len(claims)


def right_reason(case: EvalCase, answer: Answer) -> bool | None:
    """Whether the reason that is given for abstaining is one of the case's. None: it is answerable, or was answered."""
    if case.answerable or answer.status != "abstained":
        return None
    return answer.reason in (case.reasons or _REASONS.get(case.kind, ("not_stated", "no_evidence", "out_of_scope")))


def language_match(case: EvalCase, answer: Answer) -> bool | None:
    """Whether the sentences in the model's own words are in the question's language (langid, Lui and Baldwin, 2012).

    Quotations stay in the language of their article. None: there is no sentence in its own words.
    """
    own = " ".join(claim.text for claim in shown(answer) if claim.verdict == "supported")
    return detect_language(own) == case.language if own else None


def language_pair(case: EvalCase, languages: Mapping[str, str]) -> str:
    """ "fr→en": the question's language and those of the articles that hold the answer; "fr→–" where none does."""
    files = [*(support.file for support in case.supports), *case.relevant]
    articles = "+".join(sorted({languages.get(file, "?") for file in files}))
    return f"{case.language}→{articles or '–'}"


def outcome(result: EvalResult) -> Outcome:
    """What became of a case, and in which stage it went wrong.

    not_retrieved: no labelled sentence among the evidence. not_answered: it was there, and the gate said no.
    withheld: the model wrote the answer, and it was not shown. not_cited: right, without a labelled sentence.
    """
    case, answer = result.case, result.answer
    if result.error:
        return "error"
    if not case.answerable:
        return "right" if answer.status == "abstained" else "answered_unanswerable"
    if is_correct(case, answer):
        labelled = citation_precision(case, answer)
        return "not_cited" if labelled and not labelled[0] else "right"
    drafts = " ".join(f"{claim.draft} {claim.text}" for claim in answer.sentences)
    if case.answers and holds_answer(case, drafts):
        return "withheld"
    found = (s for passage in answer.evidence for s in (passage.sentence, *passage.also_in))
    if (case.supports or case.relevant) and not any(is_support(case, s.file, s.text) for s in found):
        return "not_retrieved"
    if answer.status == "abstained":
        return "withheld" if answer.sentences else "not_answered"
    return "wrong"
