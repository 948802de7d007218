"""A sentence in, its clauses out, and those of them that tell what a claim is about. Pure."""

import re

from kzchat import concepts
from kzchat.numerals import numbers

# What may stand between two clauses: a comma, a semicolon, a conjunction.
BOUNDARY = re.compile(
    r"[;:؛]|[,،]\s|\s(?=(?:while|but|and|then|tandis|mais|et|puis|а|но|и|затем|ал|және|кейін|و|ثم|بينما|لكن)\s)"
)


def clauses(sentence: str) -> list[str]:
    """The parts of a sentence between its commas, semicolons and conjunctions."""
    return BOUNDARY.split(sentence)


def telling(claim: str, source: str) -> list[str]:
    """The clauses of the source that have a number or a place of the claim, in whatever language."""
    values, places = {value for value, _ in numbers(claim)}, set(concepts.found("places", claim))
    return [
        clause
        for clause in clauses(source)
        if values & {value for value, _ in numbers(clause)} or places & set(concepts.found("places", clause))
    ]
