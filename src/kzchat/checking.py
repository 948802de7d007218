"""A text in, each of its sentences with a verdict out: what `kzchat check` does. The opposite of answering.

sentence -> retrieve -> facts -> the model, where they let it through -> verdict, citations
"""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kzchat import verdict
from kzchat.errors import UsageError
from kzchat.grounding import cite
from kzchat.schema import CheckedSentence, CheckVerdict, Citation
from kzchat.sentences import sentence_spans
from kzchat.support import Candidate, Sources
from kzchat.verdict import Judgement, LogOdds, Thresholds
from kzchat.wording import shared

MAX_CHARS = 50_000
_SOURCES = 8  # sentences that each sentence is held against
# A source that has this share of the sentence's words, and only one or two of its facts otherwise, speaks of the same.
_SAME_MATTER, _FEW = 0.6, 2
_OTHER_VALUES = frozenset({"number", "month", "day", "date", "name", "place"})


def check_text(
    text: str,
    sources: Callable[[str, int], Sources],
) -> Iterator[CheckedSentence]:
    """Hold each sentence of a text against the corpus, in order.

    Args:
        text: at most `MAX_CHARS` characters; the places of its sentences count its code points.
        sources: a sentence and how many to the passages nearest to it, as what it is held against.

    Raises:
        UsageError: there is nothing to check, or too much.
    """
    if not any(character.isalnum() for character in text):
        raise UsageError("The text is empty.", 'Give one, such as: kzchat check "Kazakhstan joined in 2025."')
    if len(text) > MAX_CHARS:
        raise UsageError(f"The text has {len(text):,} characters; the limit is {MAX_CHARS:,}.", "Check it in parts.")
    for span in sentence_spans(text):
        written = text[span.start : span.end]
        sentence = " ".join(written.split())
        if not any(character.isalnum() for character in sentence):
            continue
        candidate, judgement = sources(sentence, _SOURCES).support(sentence)
        yield _checked(written, span.start, span.end, sentence, candidate, judgement)


def _checked(
    written: str, start: int, end: int, sentence: str, candidate: Candidate | None, judgement: Judgement
) -> CheckedSentence:
    outcome: CheckVerdict = judgement.verdict
    citations: tuple[Citation, ...] = ()
    if candidate is not None:
        if outcome == "not_found" and _same_matter(sentence, candidate, judgement):
            outcome = "contradicted"
        if outcome != "not_found":
            citations = tuple(cite(passage, number) for number, passage in enumerate(candidate.passages, start=1))
    return CheckedSentence(written, start, end, outcome, judgement.score, judgement.reasons, citations)


def _same_matter(sentence: str, candidate: Candidate, judgement: Judgement) -> bool:
    """Whether the source says the sentence with another number, date or name."""
    found = judgement.mismatches
    others = 0 < len(found) <= _FEW and all(each.kind in _OTHER_VALUES for each in found)
    return others and shared(sentence, candidate.source) >= _SAME_MATTER


def check_pairs(path: Path, log_odds: LogOdds | None, thresholds: Thresholds | None) -> Iterator[dict[str, Any]]:
    """Judge claims against given sources: rows `{id, claim, source}` in, `{id, verdict, score, reasons}` out.

    The score orders the rows also where the facts have decided, and without a model.

    Raises:
        UsageError: the file or one of its lines cannot be used; names `file:line`.
    """
    ask = cache(log_odds) if log_odds else None  # the verdict and the score put the same question
    for row in read_pairs(path):
        claim, source = (" ".join(row[name].split()) for name in ("claim", "source"))
        found = verdict.judge(claim, source, "", ask, thresholds)
        yield {
            "id": row["id"],
            "verdict": found.verdict,
            "score": round(verdict.score(claim, source, found.mismatches, ask(source, claim) if ask else None), 4),
            "reasons": list(found.reasons),
        }


def read_pairs(path: Path, labelled: bool = False) -> list[dict[str, Any]]:
    """The rows of a file of claims and sources, each with an id.

    Args:
        labelled: each must say whether the claim is `supported`.

    Raises:
        UsageError: the file or one of its lines cannot be used; names `file:line`.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"The file {path} cannot be read: {why}.", "Name a file of pairs in UTF-8.") from error
    rows = [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    if not rows:
        raise UsageError(f"The file {path} holds no pair.", 'Write one a line: {"id": …, "claim": …, "source": …}')
    return [_pair(line, f"{path}:{number}", labelled) for number, line in rows]


def _pair(line: str, where: str, labelled: bool) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where} is not JSON ({error}).", "Write one JSON object a line.") from error
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in ("claim", "source")):
        raise UsageError(f"{where} lacks a claim or a source.", 'Write {"id": …, "claim": "…", "source": "…"}')
    if labelled and not isinstance(row.get("supported"), bool):
        raise UsageError(f"{where} does not say whether it is supported.", 'Add "supported": true or false.')
    return row | {"id": row.get("id", where)}
