"""Break true sentences in eleven ways: `python eval/mutations/generate.py` writes the mutation suite from the seeds.

    python eval/mutations/generate.py [--pairs FILE.jsonl] [--output FILE.jsonl] [--draws N]

Without --pairs: every sentence of the seeds against itself, and every paraphrase of paraphrases.jsonl against its
source. With it: each row `{claim, source}` (a translation, say), its claim broken. The dice are seeded: the same input
gives the same suite.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from kzchat.languages import detect_language
from kzchat.mutations import material, mutations
from kzchat.sentences import sentence_spans

_HERE = Path(__file__).parent
_CHARS = range(60, 450)  # of a sentence: shorter ones are headings


def seeds() -> Iterator[tuple[str, str]]:
    """Each sentence of the seeds, as its own source."""
    for file in sorted((_HERE.parents[1] / "seeds").iterdir()):
        text = file.read_text(encoding="utf-8")
        for span in sentence_spans(text):
            sentence = " ".join(text[span.start : span.end].split())
            if len(sentence) in _CHARS:
                yield sentence, sentence


def pairs(path: Path) -> Iterator[tuple[str, str]]:
    """The true claims of a file with their sources."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("supported", True):
            yield row["claim"], row["source"]


def suite(given: list[tuple[str, str]], draws: int) -> list[dict[str, str | bool]]:
    """Every claim broken `draws` times in each way that it offers, each broken claim once."""
    dice = Random(20261125)
    found: dict[tuple[str, str], dict[str, str | bool]] = {}
    for language in ("fr", "en"):
        claims = [(claim, source) for claim, source in given if detect_language(claim) == language]
        offered = material([claim for claim, _ in claims], language)
        for claim, source in claims:
            for mutation in (broken for _ in range(draws) for broken in mutations(claim, offered, dice)):
                found.setdefault(
                    (mutation.claim, source),
                    {
                        "id": f"m{len(found) + 1:05}",
                        "kind": mutation.kind,
                        "languages": f"{language}-{detect_language(source)}",
                        "claim": mutation.claim,
                        "source": source,
                        "supported": False,
                    },
                )
    return list(found.values())


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--output", type=Path, default=_HERE / "seeds.jsonl")
    parser.add_argument("--draws", type=int, default=4)
    options = parser.parse_args()
    given = list(pairs(options.pairs)) if options.pairs else [*seeds(), *pairs(_HERE / "paraphrases.jsonl")]
    rows = suite(given, options.draws)
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    options.output.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(rows)} broken claims from {len(given)} true ones: {options.output}")


if __name__ == "__main__":
    main()
