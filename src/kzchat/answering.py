"""A question and a sentence in: whether the sentence can be an answer to it. Pure.

A sentence may be true and still not answer: it repeats the question, or names nobody where it was asked who.
"""

import re
from functools import lru_cache

from kzchat import acronyms, concepts
from kzchat.alternatives import alternatives
from kzchat.bindings import holders, people
from kzchat.moments import moments, months, weekdays
from kzchat.numerals import CURRENCY, ROMAN, YEAR, numbers
from kzchat.proper_names import Vocabulary, names
from kzchat.spelling import fold, skeleton
from kzchat.words import WORD, asked_about, stems

# "Who is Al-Farabi?" asks what he is, not for another name.
_DEFINITION = re.compile(
    r"\W*(?:(?:c'est )?qui (?:est|sont|etait|fut)|who(?:'s| is| was| are| were)|кто (?:так\w+|это|был\w?)|من (?:هو|هي))"
    r"\W+(?!(?:le|la|les|l'|the|that|ce|a|celui|celle)\b)\w|.*(?:c'etait|c'est) qui\W*$|.*кім\W*$"
)
# "What position does Anna Holm hold?" asks for her office.
_ASKS_OFFICE = re.compile(
    r"(?<!\w)(?:quel(?:le)?s? (?:est (?:la |le )?|sont (?:les )?)?(?:fonction|poste|role|titre|metier|profession)|"
    r"de quoi (?=.*\b(?:charge|responsable))|que fait (?=.*\bdans la vie)|"
    r"(?:what|which)(?:'s| is| was)?(?: the| his| her)? (?:position|post|job|role|office|title|function|occupation)|"
    r"(?:как(?:ую|ой|ова|ов) )(?:должност|пост|роль|функци|професси)|кем (?:работает|является|стал|станет|будет)|"
    r"(?:қандай|қай) (?:қызмет|лауазым)|(?:қызметі|лауазымы) қандай|(?:ما|اي) (?:هو |هي )?(?:منصب|وظيف|مهن|دور))"
)
# "Les deux pays" counts nothing.
_BOTH = re.compile(
    r"(?<!\w)(?:(?:les|des|ces|aux|leurs) deux|(?:the|these|those) two|both|оба|обе|обеих|обоих|екі ел\w*|екі тарап\w*)"
    r"(?!\w)"
)
# "Where and when": what asks second asks as if it stood first.
_TWO_ASKED = re.compile(
    r"(?:where|when|who|what|which|how (?:many|much)|ou|quand|qui|combien|где|когда|кто|сколько|қашан|қайда|кім|"
    r"متى|اين|من|كم)\s+(?:and|et|и|және|و)\s*"
)
# The name of a work or a ship: in quotation marks, with a capital.
_TITLE = re.compile(r"[«“\"]\s*[A-ZÀ-ÖØ-ÞА-ЯЁӘҒҚҢӨҰҮҺІ][^»”\"]{1,60}[»”\"]")

# Words of a draft that must have one of the question's, and two of them; more say something by themselves.
_BARE, _BAREST = 6, 4
# What is wrong with a sentence that names nothing new, where such a thing was asked for.
_UNNAMED = {"person": "it names nobody", "place": "it names no place", "name": "it gives no name"}


@lru_cache(maxsize=64)
def asked_kinds(question: str) -> frozenset[str]:
    """What an answer must hold: "date", "year", "number", "person", "place" and so on; often nothing.

    Remembered: every sentence of a search is held against the same question.
    """
    asked = frozenset(concepts.found("asks", question))
    if not concepts.found("open", question):
        asked |= frozenset(concepts.found("asked_for", question))
    if joined := _TWO_ASKED.match(concepts.plain(question)):
        asked |= frozenset(concepts.found("asks", question[joined.end() :]))
    return asked - {"person"} if _asks_who_that_is(question) else asked


def shortfall(question: str, sentence: str) -> str | None:
    """Why a sentence cannot be the answer, for a reader; None where it may be.

    Args:
        question: as understood.
        sentence: in any language.
    """
    if missing := lacks(question, sentence):
        return missing
    repeats = asks_openly(question) and not news(question, sentence) and not _new_numbers(question, sentence)
    return "it only repeats the question" if repeats else None


def lacks(question: str, sentence: str) -> str | None:
    """What a question asks for that a sentence does not have, such as a date; None where it may have it."""
    asked = asked_kinds(question)
    if "date" in asked and not _has_date(sentence):
        return "it gives no date"
    if "year" in asked and not _has_year(sentence):
        return "it gives no year"
    if "month" in asked and not (any(months(sentence)) or any(moments(sentence))):
        return "it names no month"
    if "day" in asked and not _has_day(sentence):
        return "it gives no day"
    if "weekday" in asked and not any(weekdays(sentence)):
        return "it names no day of the week"
    if "duration" in asked and not concepts.found("durations", sentence):
        return "it does not say how long"
    if "cost" in asked and not (CURRENCY.search(sentence) or concepts.found("money", sentence)):
        return "it gives no amount of money"
    if "number" in asked and "duration" not in asked and not _new_numbers(question, sentence):
        return "it gives no number"
    unnamed = next((why for kind, why in _UNNAMED.items() if kind in asked), None)
    return unnamed if unnamed and not _names_anew(question, sentence) else None


def news(question: str, draft: str) -> set[str]:
    """What a draft says beyond its question: the beginnings of those words."""
    return set(stems(draft)) - set(stems(question))


def is_bare(question: str, draft: str) -> bool:
    """Whether a draft says too little of what is asked, as a name or a number alone: "171" may count something else.

    The names of the question do not count, where it has other words: "Brest: 171" says no more.
    """
    said = set(stems(question))
    asked = said - _stems_of_names(question) or said
    shared, words = said & set(stems(draft)), len(WORD.findall(draft))
    wanted = 1 if words > _BAREST else 2
    return words <= _BARE and (not shared & asked or len(shared) < min(len(said), wanted))


def holds(items: set[str], sentence: str) -> float:
    """The share of such words, 0 to 1, that a sentence has; 0 where there are none."""
    return len(items & set(stems(sentence))) / len(items) if items else 0.0


def holds_facts(question: str, draft: str, sentence: str) -> float:
    """The share, 0 to 1, of the names and numbers that a draft adds to its question, that a sentence has."""
    asked = Vocabulary.of(question)
    added = [name for name in names(draft) if not asked.has(name)]
    values = {value for value, _ in numbers(draft)} - {value for value, _ in numbers(question)}
    if not added and not values:
        return 0.0
    known, offered = Vocabulary.of(sentence), {value for value, _ in numbers(sentence)}
    return (sum(known.has(name) for name in added) + len(values & offered)) / (len(added) + len(values))


def describes(question: str, sentence: str) -> bool:
    """Whether a sentence gives the office of the person of whom it is asked who that is, or what office that is; or
    what the letters stand for of which that is asked.
    """
    if acronyms.expands(question, sentence):
        return True
    asked = _asks_who_that_is(question) or _ASKS_OFFICE.search(concepts.plain(question))
    return bool(asked) and bool({key for _, _, key in people(question)} & holders(sentence))


def asks_for_a_description(question: str) -> bool:
    """Whether nothing is asked but who a person is ("Who is Anna Holm?"), what office a person holds, or what letters
    stand for.
    """
    if acronyms.asked(question):
        return True
    if _ASKS_OFFICE.search(concepts.plain(question)):
        return True
    return _asks_who_that_is(question) and not asked_about(question) - _stems_of_names(question)


def _stems_of_names(text: str) -> set[str]:
    return {stem for name in names(text) for stem in stems(name)}


def _asks_who_that_is(question: str) -> bool:
    return bool(_DEFINITION.match(concepts.plain(question)))


def _has_date(sentence: str) -> bool:
    return (
        any(months(sentence))
        or any(weekdays(sentence))
        or _has_year(sentence)
        or any(concepts.found("times", sentence))
    )


def _has_day(sentence: str) -> bool:
    """A date with its day, a day of the week, or one told from another: "hier", "the day after"."""
    dated = any(moment.days for moment in moments(sentence))
    return dated or any(weekdays(sentence)) or any(concepts.found("relative_days", sentence))


def _has_year(sentence: str) -> bool:
    return any(len(value) == 4 and value.isdigit() for value, _ in numbers(sentence))


def _new_numbers(question: str, sentence: str) -> bool:
    known = {value for value, _ in numbers(question)}
    said = _BOTH.sub(" ", concepts.plain(sentence))
    counted = any(value not in known and not _counts_nothing(value, text) for value, text in numbers(said))
    return counted or any(concepts.found("counts", sentence))


def _counts_nothing(value: str, text: str) -> bool:
    """A year, a Roman numeral, or "both" and "first" in words: they do not count anything."""
    in_words = not text[0].isdigit() and value == "1"
    return in_words or bool(YEAR.fullmatch(value)) or bool(ROMAN.match(text))


def _names_anew(question: str, sentence: str) -> bool:
    known = {skeleton(fold(word)) for word in (*names(question), *WORD.findall(question))}
    if any(skeleton(fold(name)) not in known for name in names(sentence)):
        return True
    if any(character > "\u05ff" and character.isalpha() for character in sentence):
        return True  # no capitals to tell names by
    if "name" in asked_kinds(question) and _TITLE.search(sentence):
        return True  # a work, a ship, in the writer's own alphabet
    return any(
        set(concepts.found(section, sentence)) - set(concepts.found(section, question))
        for section in ("functions", "places")
    )


def asks_openly(question: str) -> bool:
    """Whether more is asked for than yes or no, or one of two that the question names."""
    return bool(concepts.found("open", question)) and alternatives(question) is None
