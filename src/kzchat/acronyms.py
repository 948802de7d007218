"""A question and a sentence in: whether it is asked what letters stand for, and whether the sentence spells them out.
Pure.
"""

import re
from functools import lru_cache

from kzchat import concepts
from kzchat.words import WORD

_LETTERS = re.compile(r"(?<!\w)[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][A-ZА-ЯЁӘҒҚҢӨҰҮҺІ.&-]+(?!\w)")
# What asks for it, in plain letters. "What does it mean that the EU …?" asks something else: the letters stand alone.
_ASKS = re.compile(
    r"(?<!\w)(?:sigle|acronyme|abreviation|initiales)(?!\w)|(?:signifie|veut dire|veulent dire) (?:le |la |l')?\w+\W*$|"
    r"(?<!\w)(?:acronym|abbreviation|initials)(?!\w)|stands? for|what does \w+ mean|"
    r"аббревиатур|расшифров|означает \w+\W*$|қысқарт|деген не|білдіреді|اختصار|يرمز|ترمز|تعني|يعني"
)
_FEWEST = 2  # words that letters are short for


@lru_cache(maxsize=64)
def asked(question: str) -> tuple[str, ...]:
    """The letters of which a question asks what they stand for; none where it asks something else."""
    return tuple(_LETTERS.findall(question)) if _ASKS.search(concepts.plain(question)) else ()


def expands(question: str, sentence: str) -> bool:
    """Whether a sentence has the letters asked about in brackets behind words that they may be short for, or such
    words in brackets behind them.
    """
    for letters in asked(question):
        if (behind := re.search(rf"\(\s*{re.escape(letters)}\s*\)", sentence)) and _words(sentence[: behind.start()]):
            return True
        if (front := re.search(rf"(?<!\w){re.escape(letters)}\s*\(([^)]+)\)", sentence)) and _words(front[1]):
            return True
    return False


def _words(text: str) -> bool:
    return len(WORD.findall(text)) >= _FEWEST
