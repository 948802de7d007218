"""The simplest thing that could work, through the same scorer: what kzchat must beat.

Sentence-level multilingual-e5 retrieval, the five best sentences numbered in the prompt, "reply only NOT FOUND",
temperature 0, the same model on the same server. Its answer cites every sentence that the prompt held and that the
model named. Run: make sketch
"""

import re
import sys
from time import perf_counter

import numpy as np

from kzchat.cases import load_cases
from kzchat.changes import find_changes
from kzchat.embedding import Vectors, default_embedder
from kzchat.evaluation import run, scored
from kzchat.index import Index, open_index
from kzchat.ingestion import update
from kzchat.languages import LANGUAGES
from kzchat.llm import Message
from kzchat.ollama_model import OllamaModel
from kzchat.report import Run, lines, table
from kzchat.results import RunInfo
from kzchat.schema import Answer, Citation, Claim, RetrievedPassage, Sentence, Timings
from ollama_server import ROOT, serve_default_model

PROMPT = """{evidence}

Question: {question}
Answer in {language} in one or two sentences, from the numbered sentences only, and cite them like [1].
If they do not hold the answer, reply only NOT FOUND."""


def answer(index: Index, vectors: Vectors, model: OllamaModel, question: str, language: str) -> Answer:
    start = perf_counter()
    nearest = np.argsort(-(vectors @ default_embedder().query(question)))[:5]
    sentences = [all_sentences(index)[at] for at in nearest]
    passages = tuple(RetrievedPassage(sentence, "", None, None, 0.0) for sentence in sentences)
    evidence = "\n".join(f"[{n}] {' '.join(p.sentence.text.split())}" for n, p in enumerate(passages, start=1))
    text, first = "", None
    for delta in model.stream(
        [Message("user", PROMPT.format(evidence=evidence, question=question, language=LANGUAGES[language]))], 160
    ):
        first = first or (perf_counter() - start) * 1000
        text += delta.text
    found = "NOT FOUND" not in text.upper()
    cited = {int(n) for n in re.findall(r"\d+", " ".join(re.findall(r"\[[^\]]*\]", text)))} & set(range(1, 6))
    citations = tuple(
        Citation(n, s.file, s.start, s.end, s.text, s.article_sha256)
        for n in sorted(cited)
        if n <= len(passages) and (s := passages[n - 1].sentence)
    )
    claims = (Claim(re.sub(r"\s*\[[^\]]*\]", "", text), "supported", citations),) if found else ()
    timings = Timings(first_token_ms=first, total_ms=(perf_counter() - start) * 1000)
    return Answer(
        question, language, "answered" if found else "abstained", None if found else "not_stated", claims, passages,
        model.name, "ollama", index.fingerprint, timings, "" if found else "NOT FOUND",
    )  # fmt: skip


def all_sentences(index: Index) -> list[Sentence]:
    return [sentence for file in index.manifest.by_file() for sentence in index.manifest.sentences_of(file)]


def main() -> None:
    with serve_default_model() as (settings, model):
        embedder = default_embedder()
        index = open_index(settings, embedder.name, embedder.dimension)
        update(settings, index, embedder, find_changes(settings, index.manifest))
        vectors = embedder.passages([sentence.one_line for sentence in all_sentences(index)])
        cases = load_cases(ROOT / "eval" / "gold" / "seeds.jsonl", None)

        def progress(result: object) -> None:
            print(".", end="", file=sys.stderr, flush=True)

        results = run(cases, lambda case: answer(index, vectors, model, case.question, case.language), progress)
        info = RunInfo(model=f"the sketch, {model.name}", backend="ollama")
        print("\n".join(lines(table([Run(info, tuple(scored(results, {})))]))))


if __name__ == "__main__":
    main()
