"""What a question takes for granted, and why the articles do not answer it: nothing on the subject, not this fact, or
they have it otherwise. Pure.
"""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from kzchat import concepts
from kzchat.alternatives import alternatives
from kzchat.bindings import misbound
from kzchat.directions import turned
from kzchat.facts import mismatches, missing, translated_sections
from kzchat.languages import has_kazakh_letters, same_language
from kzchat.moments import days_of_the_week
from kzchat.proper_names import Vocabulary, names
from kzchat.roles import reversed_roles
from kzchat.schema import Reason, RetrievedPassage
from kzchat.spelling import fold, skeleton
from kzchat.words import lower_case_words

_LOOKED_AT = 4  # sentences that may say otherwise
_OTHERWISE = frozenset({"role", "opposite"})
_TYPO = 0.88  # Jaro-Winkler similarity of a name and another that it may be, mistyped


def takes_otherwise(question: str, source: str, about: str) -> bool:
    """Whether a question takes for granted what a source has otherwise: whose office it is, who did it to whom, or
    from where to where it went. One that offers a choice ("did A receive B, or B A?") takes neither for granted.
    """
    if alternatives(question):
        return False
    turned_round = reversed_roles(question, source) or turned(question, source)
    return bool(turned_round or misbound(question, f"{source}\n{about}"))


def on_another_day(question: str, sentence: str, around: str) -> bool:
    """Whether a sentence tells of another day of the week than the one that a question names.

    The day after is none: it is when things are reported. Years and months are not compared: an answer about 2023 may
    well say "since 2019".

    Args:
        question: of which it is to be the answer.
        sentence: that may name a day.
        around: its passage, and what the article says of itself, which may name the day asked for.
    """
    asked, said = days_of_the_week(question), days_of_the_week(sentence)
    told = said | {(day - 1) % 7 for day in said} | days_of_the_week(around)
    return bool(asked and said) and not asked & told


def strangers(question: str, text: str) -> list[str]:
    """The names of a question that a text does not have, in any spelling or translation that can be recognised."""
    known, shared = _offered(text), concepts.words(translated_sections(question, text), question, text)
    governed = concepts.found("places", text)  # "Astana" is Kazakhstan
    translated = frozenset[str]() if same_language(question, text) else lower_case_words()  # "the World Bank"
    return [
        name
        for name in names(question)
        if not known.has(name, has_kazakh_letters(question))
        and concepts.plain(name) not in shared
        and not concepts.found("capitals", name).keys() & governed
        and name.casefold() not in translated
        and not _mistyped(name, known)
    ]


@lru_cache(maxsize=64)
def _offered(article: str) -> Vocabulary:
    """Remembered: each sentence of an article is asked whether the whole of it knows the question's names."""
    return Vocabulary.of(article)


def _mistyped(name: str, known: Vocabulary) -> bool:
    if concepts.found("places", name):
        return False  # Niger is not Nigeria
    form = skeleton(fold(name))
    return any(JaroWinkler.similarity(form, skeleton(part)) >= _TYPO for part, _ in known.named)


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
