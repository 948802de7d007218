"""Two words of names in, each with its alphabet, out whether they are one name, in another case or spelling. Pure.

Within an alphabet a name is spelt in one way, but for its endings: Байзакова and Байзаковой, never Irkutsk and Yakutsk.
Between alphabets its vowels may differ a little (Azoulay, Азуле; Mohammed, Мухаммед), its consonants hardly. Arabic
leaves most vowels out: against it only consonants are compared. Kazakh, which has endings and letters of its own,
counts as an alphabet apart from Russian.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import Indel, JaroWinkler
from rapidfuzz.fuzz import ratio

from kzchat.spelling import consonants, is_arabic, skeleton

Alphabet = Literal["latin", "russian", "kazakh", "arabic"]

_EXACT_MIN = 3  # letters of a form that may be compared at all
_STEM_MIN = 4  # letters of a stem that is in neither text: "Карим" and "Кара" leave "kar"
_FUZZY_MIN = 5  # letters
_SAME_SOUNDS = 0.88  # Jaro-Winkler similarity of consonants, one of the two in Arabic
_SIMILAR = 78.0  # per cent of two forms that sound a little differently; spellings differ by a letter in five
_SIMILAR_VOWELS = 70.0  # of those with the same consonants
_BEHIND_SK = "(?:iy|aya|ogo|omu|im|om|oy|uyu|ie|ikh|imi)"  # endings of "-ский"
_RUSSIAN_ENDING = re.compile(
    rf"(?<=.{{3}})(?:(?<=sk){_BEHIND_SK}|ymi|imi|y?ami|y?akh|ogo|ego|omu|emu|oy|ey|yu|ya|iy|yy|"
    r"om|em|ym|im|y?am|[aeiouy'])$"
)
# "Авраамским" of Abraham, "Олдпортского" of Oldport; Petrovsky is not Petrov.
_RUSSIAN_ADJECTIVE = re.compile(rf"(?<=.{{4}})(?<![oe]v)(?<!in)sk{_BEHIND_SK}$")
_IOTATED = re.compile(r"^y(?=e(?!ll).{3})")  # Yerevan, Erevan: of one Cyrillic letter; Yellen is not Ellen
_LATIN_ENDING = re.compile(r"(?<=.{4})(?:i[ae]|[iy])$")  # Arvania, Arvanie; Henry, Henri
# Whose child: the same person is Жумабеков and Жұмабекұлы, Sailaukzy and Saïlaoukiéva.
_CHILD_OF = re.compile(r"(?<=.{5})(?:[kq]y?zy|uly|kieva|[eo]va?|[eo]voy|[eo]vym)$")
_OF_A = frozenset("y i e u oy ey yu oyu".split())  # endings of names in "-a": Анны, of Анна
_FLEETING = re.compile(r"[eo](?=[lkr]$)")  # "Павел", "Павла"
_KAZAKH_ENDING = re.compile(
    r"(?<=.{3})(?:[ndt][yi]ng|[dt]a(?:ghy)?|[dt]e(?:gi)?|[ndt][ae]n|gha|ge|qa|ke|na|ne|[ndt][yi]|[mpb]en|[yin])$"
)
_VOWELS, _SOFT = "aeiouy", frozenset("ks")
# Vowels that languages write for one another.
_EXCHANGED = frozenset(map(frozenset, ("ou", "ei", "ea", "iy", "ao")))


def alphabet_of(word: str, kazakh: bool) -> Alphabet:
    """The alphabet of a word as written.

    Args:
        kazakh: the text that it is of is Kazakh.
    """
    if is_arabic(word):
        return "arabic"
    if word[0] <= "\u024f":
        return "latin"
    return "kazakh" if kazakh else "russian"


@lru_cache(maxsize=100_000)
def same_name(part: str, alphabet: Alphabet, other: str, of_other: Alphabet) -> bool:
    """Whether two words are one name, both folded (`spelling.fold`)."""
    if alphabet == of_other == "latin":
        part, other = _IOTATED.sub("", part), _IOTATED.sub("", other)
    form, other_form = skeleton(part), skeleton(other)
    if form == other_form:
        return len(form) >= _EXACT_MIN
    if "arabic" in (alphabet, of_other):
        return _sound_alike(form, other_form) or (_are_long(form, other_form) and ratio(form, other_form) >= _SIMILAR)
    if alphabet == of_other == "latin":
        one, two = _LATIN_ENDING.sub("", part), _LATIN_ENDING.sub("", other)
        return one == two and part != one and other != two
    across = alphabet != of_other
    ours, theirs = _stems(part, alphabet, across), _stems(other, of_other, across)
    if any(len(stem) >= (_EXACT_MIN if stem in (form, other_form) else _STEM_MIN) for stem in ours & theirs):
        return True
    return across and any(_spelt_alike(one, two) for one in ours for two in theirs)


@lru_cache(maxsize=50_000)
def _stems(part: str, alphabet: Alphabet, across: bool) -> frozenset[str]:
    """What may be left of a name without the ending of its case; across alphabets, what others may write of it."""
    if alphabet == "latin":
        soft = re.sub("e?au(?=[^y]|$)", "o", re.sub("c(?=[eiy])", "s", part))  # Laurenceau, Лорансо
        forms = {part, soft, soft.replace("x", "s"), soft.replace("x", "ks"), re.sub("ao$", "an", part)}
    elif alphabet == "kazakh":
        bare = _KAZAKH_ENDING.sub("", part)
        forms = {part, bare, _KAZAKH_ENDING.sub("", bare)}
    else:
        bare = _RUSSIAN_ENDING.sub("", part)
        forms = {part, bare, _FLEETING.sub("", bare)}
        if part.removeprefix(bare) in _OF_A:
            forms.add(f"{bare}a")
        if across:
            forms.add(_RUSSIAN_ADJECTIVE.sub("", part))
    children = {_CHILD_OF.sub("", form) for form in forms if across and _CHILD_OF.search(form)}
    return frozenset((*map(skeleton, forms), *(f"{skeleton(form)}+" for form in children)))


def _are_long(form: str, other: str) -> bool:
    return min(len(form), len(other)) >= _FUZZY_MIN


def _spelt_alike(form: str, other: str) -> bool:
    """Whether two forms of different alphabets are spellings of one name."""
    sounds, others = consonants(form), consonants(other)
    if sounds == others and not _are_long(form, other):
        return len(sounds) >= 2 and min(len(form), len(other)) >= _EXACT_MIN and abs(len(form) - len(other)) <= 2
    alike = ratio(form, other)
    if sounds == others or f"{sounds}s" == others or f"{others}s" == sounds:  # Brussels, Брюссель
        return alike >= _SIMILAR_VOWELS and not _is_another_vowel(form, other)
    return _are_long(form, other) and alike >= _SIMILAR and _lacks_a_soft_sound(sounds, others)


def _lacks_a_soft_sound(sounds: str, others: str) -> bool:
    """Whether one of the two lacks a "k" or "s" within: Balkhash and Балқаш, Saint and Санкт."""
    shorter, longer = sorted((sounds, others), key=len)
    one_more = (Counter(longer) - Counter(shorter)).keys() <= _SOFT and Indel.distance(shorter, longer) == 1
    return one_more and len(shorter) >= 3 and shorter[0] == longer[0] and shorter[-1] == longer[-1]


def _is_another_vowel(form: str, other: str) -> bool:
    """Murat is not Marat; Trump is Трамп."""
    form, other = form.rstrip(_VOWELS), other.rstrip(_VOWELS)
    if len(form) != len(other):
        return False
    return any(
        a != b and frozenset((a, b)) not in _EXCHANGED and not (_is_short_u(form, at) or _is_short_u(other, at))
        for at, (a, b) in enumerate(zip(form, other, strict=True))
    )


def _is_short_u(form: str, at: int) -> bool:
    following = form[at + 1 : at + 3]
    return form[at] == "u" and len(following) == 2 and not set(following) & set(_VOWELS)


def _sound_alike(form: str, other: str) -> bool:
    sounds, others = consonants(form), consonants(other)
    if len(sounds) == 2:
        return sounds == others and abs(len(form) - len(other)) <= 2
    return min(len(sounds), len(others)) >= 3 and JaroWinkler.similarity(sounds, others) >= _SAME_SOUNDS
