"""Plain LlamaIndex `CitationQueryEngine` on gold cases, saved as `kzchat eval --from-results` reads them.

Settings: similarity_top_k=3, citation_chunk_size=512, the rest as shipped; model, embedder and Ollama server are
kzchat's own. Each answer is on disk as soon as it is known, with what the engine wrote (`raw`); a second run goes on
where the first one ended. `--convert` makes the answers anew from what was written, without a model.

How its output is read: `citation_output.py`.

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

from citation_output import convert
from first_token import CountingOllama, plain_llama_index
from ollama_server import ROOT, serve_default_model

CASES = ROOT / "eval" / "gold" / "seeds.test.jsonl"
IDS = ROOT / "eval" / "gold" / "peer40.txt"
_SOURCE_HEAD = re.compile(r"\ASource \d+:\n")


def chosen_ids() -> list[str]:
    return [line for line in IDS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def ask(engine: Any, llm: CountingOllama, question: str) -> dict[str, Any]:
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


def row(case: dict[str, Any], raw: dict[str, Any], texts: dict[str, str]) -> str:
    answer = convert(case, raw, texts)
    return json.dumps(
        {"id": case["id"], "error": "", "gate_log_odds": None, "answer": answer, "raw": raw}, ensure_ascii=False
    )


def run(cases: Sequence[dict[str, Any]], output: Path, texts: dict[str, str]) -> None:
    with serve_default_model() as (settings, _):
        engine, llm = plain_llama_index(settings, 900)
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
    options.output.parent.mkdir(parents=True, exist_ok=True)
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
