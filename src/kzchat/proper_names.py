"""A text in, its proper names out; a source in, what names it offers, in whatever spelling. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from babel import Locale
from rapidfuzz.distance import Prefix

from kzchat.languages import has_kazakh_letters
from kzchat.moments import month_of, weekday_names
from kzchat.numerals import ROMAN, spelt
from kzchat.same_name import Alphabet, alphabet_of, same_name
from kzchat.spelling import fold, is_arabic, skeleton
from kzchat.words import FUNCTION_WORDS, LOCALES, WORD, lower_case_words

_SENTENCE_END = re.compile(r"[.!?…]+[\s»”\"]|[^\w]*[«“\"‘(:]|\s+[–—-]\s")
_DERIVED = re.compile(r"(?:[eo]?rs?|ings?|e?d|e?s)$")
_CAPITAL_NEXT = re.compile(r"[ -][A-ZА-ЯЁӘҒҚҢӨҰҮҺІ]\w")
_PARTICLES = frozenset("al el ben bin ibn bint ould abu abou".split())  # written otherwise, or not at all
_SCALES = frozenset("md bn mn".split())  # letters behind a number: "12 Md€"
_ARABIC_ARTICLE = re.compile(r"^(?:wa?l|bal|fal|al|ll|l)(?=.{3})")
_OTHER_ENDING = re.compile(r"(?<=[A-Za-zÀ-ÿ])-[\u0400-\u04ff]+$")  # "Koadig-ті"
_TITLES = frozenset(
    "m mr mrs ms mme mlle dr sir president président minister ministre ambassador ambassadeur ambassadrice king roi "
    "king queen reine royal majesty majesté excellence conseiller adviser advisor senior vice premier speaker "
    "souverain state secretary prefect préfet préfète "
    "ministry ministère ministre embassy ambassade government gouvernement republic république kingdom royaume "
    "parliament parlement chamber chambre foreign affairs affaires étrangères".split()
)


def names(text: str) -> list[str]:
    """The proper names of a text: capitalised words, but for common words that start a sentence, and acronyms.

    Scripts without capitals (Arabic) have none that this can see.
    """
    found: list[str] = []
    starts_sentence = True
    headline = _is_headline(text)
    for match in WORD.finditer(text):
        word = match.group()
        at_start, starts_sentence = starts_sentence or headline, bool(_SENTENCE_END.match(text, match.end()))
        bare = re.sub(r"^(?:[ldcjmnstLDCJMNST]|qu|Qu|lorsqu|Lorsqu|jusqu|Jusqu)[’']", "", word)
        bare = re.sub(r"(?:[’']s|-(?:based|led|owned|born|backed|made|bound))$", "", bare)
        bare = _OTHER_ENDING.sub("", bare)
        if not bare or not bare[0].isupper() or len(bare) == 1 or ROMAN.match(bare.split("-")[0]):
            continue
        if not (bare.isupper() and not ROMAN.match(bare)) and _is_common(
            bare, at_start, bool(_CAPITAL_NEXT.match(text, match.end()))
        ):
            continue  # an acronym is a name, whatever word it spells
        found.append(bare)
    return found


def name_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the proper names of a text stand, in order: from each one's first character to one past its last."""
    position = 0
    for name in names(text):
        start = text.find(name, position)
        if start >= 0:
            position = start + len(name)
            yield start, position


def side_by_side(text: str, spans: Iterable[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Where names of a text stand, in order, those with but a space between them together, as in a full name."""
    found: list[list[tuple[int, int]]] = []
    for start, end in spans:
        if found and text[found[-1][-1][1] : start] == " ":
            found[-1].append((start, end))
        else:
            found.append([(start, end)])
    return found


def _is_headline(text: str) -> bool:
    """Whether words begin with a capital as a rule, as in English headlines; in Russian and Kazakh ones they do not."""
    if any("\u0400" <= character <= "\u04ff" for character in text):
        return False
    long = [word for word in WORD.findall(text) if len(word) > 3]
    return len(long) > 3 and sum(word[0].isupper() for word in long) > 0.7 * len(long)


# How Russian and Kazakh surnames end. There is no list of the lower-case words of these languages here, so at the start
# of a sentence a capital makes a name only of these, and of words before another name.
_SURNAME = re.compile(r".{3}(?:[оеё]ва?|[иы]на?|[сц]к(?:ий|ая)|ұлы|қызы|енко|ян|дзе|швили)$")


def _is_common(word: str, at_start: bool, followed_by_capital: bool) -> bool:
    low = word.casefold()
    if low in FUNCTION_WORDS or low in _TITLES or low in _SCALES or month_of(low) or low in weekday_names():
        return True
    if ROMAN.match(word) or spelt(word, "") is not None:
        return True
    if at_start and "\u0400" <= word[0] <= "\u04ff":
        return not followed_by_capital and not _SURNAME.search(low)
    return at_start and _is_lower_case(low)


def _is_lower_case(word: str) -> bool:
    """Whether newspapers write a word in lower case, as far as it is known or made of a known one ("rescuers")."""
    known = lower_case_words()
    return word in known or any(
        stem in known for stem in (_DERIVED.sub("", word), _DERIVED.sub("e", word)) if len(stem) > 4
    )


def _folded_parts(word: str) -> list[str]:
    if is_arabic(word):  # ayn and hamza carry a vowel, waw may be one; other alphabets may leave the article out
        letters = re.sub("[^a-z0-9]", "a", fold(re.sub("ة$", "", word)))
        forms = (letters, _ARABIC_ARTICLE.sub("", letters))
        return list(dict.fromkeys((*forms, *(form.replace("w", "") for form in forms))))
    return [part for part in re.split(r"[^a-z0-9]+", fold(re.sub("[ьъЬЪ]", "", word))) if part]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a source offers for names to be found in."""

    words: frozenset[str]  # folded
    named: frozenset[tuple[str, Alphabet]]  # its capitalised words, and all in a script without capitals; folded
    places: frozenset[str]  # CLDR codes of the countries and regions that it names, or whose people it names

    @classmethod
    def of(cls, text: str) -> "Vocabulary":
        written, kazakh = WORD.findall(text), has_kazakh_letters(text)
        named = [word for word in written if word != word.lower() or word[0] > "\u058f"]
        parts = [part for word in written for part in _folded_parts(word)]
        return cls(
            frozenset(parts),
            frozenset((part, alphabet_of(word, kazakh)) for word in named for part in _folded_parts(word)),
            frozenset(code for part in set(parts) for code in _places(part)),
        )

    def has(self, name: str, kazakh: bool = False) -> bool:
        """Whether every part of a name occurs, in this or another spelling.

        Args:
            kazakh: the text that the name is of is Kazakh.
        """
        alphabet = alphabet_of(name, kazakh or has_kazakh_letters(name))
        return all(self._has_part(part, alphabet) for part in _folded_parts(name))

    def _has_part(self, part: str, alphabet: Alphabet) -> bool:
        if len(part) < 2 or part in self.words:
            return True
        if part in _PARTICLES and any(other != "latin" for _, other in self.named):
            return True
        if part in _territories() or _places(part) & self.places:
            return bool(_places(part) & self.places)  # Austria is not Australia, however alike
        return any(same_name(part, alphabet, *other) for other in self.named)


@cache
def _places(part: str) -> frozenset[str]:
    """CLDR codes of the country or region that a folded word names, or whose people it names ("moroccan")."""
    if (exact := _territories().get(part)) is not None:
        return exact
    form = skeleton(part)
    best, codes = 0, frozenset[str]()
    for stem, found in _territory_stems():
        common = Prefix.similarity(form, stem)
        if common >= 4 and common >= len(stem) - 2 and len(form) - common <= 4 and common > best:
            best, codes = common, found
    return codes


@cache
def _territory_stems() -> tuple[tuple[str, frozenset[str]], ...]:
    """Skeleton without "-stan", and codes of every country and region with a one-word name."""
    return tuple(
        (skeleton(name.removesuffix("stan") if len(name) > 8 else name), codes)
        for name, codes in _territories().items()
    )


@cache
def _territories() -> dict[str, frozenset[str]]:
    """Folded one-word names of countries and regions in every language to their CLDR codes."""
    codes: dict[str, set[str]] = {}
    for locale in LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            parts = _folded_parts(str(name))
            if len(parts) == 1 and len(parts[0]) > 2:
                codes.setdefault(parts[0], set()).add(code)
    return {name: frozenset(found) for name, found in codes.items()}
