"""A citation in, a quotation with its reference out, to be pasted elsewhere; a conversation to Markdown or plain data.

Pure. In Markdown, nothing of an article, a question or an answer is read as markup.
"""

import re
from collections.abc import Sequence
from typing import Any

from kzchat.reader import StoredTurn
from kzchat.render import answer_json, one_line
from kzchat.schema import Answer, Citation, Claim

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~!&])")
_LIST = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def plain_quotation(citation: Citation) -> str:
    """« quote » — title, author, outlet, date (file#start-end)."""
    return f"« {one_line(citation.quote)} » — {_reference(citation)} ({_place(citation)})"


def markdown_quotation(citation: Citation) -> str:
    """A Markdown block quote with its reference."""
    return f"> {escaped(one_line(citation.quote))}\n>\n> — {escaped(_reference(citation))} ({_code(_place(citation))})"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", text))


def conversation_markdown(name: str, turns: Sequence[StoredTurn]) -> str:
    """A conversation with its sources."""
    parts = [f"# {escaped(one_line(name))}", *(_turn(turn) for turn in turns)]
    return "\n\n".join(parts) + "\n"


def conversation_json(name: str, turns: Sequence[StoredTurn]) -> dict[str, Any]:
    """A conversation; each answer is the object that `kzchat ask --json` prints."""
    return {
        "name": name,
        "turns": [
            {
                "question": turn.question,
                "asked": turn.asked,
                "state": turn.state,
                "answer": answer_json(turn.answer) if turn.answer else None,
                "feedback": {"judgement": turn.judgement, "why": turn.why} if turn.judgement else None,
            }
            for turn in turns
        ],
    }


def _turn(turn: StoredTurn) -> str:
    parts = [f"## {escaped(one_line(turn.question))}"]
    answer = turn.answer
    if answer is None:
        return "\n\n".join([*parts, "*no answer*"])
    if answer.completed_question:
        parts.append(f"*{escaped(one_line(answer.completed_question))}*")
    if answer.status == "abstained":
        parts.append(escaped(answer.message))
    parts += [line for claim in answer.sentences for line in _claim(claim)]
    if answer.citations:
        parts.append("\n".join(_source(citation) for citation in answer.citations))
    parts.append(f"*{escaped(_made_by(answer))}*")
    return "\n\n".join(parts)


def _claim(claim: Claim) -> list[str]:
    if claim.verdict == "withheld":
        return []
    marks = "".join(f" [{citation.n}]" for citation in claim.citations)
    text = escaped(one_line(claim.text))
    lines = [f"> {text}{marks}" if claim.verdict == "quoted" else f"{text}{marks}"]
    return lines + [f"> ≠ {escaped(one_line(other.quote))} [{other.n}]" for other in claim.disputed_by]


def _source(citation: Citation) -> str:
    quote = escaped(one_line(citation.quote))
    return f"{citation.n}. « {quote} » — {escaped(_reference(citation))} ({_code(_place(citation))})"


def _made_by(answer: Answer) -> str:
    return f"kzchat · {answer.model} ({answer.backend}) · index {answer.index_fingerprint}"


def _reference(citation: Citation) -> str:
    title = one_line(citation.title)
    return ", ".join(part for part in (title, citation.author, citation.outlet, citation.date) if part)


def _place(citation: Citation) -> str:
    return f"{citation.file}#{citation.start}-{citation.end}"


def _code(text: str) -> str:
    """A code span that holds any text (CommonMark 0.31, section 6.1)."""
    ticks = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{ticks}{space}{one_line(text)}{space}{ticks}"
