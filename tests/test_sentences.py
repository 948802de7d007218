import random
from pathlib import Path

import pytest

from boundaries import FOLDER, Case, found, parse, score
from conftest import SEEDS
from growth import assert_grows_with_length_only
from kzchat.schema import Span
from kzchat.sentences import MAX_CHARS, SentenceAssembler, sentence_spans

LANGUAGES = ("fr", "en", "ru", "kk", "ar")
CASES = [case for language in LANGUAGES for case in parse(FOLDER / f"{language}.txt")]
TEXTS = [case.text for case in CASES] + [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
# "it.Copies": a word of two letters before a full stop without a space is left alone, as "st.Petersburg" must be.
KNOWN_ERRORS = {"en: no space after the full stop"}
# Here what follows, up to two lines on, takes back a boundary: a name at the start of a wrapped line, a dateline.
LOOKS_AHEAD = {"en: hard-wrapped lines that break before a name", "kk: dateline"}


def name(case: Case) -> str:
    return f"{case.language}: {case.title}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_hand_checked_texts(case: Case, request: pytest.FixtureRequest) -> None:
    if name(case) in KNOWN_ERRORS:
        request.applymarker(pytest.mark.xfail(strict=True))
    assert found(case.text) == [case.text[span.start : span.end] for span in case.expected], score([case]).errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_boundaries_per_language(language: str) -> None:
    cases = parse(FOLDER / f"{language}.txt")
    enough = 60 if language in ("fr", "en") else 40
    assert sum(len(case.boundaries) for case in cases) >= enough
    result = score(cases)
    assert result.f1 > 0.99, "\n".join([f"{language}: {result}", *result.errors])


@pytest.mark.parametrize(("file", "at_least"), [("heldout", 0.97), ("heldout2", 0.97)])
def test_held_out_boundaries(file: str, at_least: float) -> None:
    result = score(parse(FOLDER / f"{file}.txt"))
    assert result.f1 > at_least, "\n".join([f"{file}: {result}", *result.errors])


def test_the_set_holds_enough_places_that_are_no_boundary() -> None:
    assert sum(case.traps for case in CASES) >= 120


@pytest.mark.parametrize("path", sorted((FOLDER / "seeds").glob("*.txt")), ids=lambda path: path.stem[:3])
def test_sentences_of_the_seeds(path: Path) -> None:
    text = (SEEDS / path.name).read_text(encoding="utf-8")
    at = 0
    for part in path.read_text(encoding="utf-8").split("%%\n"):
        expected = []
        for line in part.splitlines():
            first, _, last = line.partition(" … ")
            begin = text.index(first, at)
            assert not any(character.isalnum() for character in text[at:begin]), f"{line!r} leaves text out"
            at = text.index(last or first, begin) + len(last or first)
            expected.append(Span(begin, at))
        assert sentence_spans(text, expected[0].start, expected[-1].end) == expected
    assert not text[at:].strip()


def test_a_sentence_goes_on_over_blank_lines_after_a_possessive() -> None:
    text = "Agreements reached by Kazakhstan's\n\n\nForeign Minister and others."
    assert found(text) == [text]


def test_a_menu_is_not_a_sentence() -> None:
    assert found("Sign in\n\nsport\n\nculture") == ["Sign in", "sport", "culture"]


def test_a_run_without_a_full_stop_is_cut_at_a_clause() -> None:
    text = ", ".join(["une longue énumération sans fin"] * 100)
    spans = sentence_spans(text)
    assert len(spans) > 2
    assert all(span.end - span.start <= MAX_CHARS for span in spans)


@pytest.mark.parametrize("text", ["", " \n ", "***", "— … —"])
def test_nothing_to_say(text: str) -> None:
    assert sentence_spans(text) == []


def check_spans(text: str, start: int, end: int) -> None:
    """Ordered, disjoint, trimmed, within bounds, and no letter or digit left out."""
    spans = sentence_spans(text, start, end)
    at = start
    for span in spans:
        assert at <= span.start < span.end <= end
        assert not any(character.isalnum() for character in text[at : span.start])
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        at = span.end
    assert not any(character.isalnum() for character in text[at:end])


@pytest.mark.parametrize("text", TEXTS)
def test_spans_are_ordered_disjoint_trimmed_and_leave_nothing_out(text: str) -> None:
    check_spans(text, 0, len(text))
    check_spans(text, len(text) // 3, 2 * len(text) // 3)


def test_spans_of_any_text() -> None:
    dice = random.Random(4)
    pieces = [*list("aAéжЖد5.!?…؟؛,;:-–«»“”\"'()[]*_ \n\r\t\xa0\u202f\u2028"), "\n\n", "M.", "U.S. ", "т. д. ", "\n1. "]
    for _ in range(3000):
        text = "".join(dice.choices(pieces, k=dice.randrange(1, 40)))
        check_spans(text, 0, len(text))


@pytest.mark.parametrize("text", TEXTS)
def test_a_sentence_split_again_is_itself(text: str) -> None:
    for sentence in found(text):
        assert found(sentence) == [sentence]


def boundaries(text: str) -> set[int]:
    return {span.end for span in sentence_spans(text)[:-1]}


@pytest.mark.parametrize("text", [case.text for case in CASES if name(case) not in LOOKS_AHEAD])
def test_a_boundary_found_in_a_draft_stays_when_the_draft_grows(text: str) -> None:
    whole = {span.end for span in sentence_spans(text)}
    for length in range(len(text)):
        assert boundaries(text[:length]) <= whole


@pytest.mark.parametrize("text", TEXTS)
def test_what_lies_far_to_the_right_decides_nothing(text: str) -> None:
    whole = {span.end for span in sentence_spans(text)}
    for length in range(0, len(text), 1 if len(text) < 1000 else 11):
        assert {end for end in boundaries(text[:length]) if end < length - 200} <= whole


@pytest.mark.parametrize("case", [case for case in CASES if name(case) not in LOOKS_AHEAD], ids=name)
def test_a_streamed_draft_has_the_sentences_of_the_whole(case: Case) -> None:
    assembler = SentenceAssembler()
    sentences = [sentence for character in case.text for sentence in assembler.push(character)]
    assert [*sentences, assembler.rest()] == found(case.text)


PATHOLOGICAL = {
    "a line without spaces": ("a", 600_000),
    "full stops": (".", 100_000),
    "full stops with spaces": (". ", 20_000),
    "newlines": ("\n", 100_000),
    "spaces": (" ", 300_000),
    "abbreviations": ("M. ", 10_000),
    "small letters after full stops": ("etc. et ", 20_000),
    "lines that go on": ("abc\n", 20_000),
    "closing marks": (".»", 100_000),
    "open citation marks": ("a.[1 ", 50_000),
    "open parentheses": ("(د؟) د ", 10_000),
}


@pytest.mark.parametrize(("piece", "count"), PATHOLOGICAL.values(), ids=list(PATHOLOGICAL))
def test_time_grows_with_length_only(piece: str, count: int) -> None:
    sentence_spans(piece)  # the word lists are read
    assert_grows_with_length_only(sentence_spans, piece * count + "x", piece * (8 * count) + "x")
