"""Plain LlamaIndex `CitationQueryEngine` on gold cases, saved as `kzchat eval --from-results` reads them.

Settings: similarity_top_k=3, citation_chunk_size=512, the rest as shipped; model, embedder and Ollama server are
kzchat's own. Each answer is on disk as soon as it is known, with what the engine wrote (`raw`); a second run goes on
where the first one ended. `--convert` makes the answers anew from what was written, without a model.

How its output is read:
- A source node is a chunk. It becomes evidence, and `[n]` a citation, of the chunk's place in its file. A citation
  counts as right where the chunk holds a labelled sentence: one right citation, however long the chunk is. That is
  generous, and why the tables give the length of what is cited as well.
- Sentences are split as kzchat splits drafts. A mark belongs to the sentence that it stands in or behind.
- It abstains in words only: an answer whose first sentence says that the sources do not say counts as an abstention.

Run: python eval/peers/citation_query_engine.py OUTPUT.jsonl
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bench"))

from first_token import E5, WINDOW, CountingOllama
from kzchat.sentences import sentence_spans
from ollama_server import ROOT, serve_default_model

CASES = ROOT / "eval" / "gold" / "seeds.test.jsonl"
IDS = ROOT / "eval" / "gold" / "peer40.txt"
TOP_K, CHUNK_SIZE = 3, 512
_MARK = re.compile(r"\[(?:source\s*)?(\d+)\]", re.IGNORECASE)
_SOURCE_HEAD = re.compile(r"\ASource \d+:\n")
# What a refusal says, in the five languages of the gold set. General phrases only: none is taken from an answer.
_REFUSAL = re.compile(
    r"(?:do(?:es)? not|did not|don't|doesn't|didn't|no) (?:\w+ )?(?:provide|mention|contain|specify|include|state|give|"
    r"information|indicate|say|address|discuss|answer)|not (?:\w+ )?(?:provided|mentioned|specified|stated|given)|"
    r"none of the (?:\w+ )?sources|no (?:relevant|specific)|(?:un)?able to (?:find|provide|answer)|"
    r"cannot (?:find|provide|answer|determine)|i'm sorry|"
    r"ne (?:\w+ )?(?:mentionne|précise|fourni|contien|donne|indique|dit|disent)\w* (?:pas|aucun)|"
    r"n'(?:est|a|ont|y a|indique\w*|apporte\w*) (?:pas|aucun)|aucune? (?:des )?(?:source|information|mention)|"
    r"pas (?:mentionné|précisé|indiqué|fourni)|"
    r"désolé|не (?:содерж|упомина|указ|предостав|говор|сообща)\w*|нет (?:информации|данных|сведений)|"
    r"لا (?:توجد|يوجد|تذكر|يذكر|تحتوي|تقدم)|لم (?:يذكر|تذكر|يتم)|"
    r"көрсетілмеген|айтылмаған|ақпарат жоқ|мәлімет жоқ",
    re.IGNORECASE,
)


def chosen_ids() -> list[str]:
    return [line for line in IDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def ask(engine: Any, llm: "CountingBoth", question: str) -> dict[str, Any]:
    """What the engine wrote, from which sources, and when. Retrieval and synthesis are `query` in its two steps."""
    from llama_index.core.schema import QueryBundle

    start = time.perf_counter()
    nodes = engine.retrieve(QueryBundle(question))
    retrieved = time.perf_counter() - start
    response = engine.synthesize(QueryBundle(question), nodes)
    text, first = "", None
    generated = response.response_gen
    assert isinstance(generated, Iterator)
    for piece in generated:
        first = first or time.perf_counter() - start
        text += piece
    return {
        "text": text,
        "sources": [
            {
                "file": node.node.metadata.get("file_name", ""),
                "text": _SOURCE_HEAD.sub("", node.node.get_content()),
                "score": node.score,
            }
            for node in response.source_nodes
        ],
        "retrieval_ms": round(retrieved * 1000, 1),
        "first_token_ms": round((first or 0) * 1000, 1) or None,
        "total_ms": round((time.perf_counter() - start) * 1000, 1),
        "prompt_tokens": llm.last_prompt_tokens,
        "completion_tokens": llm.last_completion_tokens,
    }


class CountingBoth(CountingOllama):
    """Ollama that remembers how long its last prompt and reply were."""

    last_completion_tokens: int = 0

    def stream_chat(self, messages: Any, **kwargs: Any) -> Any:
        for chunk in super().stream_chat(messages, **kwargs):
            if isinstance(chunk.raw, dict) and chunk.raw.get("eval_count"):
                self.last_completion_tokens = int(chunk.raw["eval_count"])
            yield chunk


def place(source: dict[str, Any], text: str) -> tuple[int, int]:
    """Where a chunk stands in its file: the engine does not keep it. (0, 0) where it was rewritten."""
    start = text.find(source["text"])
    return (start, start + len(source["text"])) if start >= 0 else (0, 0)


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
        {"n": n, "file": source["file"], "start": at[0], "end": at[1], "quote": source["text"], "article_sha256": ""}
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


def row(case: dict[str, Any], raw: dict[str, Any], texts: dict[str, str]) -> str:
    answer = convert(case, raw, texts)
    return json.dumps(
        {"id": case["id"], "error": "", "gate_log_odds": None, "answer": answer, "raw": raw}, ensure_ascii=False
    )


def run(cases: Sequence[dict[str, Any]], output: Path, texts: dict[str, str]) -> None:
    from llama_index.core import Settings as LlamaIndexSettings
    from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
    from llama_index.core.query_engine import CitationQueryEngine

    with serve_default_model() as (settings, _):
        llm = CountingBoth(
            model=settings.model, base_url=settings.ollama_host, context_window=WINDOW, request_timeout=900,
            temperature=0.0, additional_kwargs={"num_predict": settings.max_answer_tokens},
        )  # fmt: skip
        LlamaIndexSettings.llm = llm
        LlamaIndexSettings.embed_model = E5()
        index = VectorStoreIndex.from_documents(SimpleDirectoryReader(str(settings.corpus)).load_data())
        engine = CitationQueryEngine.from_args(
            index, similarity_top_k=TOP_K, citation_chunk_size=CHUNK_SIZE, streaming=True
        )
        for number, case in enumerate(cases, start=1):
            raw = ask(engine, llm, case["question"])
            with output.open("a", encoding="utf-8", newline="\n") as file:
                file.write(row(case, raw, texts) + "\n")
            print(f"{number}/{len(cases)} {case['id']} {raw['total_ms'] / 1000:.0f} s", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--convert", action="store_true", help="only read what was written anew")
    options = parser.parse_args()
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").split("\n") if line.strip()]
    cases = {case["id"]: case for case in rows}
    texts = {path.name: path.read_bytes().decode("utf-8") for path in (ROOT / "seeds").glob("*.txt")}
    done: list[dict[str, Any]] = []
    if options.output.exists():
        done = [json.loads(line) for line in options.output.read_text(encoding="utf-8").split("\n") if line.strip()]
    if options.convert:
        lines = [row(cases[result["id"]], result["raw"], texts) for result in done]
        options.output.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
        return
    had = {result["id"] for result in done}
    run([cases[id_] for id_ in chosen_ids() if id_ not in had], options.output, texts)


if __name__ == "__main__":
    main()
