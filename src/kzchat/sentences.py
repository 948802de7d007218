"""Text in, spans of sentences out: what a reader would call a sentence, in any of the readers' languages.

Pure and light (no framework), because drafts of answers are split by it while they stream. The rules: a line
break ends a sentence, since headings and bylines have no full stop, unless the line plainly goes on (it ends in
a comma, an article, a preposition, or the next line starts in lower case); a full stop ends one unless it
belongs to an abbreviation, an initial or a list number; closing quotation marks stay with their sentence.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from kzchat.schema import Span

VERSION = 1  # part of the index fingerprint: raise it when the same text would split differently

MAX_CHARS = 800  # a longer run without a full stop (a table, a transcript) is cut at a clause

_CLOSERS = "»”’\"')]"
_BOUNDARY = re.compile(rf"[.!?…؟۔]+(?:[\s\u00a0\u202f]?»|[{re.escape(_CLOSERS)}])*(?=\s|$)")
_LINES = re.compile(r"\s*\n\s*")
_TOKEN_BEFORE = re.compile(r"[^\s«»“”„\"'’()\[\]]+$")
_INITIAL = re.compile(r"(?:^|[-.])\w$")  # "S", "J.-C", "U.S": a single letter before the full stop
_ORDINAL = re.compile(r"^\d{1,3}$")
_OPENERS = "«“„\"'‘([—–-¿¡"

# Newspapers use these and the Punkt lists lack them.
_SUPPLEMENT = frozenset(
    "m mm mme mlle mgr dr pr prof me st ste av apr env art al p pp vol éd ed cf ex no n° nos chap fig min max "
    "tél janv févr avr juil sept oct nov déc hon rev gov pres sen supt capt cmdr maj brig approx est dept "
    "г гг в вв ул пр просп д стр им руб тыс млн млрд долл см ср т напр акад ок тг теңге б ж т.б б.з.д "
    "د أ م ص".split()
)
# An abbreviation that often ends a sentence: the capital after it decides.
_MAY_END = frozenset("etc p.m a.m inc ltd co jr corp bros т.д т.п др пр гг г т.б u.s u.k u.s.a ap".split())
# Words that start sentences and rarely names: after "U.S." or "p.m." they show that a new sentence begins.
_STARTERS = frozenset(
    "the a an he she it they we i in on at this that these those but and as for if when while after before with "
    "le la les l un une des il elle ils elles ce cet cette ces dans en au aux à mais et si quand après avant pour "
    "он она они оно это эти в на по но и а если когда после до для с как ол олар бұл осы және бірақ".split()
)
# A line that ends in one of these goes on in the next, whatever white space is between them.
_GOES_ON = frozenset(
    "the a an of in on at to for from by with and or as its their his her our that which who "
    "le la les l un une des du de d au aux à en dans par pour sur avec et ou que qui dont sa son ses leur leurs "
    "и в на с по к от до за из о об у или что для мен және".split()
)


@cache
def _abbreviations() -> frozenset[str]:
    folder = files("kzchat") / "data" / "abbreviations"
    listed = {
        line.strip().rstrip(".")
        for language in ("en", "fr", "ru")
        for line in (folder / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    }
    return frozenset(listed - {"", "can", "you", "vot", "fra", "arg", "ap", "ok", "t", "ct"}) | _SUPPLEMENT


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Split `text[start:end]` into sentences.

    Returns:
        Half-open spans into `text`, in order, without surrounding white space, never overlapping. White space and
        lines without a letter or digit belong to none.
    """
    stop = len(text) if end is None else end
    spans: list[Span] = []
    for block in _blocks(text, start, stop):
        for span in _split_block(text, block):
            spans.extend(_cut_long(text, span))
    return spans


def _blocks(text: str, start: int, end: int) -> Iterator[Span]:
    """Runs of lines that belong together: a heading, a byline, a paragraph."""
    block_start = start
    for gap in _LINES.finditer(text, start, end):
        if not _line_goes_on(text, block_start, gap, end):
            yield Span(block_start, gap.start())
            block_start = gap.end()
    yield Span(block_start, end)


def _line_goes_on(text: str, block_start: int, gap: re.Match[str], end: int) -> bool:
    before = text[max(block_start, gap.start() - 40) : gap.start()].rstrip()
    if not before or gap.end() >= end:
        return False
    following = text[gap.end()]
    if before[-1] in ",;" and gap.group().count("\n") == 1:
        return True
    if before[-1] in '.!?…:;,»”"':
        return False
    last_word = re.split(r"[\s’']", before)[-1].casefold()
    if last_word in _GOES_ON or before.endswith(("'s", "’s")):
        return True
    return gap.group().count("\n") == 1 and following.islower()


def _split_block(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for match in _BOUNDARY.finditer(text, block.start, block.end):
        if match.end() < block.end and not _ends_sentence(text, start, match, block.end):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, block.end)


def _ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    rest = text[match.end() : min(end, match.end() + 60)].lstrip()
    if not rest:
        return True
    first = rest.lstrip(_OPENERS + "\u00a0\u202f ")[:1]
    if first.islower():
        return False
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    token_match = _TOKEN_BEFORE.search(text, start, match.start())
    token = token_match.group().casefold() if token_match else ""
    next_word = re.split(r"[\s’',.;:]", rest, maxsplit=1)[0].casefold()
    if token in _MAY_END:
        return next_word in _STARTERS or (token in {"etc", "т.д", "т.п", "т.б", "др"} and first.isupper())
    if token in _abbreviations():
        return False
    if _INITIAL.search(token) and not token[-1].isdigit():
        return False
    at_line_start = not text[start : match.start() - len(token)].strip()
    return not (_ORDINAL.match(token) and at_line_start)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    stripped = piece.strip()
    if any(character.isalnum() for character in stripped):
        begin = start + len(piece) - len(piece.lstrip())
        yield Span(begin, begin + len(stripped))


def _cut_long(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    while end - start > MAX_CHARS:
        window = text[start : start + MAX_CHARS]
        cut = next(
            (at + len(mark) for mark in ("; ", ", ", " ") if (at := window.rfind(mark)) > MAX_CHARS // 3), MAX_CHARS
        )
        yield from _trimmed(text, start, start + cut)
        start += cut
    yield from _trimmed(text, start, end)
