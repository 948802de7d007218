"""Saved results: written line by line as they are known, read back, and gone on with after an interruption.

A results file is JSON Lines. The first line says what was run (`RunInfo`); each other line is one answer as
`kzchat ask --json` prints it, with the case's id. Scores are not stored: they are worked out anew when it is read.
Files without the first line, or with more fields, are read too.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kzchat.errors import EvalError
from kzchat.render import answer_json
from kzchat.schema import (
    Answer,
    Citation,
    Claim,
    EvalCase,
    EvalResult,
    Ranked,
    RetrievedPassage,
    Sentence,
    Timings,
)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What was run, on what. The fields of `IDENTITY` decide whether a run may be gone on with."""

    model: str = ""
    backend: str = ""
    index: str = ""  # fingerprint
    code: str = ""  # hash of kzchat's own files
    cases: str = ""  # file names
    cases_sha256: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)  # those that change answers, where not the default
    retrieval_only: bool = False
    corpus: str = ""
    version: str = ""
    machine: str = ""
    command: str = ""
    started: str = ""  # ISO 8601, UTC
    repeat: int = 1

    @property
    def title(self) -> str:
        """What answered."""
        if self.retrieval_only:
            return "search only"
        return f"{self.model} ({self.backend})" if self.model else "unknown model"


IDENTITY = ("cases_sha256", "model", "backend", "index", "code", "settings", "retrieval_only")


class ResultsFile:
    """Takes the results of one run. Each is on disk before `add` returns."""

    def __init__(self, path: Path, info: RunInfo) -> None:
        self.path = path
        self.info = info

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs off the file.

        Raises:
            EvalError: another run writes it, or its folder cannot be written.
        """
        lock = FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=0)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise EvalError(
                f"Another kzchat eval is writing {self.path}.", "Wait for it, or name another file with --output."
            ) from error
        except OSError as error:
            raise _not_written(self.path, error) from error
        try:
            yield
        finally:
            lock.release()

    def begin(self, fresh: bool) -> dict[tuple[str, int], dict[str, Any]]:
        """Make the file, or find what an earlier run of the same kind left in it.

        Args:
            fresh: start anew; a file that is there is kept as `NAME.previous.jsonl`.

        Returns:
            (case id, repeat) to the saved row, of what need not be asked again; failures are asked again.

        Raises:
            EvalError: the file belongs to another run, or cannot be read or written.
        """
        if self.path.exists() and self.path.stat().st_size and not fresh:
            info, rows = read_rows(self.path)
            if differing := [name for name in IDENTITY if getattr(info, name) != getattr(self.info, name)]:
                raise EvalError(
                    f"{self.path} holds {len(rows)} results of another run (other {', '.join(differing)}).",
                    "Add --fresh to start anew (it is kept as *.previous.jsonl), or name another file with --output.",
                )
            done = {(row["id"], int(row.get("repeat", 0))): row for row in rows if not row.get("error")}
            self._write([self.info, *done.values()])
            return done
        if self.path.exists() and self.path.stat().st_size:
            self.path.replace(self.path.with_suffix(".previous.jsonl"))
        self._write([self.info])
        return {}

    def add(self, result: EvalResult) -> None:
        """Append one.

        Raises:
            EvalError: it cannot be written.
        """
        try:
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(to_json(result), ensure_ascii=False) + "\n")
        except OSError as error:
            raise _not_written(self.path, error) from error

    def _write(self, lines: Sequence[Any]) -> None:
        """The whole file at once, so that a run that is killed here leaves the old one or the new one."""
        rows = [{"run": asdict(line)} if isinstance(line, RunInfo) else line for line in lines]
        unfinished = self.path.with_suffix(".unfinished")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
            unfinished.replace(self.path)
        except OSError as error:
            raise _not_written(self.path, error) from error


def _not_written(path: Path, error: OSError) -> EvalError:
    return EvalError(
        f"The results file {path} cannot be written: {error.strerror or error}.",
        "Free some space or name another file with --output; what is in it is kept.",
    )


def to_json(result: EvalResult) -> dict[str, Any]:
    """One line of a results file."""
    return {
        "id": result.case.id,
        "repeat": result.repeat,
        "error": result.error,
        "gate_log_odds": result.answer.gate_log_odds,
        "answer": answer_json(result.answer),
    }


def read_rows(path: Path) -> tuple[RunInfo, list[dict[str, Any]]]:
    """A results file as it is written. A last line that was cut off is passed over: its case is asked again.

    Raises:
        EvalError: the file cannot be read, or a line of it.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise EvalError(
            f"The results file {path} cannot be read: {why}.", "Name one that `kzchat eval` wrote."
        ) from error
    info, rows = RunInfo(), []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if "run" in row:
                known = {one.name for one in fields(RunInfo)}
                info = RunInfo(**{name: value for name, value in row["run"].items() if name in known})
                continue
            if not isinstance(row["id"], str) or not isinstance(row["answer"], dict):
                raise TypeError("id or answer")
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines) and isinstance(error, ValueError):
                continue
            raise EvalError(
                f"{path}:{number} is no result ({error}).", "Remove the line, or name a file that `kzchat eval` wrote."
            ) from error
        rows.append(row)
    return info, rows


def results_of(rows: Sequence[Mapping[str, Any]], cases: Sequence[EvalCase], path: Path) -> list[EvalResult]:
    """The rows of the given cases; those of others are left out.

    Raises:
        EvalError: a row lacks something, or answers another question than its case asks.
    """
    by_id = {case.id: case for case in cases}
    results = []
    for row in rows:
        case = by_id.get(row["id"])
        if case is None:
            continue
        try:
            answer = answer_from_json(row["answer"], row.get("gate_log_odds"))
        except (KeyError, TypeError, ValueError) as error:
            raise EvalError(f"{path}: the result of {case.id} lacks or has a wrong {error}.", "Run it anew.") from error
        if " ".join(answer.question.split()) != " ".join(case.question.split()) and not row.get("error"):
            raise EvalError(
                f"{path}: the result of {case.id} is of another question than {case.where or 'the case'} asks.",
                "Name the cases that it was run on with --cases, or run it anew.",
            )
        results.append(EvalResult(case, answer, row.get("error") or "", int(row.get("repeat", 0))))
    return results


def answer_from_json(row: Mapping[str, Any], gate_log_odds: float | None = None) -> Answer:
    """What `render.answer_json` made, read back; fields that were not saved have their defaults.

    Raises:
        KeyError, TypeError: a field is missing or of the wrong kind.
    """
    about = {item["file"]: item for item in row["evidence"]}
    timings = {one.name: row["timings"].get(one.name) for one in fields(Timings)}
    return Answer(
        question=row["question"],
        language=row["language"],
        status=row["status"],
        reason=row["reason"],
        sentences=tuple(_claim(one, about) for one in row["sentences"]),
        evidence=tuple(_passage(one) for one in row["evidence"]),
        model=row["model"],
        backend=row["backend"],
        index_fingerprint=row["index_fingerprint"],
        timings=Timings(**{name: value for name, value in timings.items() if value is not None}),
        message=row["answer"] if row["status"] == "abstained" else "",
        gate_log_odds=gate_log_odds,
        completed_question=row.get("completed_question"),
    )


def _claim(row: Mapping[str, Any], about: Mapping[str, Mapping[str, Any]]) -> Claim:
    return Claim(
        row["text"],
        row["verdict"],
        tuple(_citation(one, about) for one in row["citations"]),
        tuple(row.get("reasons", ())),
        row.get("draft", ""),
        tuple(_citation(one, about) for one in row.get("disputed_by", ())),
        row.get("score"),
    )


def _citation(row: Mapping[str, Any], about: Mapping[str, Mapping[str, Any]]) -> Citation:
    article = about.get(row["file"], {})
    return Citation(
        row["n"],
        row["file"],
        row["start"],
        row["end"],
        row["quote"],
        row.get("article_sha256", ""),
        article.get("title") or "",
        article.get("date"),
        article.get("outlet"),
        article.get("author"),
        article.get("language"),
    )


def _passage(row: Mapping[str, Any]) -> RetrievedPassage:
    return RetrievedPassage(
        _sentence(row, row.get("language") or ""),
        row.get("title") or "",
        row.get("date"),
        row.get("outlet"),
        row["score"],
        _place(row, "dense"),
        _place(row, "lexical"),
        _place(row, "passage_dense"),
        _place(row, "passage_lexical"),
        also_in=tuple(_sentence(one, row.get("language") or "") for one in row.get("also_in", ())),
        author=row.get("author"),
    )


def _place(row: Mapping[str, Any], name: str) -> Ranked | None:
    """In a list of the search; None where it is in none, and in files of before it was stored."""
    rank, score = row.get(f"{name}_rank"), row.get(f"{name}_score")
    return None if rank is None or score is None else Ranked(rank, score)


def _sentence(row: Mapping[str, Any], language: str) -> Sentence:
    return Sentence(row["file"], row["start"], row["end"], row["text"], language, "")
