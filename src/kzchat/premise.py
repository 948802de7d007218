"""What a question takes for granted, and why the articles do not answer it: nothing on the subject, not this fact, or
they have it otherwise. Pure.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import JaroWinkler

from kzchat import concepts
from kzchat.bindings import misbound
from kzchat.directions import turned
from kzchat.facts import TRANSLATED, mismatches, missing
from kzchat.languages import same_language
from kzchat.moments import days_of_the_week, months
from kzchat.numerals import YEAR, numbers
from kzchat.proper_names import Vocabulary, names
from kzchat.roles import reversed_roles
from kzchat.schema import Reason, RetrievedPassage
from kzchat.spelling import fold, skeleton
from kzchat.words import lower_case_words

_LOOKED_AT = 4  # sentences that may say otherwise
_OTHERWISE = frozenset({"role", "opposite"})
_IN = re.compile(r"(?<!\w)(?:à|in|at|в|во|на|في)\s+$", re.IGNORECASE)
_LEAD = 5  # characters in front of a name that are read for it
_TYPO = 0.88  # Jaro-Winkler similarity of a name and another that it may be, mistyped


def takes_otherwise(question: str, source: str, about: str) -> bool:
    """Whether a question takes for granted what a source has otherwise: whose office it is, who did it to whom, or
    from where to where it went.
    """
    turned_round = reversed_roles(question, source) or turned(question, source)
    return bool(turned_round or misbound(question, f"{source}\n{about}"))


def at_another_time(question: str, sentence: str, around: str) -> bool:
    """Whether a sentence tells of another day, month or year than the one that a question names.

    Args:
        question: of which it is to be the answer.
        sentence: that may tell when.
        around: its passage, and what the article says of itself, which may name the time.
    """
    for times in (days_of_the_week, _months, _years):
        asked, said = times(question), times(sentence)
        if asked and said and not asked & (said | times(around)):
            return True
    return False


def at_another_place(question: str, sentence: str) -> bool:
    """Whether a sentence sets something elsewhere than the question does, and nothing there."""
    asked = _set_in(question)
    return bool(asked and _set_in(sentence)) and not any(map(Vocabulary.of(sentence).has, asked))


def _set_in(text: str) -> list[str]:
    """The names right behind a word for "in"."""
    found, position = [], 0
    for name in names(text):
        start = text.find(name, position)
        if start >= 0:
            position = start + len(name)
            if _IN.search(text, max(0, start - _LEAD), start):
                found.append(name)
    return found


def _months(text: str) -> set[int]:
    return {month for month, _ in months(text)}


def _years(text: str) -> set[str]:
    return {value for value, _ in numbers(text) if YEAR.fullmatch(value)}


def strangers(question: str, text: str) -> list[str]:
    """The names of a question that a text does not have, in any spelling or translation that can be recognised."""
    known, shared = Vocabulary.of(text), concepts.words(TRANSLATED, question, text)
    translated = frozenset[str]() if same_language(question, text) else lower_case_words()  # "the World Bank"
    return [
        name
        for name in names(question)
        if not known.has(name)
        and concepts.plain(name) not in shared
        and name.casefold() not in translated
        and not _mistyped(name, known)
    ]


def _mistyped(name: str, known: Vocabulary) -> bool:
    if concepts.found("places", name):
        return False  # Niger is not Nigeria
    form = skeleton(fold(name))
    return any(JaroWinkler.similarity(form, other) >= _TYPO for other in known.skeletons)


def said_otherwise(question: str, evidence: Sequence[RetrievedPassage]) -> RetrievedPassage | None:
    """The sentence that has otherwise what the question takes for granted; None where none does.

    Only sentences that know every name and date of the question count: another subject is no contradiction.
    """
    for passage in evidence[:_LOOKED_AT]:
        text = passage.sentence.one_line
        if missing(question, text, f"{passage.title}\n{passage.date or ''}"):
            continue
        if any(mismatch.kind in _OTHERWISE for mismatch in mismatches(question, text)):
            return passage
    return None


def why_not(question: str, evidence: Sequence[RetrievedPassage]) -> Reason:
    """Out of scope where the articles know none of the names that the question is about, else not stated."""
    asked = names(question)
    text = "\n".join(f"{passage.sentence.text}\n{passage.title}" for passage in evidence)
    if asked and len([miss for miss in missing(question, text) if miss.kind == "name"]) == len(asked):
        return "out_of_scope"
    if not asked and not any(passage.lexical for passage in evidence[:3]):
        return "out_of_scope"
    return "not_stated"
