"""Text in, spans of sentences out: what a reader would call a sentence, in any of the readers' languages.

Pure and light (regular expressions and sets), because drafts of answers are split by it while they stream.

A line break ends a sentence, since headings, bylines and list items have no full stop, unless the line plainly goes
on: it ends in a comma or an article, the next one starts in lower case, or both stand in a hard-wrapped paragraph.
An end mark with the closing quotation marks after it ends one, unless what follows starts in lower case or is the
attribution of a quotation, or the full stop belongs to an abbreviation (word lists in data/abbreviations), an initial
or a list number.

What lies more than `_LOOK` characters, or two lines, to the right of a boundary does not decide about it. Time is
linear in the text: 20 MB/s on the seeds, 1 MB/s where every second character is a full stop (one core, 2026).
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from kzchat.schema import Span

VERSION = 2  # part of the index fingerprint: raise it when the same text would split differently

MAX_CHARS = 800  # a longer run without a full stop (a table, a transcript) is cut at a clause

_LOOK = 60
_MARKS = ".!?…؟۔"
_CLOSERS = re.escape("»”’\"')]*_")
# Possessive and with a look-behind: a run of end marks is read once, so that no input is slow.
_BOUNDARY = re.compile(
    rf"(?<![{_MARKS}])[{_MARKS}]++(?:\s?»|[{_CLOSERS}])*+(?:[ \u00a0]?\[\d[\d, –-]*+\])*+"
    rf"(?:(?=\s|$)|(?<=[^\W\d_]{{3}}[{_MARKS}])(?=[^\W\d_][\w’']))"
)
_TOKEN = re.compile(r"(?:(?<!\w)\w\.[ \u00a0\u202f]?)+\w$|[^\s«»“”„\"'’()\[\]*_]+$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,2}")  # "U.S", "J.-C", "т.е", "Ph.D"
_ORDINAL = re.compile(r"\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}")
_AFTER_NUMBER = re.compile(r"(?:\d|\b[IVX]+)$")
_NUMERAL = re.compile(r"[+#]?\d|№|(?:[VX]|[IVXLC]{2,})\b")
_OPENERS = "«“„\"'‘([—–-¿¡*_ \u00a0\u202f"
_NO_START = ",;:)]،؛" + _MARKS
_LOWER_START = re.compile(r"[a-z]{1,4}[A-Z]|https?://|www\.|[\w.+-]+@\w")  # "iPhone", an address
_FIRST_WORD = re.compile(r"([^\W\d_]+)(?=[\s’',])")  # a word that the end of the text cuts off may become another
_DATELINE = re.compile(r"([^\W\d_]{3,20})\. (?:\d{1,2}\.? \w{3,12}\.? )?[\w/]{2,20} [–—-] ")  # "ASTANA. Kazinform – "

_LINE_BREAK = re.compile(r"[\n\r\f\v\u2028\u2029]\s*")
_LIST_ITEM = re.compile(r"(?:[•▪●◦‣·*+–—-]|\(?\d{1,2}[.)]|\(?[^\W\d_]\)|[IVX]{1,4}\.)\s")
_WRAPPED = range(40, 121)  # lengths of lines in a hard-wrapped paragraph

_ETC = frozenset("т.д т.п т.б т.с.с".split())  # a capital after it opens a sentence
_YEARS = frozenset("гжвғ")  # "2025 г.", "XIX ғ.": a name may follow; after another letter ("5 м.") it may not


@cache
def _listed(*names: str) -> frozenset[str]:
    folder = files("kzchat") / "data" / "abbreviations"
    lines = [line for name in names for line in (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()]
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


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
    gaps = [gap.span() for gap in _LINE_BREAK.finditer(text, start, end)]
    begins = [start, *(gap_end for _, gap_end in gaps)]
    lines = [Span(*pair) for pair in zip(begins, [*(gap_start for gap_start, _ in gaps), end], strict=True)]
    single = [len(text[a:b].replace("\r\n", "\n").strip(" \t\u00a0")) == 1 for a, b in gaps]
    joined = [_goes_on(text, lines[at], lines[at + 1], single[at]) for at in range(len(gaps))]
    block_start = start
    for at, join in enumerate(joined):
        if not join and single[at]:
            beside = [other for other in (at - 1, at + 1) if 0 <= other < len(gaps) and single[other]]
            join = any(joined[other] for other in beside) and _is_wrapped(text, lines[min([at, *beside]) : at + 2])
        if not join:
            yield Span(block_start, lines[at].end)
            block_start = lines[at + 1].start
    yield Span(block_start, end)


def _goes_on(text: str, line: Span, following: Span, single_break: bool) -> bool:
    """Whether the sentence at the end of a line plainly goes on in the next."""
    before = text[max(line.start, line.end - 40) : line.end].rstrip()
    after = text[following.start : min(following.end, following.start + 20)]
    if not before or not after or _LIST_ITEM.match(after):
        return False
    first = after.lstrip(_OPENERS)[:1]
    if before[-1] in ",;،؛–—":
        return single_break or not first.isupper()
    if before[-1] == "." and single_break:
        token = before.split()[-1].lstrip(_OPENERS)[:-1]
        return token in _listed("never") or (len(token) == 1 and token.isupper())
    if before[-1] in _MARKS + ":":
        return False
    if not single_break and len(before.split()) < 3:
        return False  # "Sign in", a menu
    last_word = re.split(r"[\s’']", before)[-1].casefold()
    if {last_word, last_word.removeprefix("و")} & _listed("goes_on") or before.endswith(("'s", "’s")):
        return True
    return first.islower() and not _LOWER_START.match(after)


def _is_wrapped(text: str, lines: list[Span]) -> bool:
    """Whether the last but one line breaks off because the first word of the last had no room in the paragraph."""
    lengths = [line.end - line.start for line in lines]
    following = text[lines[-1].start : lines[-1].start + 40]
    if lengths[-2] not in _WRAPPED or max(lengths) not in _WRAPPED:
        return False
    if not lengths[-1] or text[lines[-2].end - 1] in _MARKS + ":" or _LIST_ITEM.match(following):
        return False
    word, *more = following.split(maxsplit=1)
    return not more or lengths[-2] + 1 + len(word) > max(lengths)


def _split_block(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    dateline = _DATELINE.match(text, block.start, block.end)
    first = dateline.end() if dateline and dateline.group(1).isupper() else start
    for match in _BOUNDARY.finditer(text, first, block.end):
        if match.end() < block.end and not _ends_sentence(text, start, match, block.end):
            continue
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, block.end)


def _ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    mark = match.group()
    rest = text[match.end() : min(end, match.end() + _LOOK)]
    glued = not rest[0].isspace()
    rest = rest.lstrip()
    if not rest:
        return True
    opened = rest.lstrip(_OPENERS)
    first = opened[:1]
    if not opened or rest[0] in _NO_START or (first.islower() and not _LOWER_START.match(opened)):
        return False
    if rest[0] == "[" and "]" not in rest and match.end() + _LOOK >= end:
        return False  # a citation mark that is still streaming
    window = text[max(start, match.start() - 40) : match.start()]
    found = _TOKEN.search(window)
    token = found.group().replace(" ", "").replace("\u00a0", "").replace("\u202f", "") if found else ""
    if glued:
        return _glued_sentences(token, opened)
    if mark[0] in "?!؟…" and _is_aside(text, start, match, opened, cut_off=match.end() + _LOOK >= end):
        return False
    if mark[0] != "." or mark[1:2] in tuple(_MARKS):
        return True
    before = window[: found.start()].rstrip() if found else window
    opens = match.start() - start < 20 and not window[: window.rfind(token)].strip(_OPENERS + "\n")
    if opens and _ORDINAL.fullmatch(token):
        return False
    return _full_stop_ends(token, bool(_AFTER_NUMBER.search(before)), opened)


def _full_stop_ends(token: str, after_number: bool, following: str) -> bool:
    """Whether the full stop after `token` is more than an abbreviation's."""
    key = token.casefold()
    tail = key.rpartition("-")[2]  # "ген.-лейт", "2-т"
    forms = {token, key, tail}
    word = _FIRST_WORD.match(following)
    next_word = word.group(1).casefold() if word else ""
    starters = _listed("starters", "pronouns")
    before_number = _NUMERAL.match(following) is not None
    if key in _ETC:
        return True
    if forms & _listed("never"):
        return False
    if forms & _listed("number"):
        return not before_number and (not after_number or next_word in starters)
    if len(token) == 1 and token.isupper():
        return next_word in (starters if token in "IVX" else _listed("pronouns"))  # "K. Tokayev", "Mohammed V. Le roi"
    if len(tail) == 1 and tail.isalpha() and before_number:
        return False
    if (
        len(token.strip("ـ")) == 1 and token.isalpha()
    ):  # "5 м. Он", "870 م. و": a unit, an era; "с. Абай", "د. أحمد": no
        opens = next_word in starters or next_word[:1] == "و"
        return after_number and (opens or not (token in _YEARS or _is_uncased(token)))
    if forms & _listed("may_end") or _DOTTED.fullmatch(token):
        return next_word in starters
    return True


def _glued_sentences(token: str, following: str) -> bool:
    """ "fin.Début": two sentences; "S.Sailaukzy", "Prof.Smith", "example.com": one."""
    if not token.isalpha() or token == "www" or {token, token.casefold()} & _listed("never", "number", "may_end"):
        return False
    if token.islower():
        return following[0].isupper() and not following[1].isupper()
    return _is_uncased(token) and _is_uncased(following[:2])


def _is_uncased(letters: str) -> bool:
    return letters.upper() == letters.lower()  # Arabic


def _is_aside(text: str, start: int, match: re.Match[str], following: str, cut_off: bool) -> bool:
    """Whether a question or exclamation is quoted or in parentheses, and the sentence around it goes on."""
    closer = match.group()[-1]
    cased = not _is_uncased(following[0])
    if closer == ")" and not cased and not following[0].isdigit():
        return text.find("(", start, start + 200) > start + 1
    if closer not in "»”\"'’":
        return False
    words = [word.strip(",.:") for word in following.split()[:4]]
    if cased and words[0].casefold() in _listed("starters", "pronouns"):
        return False
    if cut_off and len(words) < (4 if cased else 2) and not re.search(rf"[{_MARKS}]", following):
        return True  # the words that decide are still streaming
    return any(word in _listed("speech") for word in (words[1:] if cased else words[:1]))


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


class SentenceAssembler:
    """Turns a stream of text pieces into whole sentences, holding the last one back until it is certain to end."""

    def __init__(self) -> None:
        self._buffer = ""

    def push(self, text: str) -> Iterator[str]:
        """Add a piece; yield the sentences that are now complete."""
        self._buffer += text
        spans = sentence_spans(self._buffer)
        for span in spans[:-1]:
            yield self._buffer[span.start : span.end]
        if len(spans) > 1:
            self._buffer = self._buffer[spans[-1].start :]

    def rest(self) -> str:
        """What is left when the stream has ended."""
        rest, self._buffer = self._buffer.strip(), ""
        return rest
