"""What identifies an eval run, and how its progress is shown: settings and a machine in, a RunInfo and a bar out."""

import os
import platform
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kzchat import __version__
from kzchat.prompts import prompts_folder
from kzchat.results import RunInfo
from kzchat.schema import EvalResult
from kzchat.scoring import outcome
from kzchat.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

# Settings that do not change an answer, only where things are and how long they take.
_ELSEWHERE = frozenset(
    "corpus home backend model ollama_host gguf threads timeout_s index_before_answer max_file_bytes".split()
)


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
    """The running figures on standard error: a bar in a terminal, else a line a case."""

    def __init__(self, console: "Console", say: Callable[[str], None], total: int, title: str, done: int = 0) -> None:
        self._console, self._say, self._total, self._title, self._done = console, say, total, title, done
        self._asked: Counter[bool] = Counter()  # by whether the case is answerable
        self._right: Counter[bool] = Counter()
        self._errors = 0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console)
            self._bar.start()
            self._task = self._bar.add_task(self._title, total=self._total, completed=self._done)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def add(self, result: EvalResult) -> None:
        """Count one more."""
        self._done += 1
        case = result.case
        became = outcome(result)
        right = became in ("right", "not_cited")
        self._asked[case.answerable] += 1
        self._right[case.answerable] += right
        self._errors += bool(result.error)
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, description=f"{self._title} · {self._figures()}")
        else:
            mark = became.replace("_", " ")
            self._say(f"{self._done:3}/{self._total} {case.id:10} {mark:21} {case.question[:60]}")

    def _figures(self) -> str:
        parts = [
            f"{self._right[True]}/{self._asked[True]} correct",
            f"{self._right[False]}/{self._asked[False]} declined",
        ]
        if self._errors:
            parts.append(f"{self._errors} errors")
        return ", ".join(parts)
