"""A draft that is not shown and an evidence sentence in, how well that sentence can be quoted in its place out. Pure.

A small model that cannot word an answer often still knows where it stands: what it wrote points at a sentence.
"""

from collections.abc import Sequence

from kzchat import concepts
from kzchat.answering import holds, holds_facts, news, shortfall
from kzchat.facts import TRANSLATED
from kzchat.proper_names import Vocabulary, names
from kzchat.schema import RetrievedPassage

# What makes a sentence the one to quote, beside its place in the search: the share of what the draft adds to the
# question that stands in it, and how much less than the most similar one it resembles the draft. Chosen on PIAF:
# docs/calibration.md.
_NEWS, _RESEMBLANCE = 0.7, 4.0
_MADE_FROM = 0.4  # of what a draft adds to the question, in the sentence that it was plainly made from


def fitness(question: str, draft: str, passage: RetrievedPassage, behind: float) -> float:
    """How well a sentence answers in the draft's place; only comparable within one search.

    Args:
        behind: cosine of draft and sentence, less that of the sentence nearest to the draft; 0 or less.
    """
    line = passage.sentence.one_line
    fit = max(holds(news(question, draft), line), holds_facts(question, draft, line))
    return passage.score + _NEWS * fit + _RESEMBLANCE * behind


def made_from(question: str, draft: str, passage: RetrievedPassage) -> bool:
    """Whether a draft was plainly made from a sentence, right or wrong."""
    return holds(news(question, draft), passage.sentence.one_line) >= _MADE_FROM


def may_answer(question: str, passage: RetrievedPassage, evidence: Sequence[RetrievedPassage]) -> bool:
    """Whether a sentence can be the answer: it holds what is asked for, in an article that knows a name of it."""
    if shortfall(question, passage.sentence.one_line):
        return False
    asked = names(question)
    if not asked:
        return True
    article = [each.sentence.one_line for each in evidence if each.sentence.file == passage.sentence.file]
    known = Vocabulary.of("\n".join((about(passage), *article)))
    shared = concepts.words(TRANSLATED, question, "\n".join(article))
    return any(known.has(name) or concepts.plain(name) in shared for name in asked)


def about(passage: RetrievedPassage) -> str:
    """What the article says of itself. Its title may hold the claim's names; its date the claim's date."""
    return "\n".join(part for part in (passage.title, passage.date, passage.outlet, passage.author) if part)
