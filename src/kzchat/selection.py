"""A draft that is not shown and an evidence sentence in, how well that sentence can be quoted in its place out. Pure.

A small model that cannot word an answer often still knows where it stands: what it wrote points at a sentence.
"""

from collections.abc import Sequence

from kzchat.alternatives import alternatives
from kzchat.answering import describes, holds, holds_facts, news, shortfall
from kzchat.asked_office import lacks_office
from kzchat.languages import same_alphabet
from kzchat.premise import on_another_day, strangers, takes_otherwise
from kzchat.proper_names import names
from kzchat.schema import RetrievedPassage
from kzchat.words import WORD, is_question, stems

# What makes a sentence the one to quote, beside its place in the search: the share of what the draft adds to the
# question that stands in it. Weighed on eval/calibration/search: docs/calibration.md.
_NEWS = 0.15
_DESCRIPTION = 0.7  # of the person that is asked about: more than all that the draft adds
_MADE_FROM = 0.4  # of what a draft adds to the question, in the sentence that it was plainly made from


def fitness(question: str, draft: str, passage: RetrievedPassage, whole: str = "") -> float:
    """How well a sentence answers in the draft's place; only comparable within one search.

    Args:
        whole: what the question is a part of, in the same words. A draft adds nothing by repeating the other parts.
    """
    line, asked = passage.sentence.one_line, whole or question
    fit = max(holds(news(asked, draft), line), holds_facts(asked, draft, line))
    described = _DESCRIPTION if describes(question, line) else 0.0
    return passage.score + _NEWS * fit + described


def made_from(question: str, draft: str, passage: RetrievedPassage) -> bool:
    """Whether a draft was plainly made from a sentence, right or wrong; `question`: as a whole."""
    return holds(news(question, draft), passage.sentence.one_line) >= _MADE_FROM


def borrowed(
    question: str, draft: str, cited: Sequence[RetrievedPassage], evidence: Sequence[RetrievedPassage]
) -> str | None:
    """The beginning of a word that a draft takes from its question, and that is not what its source is about: another
    sentence of that article, in the same language, has it, and the source has not.

    "How many got the polio vaccine?" is not answered by how many got the one against measles.
    """
    told = " ".join(f"{passage.sentence.one_line} {passage.title}" for passage in cited)
    first = cited[0].sentence
    rest = " ".join(
        passage.sentence.one_line
        for passage in evidence
        if passage not in cited and (passage.sentence.file, passage.sentence.language) == (first.file, first.language)
    )
    named = " ".join(word for word in WORD.findall(draft) if word[0].isupper())
    strange = set(stems(question)) & set(stems(rest)) - set(stems(told)) - set(stems(named))
    return next((stem for stem in stems(draft) if stem in strange), None)


def may_answer(question: str, passage: RetrievedPassage, evidence: Sequence[RetrievedPassage]) -> bool:
    """Whether a sentence can be the answer: it holds what is asked for, where the names of the question are known."""
    line = passage.sentence.one_line
    if len(names(line)) == len(WORD.findall(line)):
        return False  # who signs, or a heading: a name alone says nothing of what is asked
    if is_question(line):
        return False  # of an interviewer's
    if shortfall(question, line) or lacks_office(question, line) or takes_otherwise(question, line, about(passage)):
        return False
    if on_another_day(question, line, f"{about(passage)}\n{passage.context}"):
        return False
    return knows_names(question, passage, evidence)


def knows_names(
    question: str, passage: RetrievedPassage, evidence: Sequence[RetrievedPassage], some: bool = False
) -> bool:
    """Whether the names of the question are known where a sentence stands: of A and B nothing is answered by an article
    about A and C.

    In its article (of a long one: its passage, its title and the rest that was found) all of them are, where these are
    in the question's alphabet. In another alphabet a name may be translated, and a question that offers a choice is
    answered in two places: there one of them will do.

    Args:
        some: one of them will do anywhere.
    """
    around = f"{about(passage)}\n{passage.article or _found_of_article(passage, evidence)}"
    alike = same_alphabet(question, passage.sentence.one_line)
    if alternatives(question) is None and alike and not some:
        return not strangers(question, around)
    asked = names(question)
    return not asked or strangers(question, around) != asked


def _found_of_article(passage: RetrievedPassage, evidence: Sequence[RetrievedPassage]) -> str:
    found = (each.sentence.one_line for each in evidence if each.sentence.file == passage.sentence.file)
    return "\n".join((passage.context, *found))


def about(passage: RetrievedPassage) -> str:
    """What the article says of itself. Its title may hold the claim's names; its date the claim's date."""
    return "\n".join(part for part in (passage.title, passage.date, passage.outlet, passage.author) if part)
