"""What is asked for, what identifies a run, and how its progress is shown."""

import os
import platform
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kzchat import __version__
from kzchat.cases import chosen
from kzchat.prompts import prompts_folder
from kzchat.results import RunInfo
from kzchat.schema import EvalCase, EvalResult
from kzchat.scoring import outcome
from kzchat.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

Say = Callable[[str], None]  # a line on standard error

# Settings that do not change an answer, only where things are and how long they take.
_ELSEWHERE = frozenset(
    "corpus home backend model ollama_host gguf threads timeout_s index_before_answer max_file_bytes".split()
)


@dataclass(frozen=True, slots=True)
class Request:
    """What `kzchat eval` was asked for."""

    files: tuple[Path, ...]
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    drafts: bool = False
    limit: int | None = None
    repeat: int = 1
    retrieval_only: bool = False
    fresh: bool = False
    output: Path | None = None
    report: Path | None = None
    fail_under: tuple[str, ...] = ()
    as_json: bool = False

    def choose(self, cases: Sequence[EvalCase], say: Say) -> list[EvalCase]:
        """The cases that are asked for."""
        kept = chosen(cases, self.kinds, self.languages, self.ids, self.drafts, self.limit)
        if skipped := 0 if self.drafts else sum(case.draft for case in cases):
            say(f"{skipped} drafts are passed over until they are accepted (see kzchat eval new); --drafts asks them")
        return kept

    @property
    def named(self) -> str:
        """The case files in words."""
        return " + ".join(map(str, self.files))


def run_info(
    settings: Settings, cases: Sequence[Path], model: str, backend: str, index: str, retrieval_only: bool, repeat: int
) -> RunInfo:
    """Describe a run that begins now.

    Args:
        settings: it runs with.
        cases: the case files.
        model: the name of the open model; empty where none is asked.
        backend: of that model.
        index: the fingerprint of the index.
        retrieval_only: whether only the search is measured.
        repeat: how often each case is asked.
    """
    digest = sha256(b"".join(path.read_bytes() for path in cases)).hexdigest()
    values = settings.model_dump(mode="json", exclude=set(_ELSEWHERE))
    defaults = Settings.model_construct().model_dump(mode="json", exclude=set(_ELSEWHERE))
    return RunInfo(
        model=model,
        backend=backend,
        index=index,
        code=code_hash(),
        cases=" + ".join(map(str, cases)),
        cases_sha256=digest,
        settings={name: value for name, value in values.items() if value != defaults.get(name)},
        retrieval_only=retrieval_only,
        corpus=str(settings.corpus),
        version=__version__,
        machine=machine(settings.threads),
        command=shlex.join(["kzchat", *sys.argv[1:]]),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        repeat=repeat,
    )


def code_hash() -> str:
    """Eight hex digits that change whenever kzchat's own code, data or prompts do."""
    package = Path(__file__).parent
    names = [path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    digest = sha256()
    for path in (*sorted(names), *sorted(prompts_folder().glob("*.txt"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def machine(threads: int) -> str:
    """The class of machine, without its name."""
    try:
        known = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.partition(":")[2].strip() for line in known if line.startswith("model name"))
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    return f"{os.cpu_count()} cores of {model}, {threads} threads, Python {platform.python_version()}"


class RunProgress(AbstractContextManager["RunProgress"]):
    """The running figures on standard error: a bar in a terminal, else a line a case.

    Which case went wrong is not said: of a test split only totals are to be read. The report says it.
    """

    def __init__(
        self,
        console: "Console",
        say: Say,
        total: int,
        title: str,
        done: Sequence[EvalResult] = (),
        retrieval_only: bool = False,
    ) -> None:
        """Begin at what is done already."""
        self._console, self._say, self._total, self._title = console, say, total, title
        self._searching = retrieval_only
        self._asked: Counter[bool] = Counter()  # by whether the case is answerable
        self._right: Counter[bool] = Counter()
        self._errors = 0
        self._bar: Any = None
        self._task: Any = None
        for result in done:
            self._count(result)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console)
            self._bar.start()
            self._task = self._bar.add_task(self._title, total=self._total, completed=self._asked.total())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def add(self, result: EvalResult) -> None:
        """Count one more."""
        self._count(result)
        done = self._asked.total()
        if self._bar is not None:
            self._bar.update(self._task, completed=done, description=f"{self._title} · {self.figures()}")
        else:
            self._say(f"{done:3}/{self._total} {result.case.id:10} {self.figures()}")

    def _count(self, result: EvalResult) -> None:
        case = result.case
        good = ("not_answered",) if self._searching else ("right", "not_cited")  # a search finds, and answers nothing
        right = outcome(result) in good
        self._asked[case.answerable] += 1
        self._right[case.answerable] += right
        self._errors += bool(result.error)

    def figures(self) -> str:
        """What it has come to so far."""
        if self._searching:
            return f"found {self._right[True]} of {self._asked[True]}"
        parts = [f"correct {self._right[True]} of {self._asked[True]}"]
        parts.append(f"declined {self._right[False]} of {self._asked[False]}")
        if self._errors:
            parts.append(f"errors {self._errors}")
        return ", ".join(parts)
