"""Fits the default model's head for "do the excerpts state the answer?" (`kzchat.heads`), and writes it.

    uv pip install gguf && .venv/bin/python eval/calibration/fit_heads.py WORK

Fitted on gate.jsonl beside this file: questions and excerpts that may answer them, by three language models which had
not seen kzchat (`author`). Each prompt's last hidden state is solved for from the likeliest 2,500 words, whose
log-probabilities are linear in it; WORK keeps them, half an hour's work on two cores. A logistic regression with a
strong ridge (docs/calibration.md) becomes the row of a word that nobody writes.

Prints the AUC, on each author's questions, of a head that was fitted on the others', beside that of yes and no; then
what belongs into models.toml. Writes src/kzchat/data/heads.bin and heads.toml.
"""

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fit_alignment import rows
from fit_answers import logistic_regression
from gguf import GGMLQuantizationType, GGUFReader, dequantize
from numpy.typing import NDArray

from kzchat.embedded_model import EmbeddedModel
from kzchat.evidence import line
from kzchat.llm import Message
from kzchat.prompts import Prompts, load_prompts
from kzchat.settings import load_settings

Vectors = NDArray[np.float64]

_HERE = Path(__file__).parent
_DATA = _HERE.parents[1] / "src" / "kzchat" / "data"
_WORD = "useRalative"  # of the vocabulary, and nobody's
_ALTERNATIVES = 2500  # of a first token; the hidden state has 1,536 dimensions
_RIDGE = 2000.0
# The word's log-probability, against the mean of yes and no: it must be among the first 20, and never the first, not
# even where an answer begins with yes or no.
_SPREAD, _BELOW = 0.5, 4.0  # its standard deviation, and how far it lies below


@dataclass(frozen=True, slots=True)
class Example:
    """A question over excerpts, as the gate asks it."""

    key: str
    author: str
    messages: tuple[Message, ...]
    answered: bool


class Output:
    """The output matrix of a GGUF file: one row a word."""

    def __init__(self, path: Path) -> None:
        reader = GGUFReader(path)
        self._tensor = next(tensor for tensor in reader.tensors if tensor.name == "output.weight")
        words = reader.fields["tokenizer.ggml.tokens"]
        self._at = {bytes(words.parts[at]).decode(): number for number, at in enumerate(words.data)}

    def rows(self, numbers: Sequence[int]) -> Vectors:
        return np.asarray(dequantize(self._tensor.data[numbers], self._tensor.tensor_type), np.float64)

    def row(self, word: str) -> Vectors:
        return np.asarray(self.rows([self._at[word]])[0])

    def offset(self, word: str) -> int:
        """Where a word's row begins in the file, in bytes."""
        return int(self._tensor.data_offset) + self._at[word] * int(self._tensor.data.shape[1])


class Hidden(EmbeddedModel):
    """The embedded model, that also tells its last hidden state."""

    def hidden(self, messages: Sequence[Message], output: Output) -> Vectors:
        """Of shape (1536,): least squares over the log-probabilities, whose constant is the softmax's."""
        body = self._body(messages, 1) | {"logprobs": True, "top_logprobs": _ALTERNATIVES}
        reply = self._http.post("/v1/chat/completions", json=body).json()
        top = reply["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        words = output.rows([entry["id"] for entry in top])
        x = np.column_stack([words, np.ones(len(words))])
        y = np.array([entry["logprob"] for entry in top])
        return np.asarray(np.linalg.solve(x.T @ x + 1e-6 * np.eye(x.shape[1]), x.T @ y)[:-1])


def main(work: Path) -> None:
    """Read, fit, write."""
    work.mkdir(parents=True, exist_ok=True)
    settings = load_settings(backend="embedded")
    output, examples = Output(settings.gguf_path), read(load_prompts())
    x = hidden_states(examples, Hidden(settings), output, work / "hidden.npz")
    y = np.array([float(example.answered) for example in examples])
    middle = (output.row("Yes") + output.row("No")) / 2

    unseen = of_other_authors(x, y, np.array([example.author for example in examples]))
    said = x @ (output.row("Yes") - output.row("No"))
    for author in sorted({example.author for example in examples}):
        own = np.array([example.author == author for example in examples])
        print(f"author {author}, {sum(own)} questions: AUC {auc(unseen[own], y[own]):.3f}", end=", ")
        print(f"of yes and no {auc(said[own], y[own]):.3f}")

    weights, constant = fit(x, y)
    mean = x.mean(axis=0)
    row = encode(middle - _BELOW * mean / (mean @ mean) + _SPREAD / np.std(x @ weights) * weights)
    read_off = x @ (decode(row) - middle)  # what the row says: it is stored in six bits a weight
    slope, offset = np.polyfit(read_off, x @ weights + constant, 1)
    print(f"what is stored and what was fitted correlate by {np.corrcoef(read_off, x @ weights)[0, 1]:.4f}")
    shift, factor = logistic_regression(np.column_stack([np.ones(len(y)), unseen]), y, 0.0)

    digest = digest_with(settings.gguf_path, output.offset(_WORD), row)
    (_DATA / "heads.bin").write_bytes(row)
    (_DATA / "heads.toml").write_text(
        f"# Made by eval/calibration/fit_heads.py.\n\n[{digest}.answered]\n"
        f'token = "{_WORD}"\ngain = {factor * slope:.4f}\nbias = {factor * offset + shift:.4f}\n',
        encoding="utf-8",
    )
    print(f'heads = {{ file = "heads.bin", offset = {output.offset(_WORD)}, sha256 = "{digest}" }}')


def read(prompts: Prompts) -> list[Example]:
    """The questions as the gate would ask them."""
    examples = []
    for row in rows(_HERE, "gate"):
        lines = "\n".join(line(number, each["date"], each["text"]) for number, each in enumerate(row["excerpts"], 1))
        for each in row["questions"]:
            asked = Message("user", prompts.fill_question(lines, each["question"], prompts.gate))
            messages = (Message("system", prompts.system), asked)
            examples.append(Example(each["id"], row["author"], messages, each["answered"]))
    return examples


def hidden_states(examples: Sequence[Example], model: Hidden, output: Output, kept: Path) -> Vectors:
    """Of shape (examples, 1536); what is solved for is kept, so that an interrupted run goes on."""
    states: dict[str, Any] = {}
    if kept.exists():
        with np.load(kept) as before:
            states = dict(zip(before["keys"].tolist(), before["states"], strict=True))
    todo = [example for example in examples if example.key not in states]
    for number, example in enumerate(todo, start=1):
        states[example.key] = model.hidden(example.messages, output)
        if number % 20 == 0 or number == len(todo):
            np.savez(kept, keys=np.array(list(states)), states=np.stack(list(states.values())).astype(np.float32))
            print(f"{number} of {len(todo)}", file=sys.stderr)
    return np.stack([states[example.key] for example in examples]).astype(np.float64)


def fit(x: Vectors, y: Vectors) -> tuple[Vectors, float]:
    """Weights and constant of a logistic regression on all dimensions, each scaled to a deviation of 1."""
    centre, spread = x.mean(axis=0), x.std(axis=0)
    constant, *scaled = logistic_regression(np.column_stack([np.ones(len(y)), (x - centre) / spread]), y, _RIDGE)
    weights = np.array(scaled) / spread
    return weights, float(constant - weights @ centre)


def of_other_authors(x: Vectors, y: Vectors, authors: NDArray[np.str_]) -> Vectors:
    """Log-odds of each example, by a regression on the other authors' questions."""
    values = np.zeros(len(y))
    for author in set(authors.tolist()):
        own = authors == author
        weights, constant = fit(x[~own], y[~own])
        values[own] = x[own] @ weights + constant
    return values


def auc(values: Vectors, y: Vectors) -> float:
    """The share of pairs of a yes and a no that are in order."""
    yes, no = values[y > 0][:, None], values[y == 0][None]
    return float(np.mean((yes > no) + 0.5 * (yes == no)))


def encode(row: Vectors) -> bytes:
    """A row of 1,536 weights as llama.cpp stores it in Q6_K: 256 weights share a scale, 16 of them another."""
    return b"".join(_block(weights) for weights in row.reshape(-1, 256))


def decode(row: bytes) -> Vectors:
    """The weights that are read from it."""
    stored = np.frombuffer(row, np.uint8)[None]
    return np.asarray(dequantize(stored, GGMLQuantizationType.Q6_K)[0], np.float64)


def _block(weights: Vectors) -> bytes:
    scales = np.array([_scale(each) for each in weights.reshape(16, 16)])
    unit = np.float16(scales[np.argmax(np.abs(scales))] / -128)
    small = np.clip(np.rint(scales / float(unit)), -128, 127).astype(np.int8)
    steps = np.repeat(float(unit) * small.astype(float), 16)
    safe = np.where(steps == 0, 1.0, steps)
    levels = (np.where(steps == 0, 0, np.clip(np.rint(weights / safe), -32, 31)) + 32).astype(np.uint8)
    low, high = [], []
    for a, b, c, d in levels.reshape(2, 4, 32):
        low += [(a & 15) | (c & 15) << 4, (b & 15) | (d & 15) << 4]
        high.append(a >> 4 | b >> 4 << 2 | c >> 4 << 4 | d >> 4 << 6)
    return np.concatenate([*low, *high]).tobytes() + small.tobytes() + unit.tobytes()


def _scale(weights: Vectors) -> float:
    """What 16 weights are multiples of, from -32 to 31 times, as nearly as can be."""
    largest = weights[np.argmax(np.abs(weights))]
    best, chosen = -1.0, 0.0
    for top in np.arange(-32.9, -31.0, 0.1) if largest else ():
        levels = np.clip(np.rint(weights * top / largest), -32, 31)
        along, length = float(weights @ levels), float(levels @ levels)
        if along**2 / length > best:
            best, chosen = along**2 / length, along / length
    return chosen


def digest_with(model: Path, offset: int, row: bytes) -> str:
    """SHA-256 of a model file with this row at this place."""
    digest = hashlib.sha256()
    with model.open("rb") as file:
        digest.update(file.read(offset))
        digest.update(row)
        file.seek(len(row), 1)
        while chunk := file.read(1 << 22):
            digest.update(chunk)
    return digest.hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
