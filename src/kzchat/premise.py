"""Why the articles do not answer: nothing on the subject, not this fact, or the question assumes otherwise."""

from collections.abc import Sequence

from kzchat.facts import mismatches, missing, names
from kzchat.schema import Reason, RetrievedPassage

_LOOKED_AT = 4  # sentences that may say otherwise
_OTHERWISE = frozenset({"role", "opposite"})


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
