"""A judgement read off a word of the model's vocabulary that was given a new meaning; pure.

Asked "… Answer yes or no.", the model knows more than it says: a linear readout of its last hidden state tells whether
excerpts answer a question better than its yes and no do (docs/calibration.md). Servers give no hidden states, but they
give the log-probabilities of the likeliest words, and each of these is a linear readout: so the row of a word that
nobody writes is replaced, in the weights, by the mean of the rows of "Yes" and "No" plus the readout that is wanted.
Its log-probability less the mean of theirs is that readout, at no further cost. `kzchat pull` sets the rows
(`pull.Heads`), `eval/calibration/fit_heads.py` fits them.
Source: linear probes (Alain and Bengio 2016, arXiv:1610.01644), here for claims (Azaria and Mitchell 2023,
arXiv:2304.13734).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Asked = Literal["answered", "supported"]
"""Whether excerpts state the answer to a question; whether a source supports a claim."""

_YES, _NO = "Yes", "No"  # the likeliest first words of a reply to these prompts


@dataclass(frozen=True, slots=True)
class Head:
    """What one word of a model means."""

    token: str
    gain: float
    bias: float

    def log_odds(self, alternatives: Mapping[str, float]) -> float | None:
        """Log-odds of yes, from the log-probabilities of a first token's alternatives; None where they lack the words.

        That was the case for none of 540 questions. It would be if the model were far surer than it ever was.
        """
        if not {_YES, _NO, self.token} <= alternatives.keys():
            return None
        middle = (alternatives[_YES] + alternatives[_NO]) / 2
        return self.gain * (alternatives[self.token] - middle) + self.bias


def head_of(digest: str, asked: Asked) -> Head | None:
    """The head of the model with these weights for a question; None: it has none, and its yes and no are read."""
    return _heads().get(digest, {}).get(asked)


@cache
def _heads() -> dict[str, dict[str, Head]]:
    table = tomllib.loads((files("kzchat") / "data" / "heads.toml").read_text(encoding="utf-8"))
    return {digest: {asked: Head(**entry) for asked, entry in heads.items()} for digest, heads in table.items()}
