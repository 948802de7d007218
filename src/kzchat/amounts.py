"""A number of a claim and its source in; out whether the source has it in another form. Pure.

"20 %" is "a fifth", "the 19th century" holds 1897, "more than two thousand" is said of 2,300.
"""

import re
from collections.abc import Collection

from kzchat import concepts
from kzchat.numerals import YEAR, numbers

_SHARES = {
    "(?<!first_)(?<!second_)half moitie (?<!первой_)(?<!второй_)половин(?:а|у|ы|е|ой) жарты(?:сы|сын) نصف": ("50",),
    "(?:a|one)[_-]third(?!_(?!of)) (?<!a_)(?:un|le)_tiers треть үштен_бір(?:і|ін)? ثلث": ("33",),
    "two[_-]thirds deux_tiers две_трети үштен_екі(?:сі|сін)?": ("66", "67"),
    "(?:a|one)[_-]quarter (?:un|le)_quart(?!_d['’]heure) четверть ширег(?:і|ін) ربع": ("25",),
    "three[_-]quarters trois_quarts три_четверти": ("75",),
    "(?:a|one)[_-]fifth (?:un|le)_cinquieme пят(?:ая|ую|ой)_част(?:ь|и|ью) бестен_бір(?:і|ін)?": ("20",),
    "(?:a|one)[_-]tenth (?:un|le)_dixieme десят(?:ая|ую|ой)_част(?:ь|и|ью) оннан_бір(?:і|ін)?": ("10",),
}
_SHARE = [
    (re.compile(rf"(?<!\w)(?:{words.replace('_', ' ')})(?!\w)(?! (?:ال)?(?:سنوي|عام|سنه|ساعه))"), values)
    for words, values in (("|".join(each.split()), percent) for each, percent in _SHARES.items())
]
_PERCENT = re.compile(
    r"\s?(?:[%٪](?!\s?-?point)|per ?cent(?!age|\s?-?point)|pour cent|процент(?!н)|пайыз(?!д)|(?:في |ب)الم(?:ئ|ائ)ه)"
)
_CENTURY = re.compile(r"(?:st|nd|rd|th|eme|e|-?(?:й|м|го))?\s(?:siecle|century|centuries|век|столети|ғасыр)")
_NOT = r"(?<!no )(?<!not )(?<!pas )(?<!не )(?<!\w)"
_MORE = re.compile(rf"{_NOT}(?:more than|over|plus de|plus d['’]|au-dela de|более|больше|свыше|اكثر من)\s?$")
_MORE_BEHIND = re.compile(r"[\w-]*\s(?:астам|артық)(?!\w)(?!\s+емес)")
_LESS = re.compile(r"(?<!\w)(?:almost|nearly|close to|just under|pres de|presque|почти|قرابه)\s$")
_ABOUT = re.compile(
    r"(?<!\w)(?:about|around|some|roughly|approximately|environ|quelque|autour de|около|примерно|приблизительно|"
    r"шамамен|حوالي|نحو)\s(?:les |the )?$"
)
_SMALL = 10  # below it, a rounded number is another one
_ROUNDED = {_MORE: (1.0, 1.25), _LESS: (0.8, 1.0), _ABOUT: (0.9, 1.1)}  # the source's, in parts of the claim's


def in_another_form(value: str, text: str, claim: str, source: str) -> bool:
    """Whether a number of a claim is its source's as a share, as a century, or rounded.

    Args:
        value, text: as `numbers` gives them.
    """
    start = claim.find(text)
    if start < 0:  # written otherwise: "$2.5bn"
        return False
    before, after = concepts.plain(claim[:start]), concepts.plain(claim[start + len(text) :])
    there = list(numbers(source))
    offered = [each for each, written in there if not YEAR.fullmatch(written)]
    centuries = {_century(written) for _, written in there if YEAR.fullmatch(written)}
    return (
        (bool(_PERCENT.match(after)) and value in _shares(source))
        or _is_share_of(claim, start, source)
        or (bool(_CENTURY.match(after)) and value in centuries)
        or (not YEAR.fullmatch(text) and _is_rounded(value, before, after, offered))
    )


def _shares(text: str) -> set[str]:
    """The shares of a text, in per cent: "a fifth" is 20."""
    plain = concepts.plain(text)
    return {value for words, values in _SHARE if words.search(plain) for value in values}


def _is_share_of(claim: str, start: int, source: str) -> bool:
    """Whether a share that the claim has in words, there, is one that the source has in per cent."""
    here, there = concepts.plain(claim), concepts.plain(source)
    said = {
        value
        for words, values in _SHARE
        for match in words.finditer(here)
        if match.start() <= start < match.end()
        for value in values
    }
    return any(re.search(rf"(?<![\d.,]){value}{_PERCENT.pattern}", there) for value in said)


def _century(year: str) -> str:
    return str((int(year) - 1) // 100 + 1)


def _is_rounded(value: str, before: str, after: str, offered: Collection[str]) -> bool:
    number = float(value)
    if number < _SMALL:
        return False
    exact = [float(each) for each in offered if _digits(each) > _digits(value)]
    for words, (least, most) in _ROUNDED.items():
        if words.search(before) or (words is _MORE and _MORE_BEHIND.match(after)):
            return any(least * number <= each <= most * number for each in exact)
    return False


def _digits(number: str) -> int:
    """How many digits of a plain decimal say something: 1 of 2000, 2 of 2300."""
    return len(number.replace(".", "").strip("-0"))
