"""How many broken claims the checks let through, and how many faithful ones: by kind and language pair.

    python eval/mutations/measure.py [FILE.jsonl …] [--facts-only] [--sample N]

Rows are `{id, claim, source, supported, kind?, languages?}`; without files, the project's suite and its paraphrases.
With the model, only claims that the facts let through cost a call of it (some 2.5 s on two cores); --sample asks about
that many of them, drawn at random for each kind and label, and the table says so.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from random import Random
from typing import Any

from kzchat.calibration import calibration_of
from kzchat.entailment import support_odds
from kzchat.llm import open_model
from kzchat.settings import load_settings
from kzchat.verdict import by_model, compare

_HERE = Path(__file__).parent


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="*")
    parser.add_argument("--facts-only", action="store_true")
    parser.add_argument("--sample", type=int, default=40)
    options = parser.parse_args()
    files = options.files or [_HERE / "seeds.jsonl", _HERE / "paraphrases.jsonl"]
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        kind = "faithful" if row["supported"] else row.get("kind") or row.get("label") or "false"
        groups[kind, row.get("languages", "")].append(row)
    settings = load_settings()
    model = None if options.facts_only else open_model(settings)[0]
    calibration = calibration_of(model.digest, settings.home) if model else None
    print(f"{'kind':<14}{'languages':<11}{'claims':>7}{'past the facts':>16}{'accepted':>18}")
    for (kind, languages), members in sorted(groups.items()):
        passed = [row for row in members if compare(row["claim"], row["source"]) is None]
        line = f"{kind:<14}{languages:<11}{len(members):>7}{len(passed):>9} {len(passed) / len(members):>5.1%}"
        if model and calibration:
            asked = passed if len(passed) <= options.sample else Random(0).sample(passed, options.sample)
            odds = support_odds(model)
            accepted = sum(
                by_model(row["claim"], row["source"], "", odds, calibration.thresholds).verdict == "supported"
                for row in asked
            )
            share = len(passed) / len(members) * (accepted / len(asked) if asked else 0)
            line += f"{f'{accepted} of {len(asked)}':>12} {share:>5.1%}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
