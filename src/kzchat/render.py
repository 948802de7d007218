"""An Answer in, text or plain data out. Pure: the terminal, the page and `--json` all start from here."""

from collections.abc import Sequence
from typing import Any

from kzchat.schema import Answer, CheckedSentence, Citation, Claim, Ranked, RetrievedPassage, Sentence

STAGES = {
    "waiting": "Waiting for another answer to end…",
    "searching": "Searching the articles…",
    "loading": "Loading the model…",
    "completing": "The model reads the conversation…",
    "reading": "The model reads the evidence… (some 10\u00a0s on two cores)",
    "writing": "The model writes…",
}


_TITLE_CHARS = 80


def one_line(text: str) -> str:
    """The text with every run of white space as one space: for reading, never for citing."""
    return " ".join(text.split())


def article_label(
    file: str, title: str, date: str | None, outlet: str | None, author: str | None = None, language: str | None = None
) -> str:
    """How an article is named wherever it is named: file, title, author, outlet, date, language."""
    about = ", ".join(part for part in (author, outlet, date, language) if part)
    short = title if len(title) <= _TITLE_CHARS else title[:_TITLE_CHARS].rsplit(" ", 1)[0] + "…"
    return f"{file} · {short}" + (f" ({about})" if about else "")


def passage_label(passage: RetrievedPassage) -> str:
    """The article of a passage."""
    sentence = passage.sentence
    return article_label(sentence.file, passage.title, passage.date, passage.outlet, passage.author, sentence.language)


def citation_label(citation: Citation) -> str:
    """The article of a citation."""
    return article_label(
        citation.file, citation.title, citation.date, citation.outlet, citation.author, citation.language
    )


def claim_text(claim: Claim) -> str:
    """A shown sentence with its citation numbers; a quotation in quotation marks."""
    marks = "".join(f" [{citation.n}]" for citation in claim.citations)
    text = f"« {claim.text} »" if claim.verdict == "quoted" else claim.text
    return text + marks


def quoted_numbers(claims: Sequence[Claim]) -> set[int]:
    """The numbers of the citations whose quotation the answer itself is: under its sources it need not stand again."""
    return {citation.n for claim in claims if claim.verdict == "quoted" for citation in claim.citations[:1]}


def nearest_articles(answer: Answer, limit: int = 3) -> list[RetrievedPassage]:
    """The best passage of each of the articles that come closest to the question."""
    first: dict[str, RetrievedPassage] = {}
    for passage in answer.evidence:
        first.setdefault(passage.sentence.file, passage)
    return list(first.values())[:limit]


def footer(answer: Answer) -> str:
    """What answered, from which index, in what time."""
    seconds = answer.timings.total_ms / 1000
    return f"{answer.model} ({answer.backend}) · index {answer.index_fingerprint} · {seconds:.1f}\u00a0s"


def answer_json(answer: Answer) -> dict[str, Any]:
    """The object that `kzchat ask --json` prints."""
    return {
        "question": answer.question,
        "completed_question": answer.completed_question,
        "language": answer.language,
        "status": answer.status,
        "reason": answer.reason,
        "answer": answer.text,
        "sentences": [
            {
                "text": claim.text,
                "verdict": claim.verdict,
                "citations": [_citation_json(citation) for citation in claim.citations],
                "reasons": list(claim.reasons),
                "draft": claim.draft,
                "score": None if claim.score is None else round(claim.score, 3),
                "disputed_by": [_citation_json(citation) for citation in claim.disputed_by],
            }
            for claim in answer.sentences
        ],
        "evidence": [passage_json(passage) for passage in answer.evidence],
        "model": answer.model,
        "backend": answer.backend,
        "index_fingerprint": answer.index_fingerprint,
        "timings": {
            "retrieval_ms": round(answer.timings.retrieval_ms, 1),
            "first_evidence_ms": round(answer.timings.first_evidence_ms, 1),
            "first_token_ms": None
            if answer.timings.first_token_ms is None
            else round(answer.timings.first_token_ms, 1),
            "total_ms": round(answer.timings.total_ms, 1),
            "prompt_tokens": answer.timings.prompt_tokens,
            "completion_tokens": answer.timings.completion_tokens,
        },
    }


def checked_json(checked: CheckedSentence) -> dict[str, Any]:
    """A sentence of a checked text."""
    return {
        "text": checked.text,
        "start": checked.start,
        "end": checked.end,
        "verdict": checked.verdict,
        "score": None if checked.score is None else round(checked.score, 3),
        "reasons": list(checked.reasons),
        "citations": [_citation_json(citation) for citation in checked.citations],
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "file": citation.file,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "article_sha256": citation.article_sha256,
    }


def passage_json(passage: RetrievedPassage) -> dict[str, Any]:
    """A search result."""
    return {
        **_sentence_json(passage.sentence),
        "score": round(passage.score, 5),
        "title": passage.title,
        "date": passage.date,
        "outlet": passage.outlet,
        "author": passage.author,
        "language": passage.sentence.language,
        **{
            f"{name}_{what}": value
            for name, place in ranks(passage).items()
            for what, value in (("rank", place and place.rank), ("score", place and round(place.score, 4)))
        },
        "also_in": [_sentence_json(sentence) for sentence in passage.also_in],
    }


def ranks(passage: RetrievedPassage) -> dict[str, Ranked | None]:
    """List to the place in it."""
    return {
        "dense": passage.dense,
        "lexical": passage.lexical,
        "passage_dense": passage.passage_dense,
        "passage_lexical": passage.passage_lexical,
    }


def _sentence_json(sentence: Sentence) -> dict[str, Any]:
    return {"file": sentence.file, "start": sentence.start, "end": sentence.end, "text": sentence.text}


def withheld(claims: Sequence[Claim]) -> list[Claim]:
    """The sentences that the reader is not shown as part of the answer."""
    return [claim for claim in claims if claim.verdict == "withheld"]
