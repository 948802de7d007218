"""What `kzchat pull` does: a model's name in, the model fetched, with progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from kzchat.errors import UsageError
from kzchat.settings import Settings


def pull_release(settings: Settings, release: str, console: Console, say: Callable[[str], None]) -> None:
    """Fetch an embedded model.

    Raises:
        UsageError: there is no such release.
        PullError: with what to do.
    """
    from kzchat.pull import pull, releases

    known = releases()
    if release not in known:
        raise UsageError(f"There is no release {release}.", f"Use one of: {', '.join(known)}.")
    with _bytes_bar(console, say) as advance:
        path = pull(known[release], settings.models_folder, advance)
    print(f"{path} · {known[release].description}, {known[release].license}, SHA-256 verified")


def pull_into_ollama(settings: Settings, from_gguf: Path | None, console: Console, say: Callable[[str], None]) -> None:
    """Have the Ollama server fetch the model of the settings, or make it from a file.

    Raises:
        UsageError: there is no such file.
        ModelError: with what to do.
    """
    from kzchat.ollama_model import OllamaModel

    model = OllamaModel(settings)
    if from_gguf is None:
        with _bytes_bar(console, say) as advance:
            for status, done, total in model.pull():
                advance(status, done, total)
    else:
        if not from_gguf.is_file():
            raise UsageError(f"There is no file {from_gguf}.", "Fetch the default one with: kzchat pull")
        for status in model.create_from(from_gguf):
            say(status)
    model.check()
    print(f"{settings.model} is ready on {model.host}")


@contextmanager
def _bytes_bar(console: Console, say: Callable[[str], None]) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar in bytes; where the console is no terminal, a line a step."""
    if not console.is_terminal:
        last = [""]

        def log(what: str, done: int, total: int) -> None:
            if what != last[0]:
                last[0] = what
                say(f"{what} ({done / 1e6:.0f} of {total / 1e6:.0f} MB)" if total else what)

        yield log
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total or None)
