"""What `CitationQueryEngine` wrote in, an answer as `kzchat ask --json` prints one out. Pure.

- A source node is a chunk. It becomes evidence, and `[n]` a citation, of the chunk's place in its file. A citation
  counts as right where the chunk holds a labelled sentence: one right citation, however long the chunk is. That is
  generous, and why the tables give the length of what is cited as well.
- Sentences are split as kzchat splits drafts. A mark belongs to the sentence that it stands in or behind.
- It abstains in words only: an answer whose first sentence says that the sources do not say counts as an abstention.
"""

import re
from typing import Any

from kzchat.sentences import sentence_spans

_MARK = re.compile(r"\[(?:source\s*)?(\d+)\]", re.IGNORECASE)
# What a refusal says, in the five languages of the gold set. General phrases only: none is taken from an answer.
_REFUSAL = re.compile(
    r"(?:do(?:es)? not|did not|don't|doesn't|didn't|no) (?:\w+ )?(?:provide|mention|contain|specify|include|state|give|"
    r"information|indicate|say|address|discuss|answer)|not (?:\w+ )?(?:provided|mentioned|specified|stated|given)|"
    r"none of the (?:\w+ )?sources|no (?:relevant|specific)|(?:un)?able to (?:find|provide|answer)|"
    r"cannot (?:find|provide|answer|determine)|i'm sorry|"
    r"ne (?:\w+ )?(?:mentionne|précise|fourni|contien|donne|indique|dit|disent)\w* (?:pas|aucun)|"
    r"n'(?:y a|indique\w*|apporte\w*) (?:pas|aucun)|aucune? (?:des )?(?:source|information|mention)|"
    r"pas (?:mentionné|précisé|indiqué|fourni)|"
    r"désolé|не (?:содерж|упомина|указ|предостав|говор|сообща)\w*|нет (?:информации|данных|сведений)|"
    r"لا (?:توجد|يوجد|تذكر|يذكر|تحتوي|تقدم)|لم (?:يذكر|تذكر|يتم)|"
    r"көрсетілмеген|айтылмаған|ақпарат жоқ|мәлімет жоқ",
    re.IGNORECASE,
)


def place(source: dict[str, Any], text: str) -> tuple[int, int]:
    """Where a chunk stands in its file, white space apart: the engine does not keep it. (0, 0) where it does not."""
    found = re.search(r"\s+".join(map(re.escape, source["text"].split())), text) if source["text"].strip() else None
    return found.span() if found else (0, 0)


def sentences(text: str) -> list[tuple[str, list[int]]]:
    """Each sentence without its marks, and the numbers in them; what is only marks belongs to the one before."""
    found: list[tuple[str, list[int]]] = []
    for span in sentence_spans(text):
        written = text[span.start : span.end]
        numbers = [int(number) for number in _MARK.findall(written)]
        words = " ".join(_MARK.sub("", written).split())
        if not any(character.isalnum() for character in words):
            if found:
                found[-1][1].extend(numbers)
            continue
        leading = re.match(r"(?:\s*\[(?:source\s*)?\d+\])+", written, re.IGNORECASE)
        if leading and found:  # "... in March. [1] It ..." : the splitter puts the mark with what follows
            moved = [int(number) for number in _MARK.findall(leading[0])]
            found[-1][1].extend(moved)
            numbers = numbers[len(moved) :]
        found.append((words, numbers))
    return found


def convert(case: dict[str, Any], raw: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """The answer as `kzchat ask --json` prints one."""
    sources = raw["sources"]
    places = [place(source, texts.get(source["file"], "")) for source in sources]
    cited = [
        {
            "n": n,
            "file": source["file"],
            "start": at[0],
            "end": at[1],
            "quote": texts.get(source["file"], "")[at[0] : at[1]] or source["text"],
            "article_sha256": "",
        }
        for n, (source, at) in enumerate(zip(sources, places, strict=True), start=1)
    ]
    parts = sentences(raw["text"])
    abstained = not parts or bool(_REFUSAL.search(parts[0][0]))
    shown = [] if abstained else parts
    return {
        "question": case["question"],
        "completed_question": None,
        "language": case["language"],
        "status": "abstained" if abstained else "answered",
        "reason": "not_stated" if abstained else None,
        "answer": raw["text"],
        "sentences": [
            {
                "text": words,
                "verdict": "supported",
                "citations": [cited[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(cited)],
            }
            for words, numbers in shown
        ],
        "evidence": [
            {**{key: c[key] for key in ("file", "start", "end")}, "text": s["text"], "score": s["score"] or 0.0}
            for c, s in zip(cited, sources, strict=True)
        ],
        "model": "qwen2.5-coder:1.5b",
        "backend": "ollama",
        "index_fingerprint": "VectorStoreIndex",
        "timings": {
            **{key: raw[key] for key in ("retrieval_ms", "first_token_ms", "total_ms")},
            "first_evidence_ms": raw["retrieval_ms"],
            "prompt_tokens": raw["prompt_tokens"],
            "completion_tokens": raw["completion_tokens"],
        },
    }
