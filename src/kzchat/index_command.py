"""What `kzchat index` does, and what every command says when it brings the index in step with its folder."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kzchat.changes import Changes, find_changes
from kzchat.folder import Entry, Unreadable
from kzchat.render import article_label
from kzchat.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from kzchat.assistant import Assistant, Plan

Say = Callable[[str], None]  # a line on standard error

_LISTED = 30  # articles; of more, only what changed is listed


def open_reporting(
    settings: Settings, say: Say, console: "Console", everything: bool, noted: list[Changes] | None = None
) -> "Assistant":
    """Open an assistant, saying what is indexed and what is not, with a progress bar where that takes a while.

    Args:
        settings: name the folder.
        say: takes a line.
        console: where the bar runs.
        everything: index however much has changed.
        noted: what separated the folder from the index is added to it.
    """
    from kzchat.assistant import Assistant

    def on_changes(changes: Changes, plan: "Plan") -> None:
        if noted is not None:
            noted.append(changes)
        _report(changes, plan, say, everything)

    bar = _ArticlesBar(console)
    try:
        return Assistant.open(settings, on_changes, bar, everything)
    finally:
        bar.stop()


def _report(changes: Changes, plan: "Plan", say: Say, everything: bool) -> None:
    summary = _summary(changes)
    match plan:
        case "now":
            say(f"Indexing: {summary}")
        case "rebuild":
            say(f"Articles are indexed differently now: building a new index beside the old one ({summary})")
        case "later":
            say(f"The folder has changed since it was indexed ({summary}). Not indexed yet; to do it: kzchat index")
        case "busy":
            say(f"Another kzchat is indexing this folder. Answering from what is indexed so far ({summary} to come).")
    if plan == "busy" or not changes.unreadable:
        return
    if everything or len(changes.unreadable) == 1:
        for file in changes.unreadable:
            say(f"kzchat: passing over {file.file}: {file.why}")
    else:
        say(f"kzchat: {len(changes.unreadable)} files cannot be read; kzchat index says why")


def _summary(changes: Changes) -> str:
    parts = [
        (len(changes.added), "new"),
        (len(changes.changed), "changed"),
        (len(changes.renamed), "renamed"),
        (len(changes.removed), "removed"),
        (len(changes.interrupted), "interrupted last time"),
    ]
    return ", ".join(f"{count} {what}" for count, what in parts if count)


def print_index(settings: Settings, say: Say, console: "Console") -> None:
    """Bring the index in step and print what it holds."""
    noted: list[Changes] = []
    assistant = open_reporting(settings, say, console, everything=True, noted=noted)
    manifest = assistant.index.manifest
    known = {file.file for changes in noted for file in changes.unreadable}
    for file, noted_file in manifest.passed_over().items():
        if file not in known:
            say(f"kzchat: passing over {file}: {noted_file.why}")
    done = {entry.file for changes in noted for entry in _to_do(changes)}
    contents = manifest.contents()
    for article in contents if len(contents) <= _LISTED else [one for one in contents if one.file in done][:_LISTED]:
        label = article_label(
            article.file, article.title, article.date, article.outlet, article.author, article.language
        )
        print(f"{article.sentences:5} sentences  {label}")
    for file, other in (pair for changes in noted for pair in changes.copies):
        print(f"{file} has the same content as {other}: each sentence is shown once, with both files")
    total = sum(article.sentences for article in contents)
    print(f"{len(contents):,} articles, {total:,} sentences · index {assistant.index.fingerprint}")


def print_plan(settings: Settings) -> None:
    """Print what `kzchat index` would do, and do none of it."""
    from kzchat import corpus
    from kzchat.embedding import default_embedder
    from kzchat.index import open_index

    embedder = default_embedder()
    index = open_index(settings, embedder.name, embedder.dimension)
    changes = find_changes(settings, index.manifest)
    lines: list[tuple[str, str]] = []
    unreadable = list(changes.unreadable)
    for what, entries in (("add", changes.added), ("change", changes.changed)):
        for entry in entries:
            source = entry.load()
            article = source if isinstance(source, Unreadable) else corpus.read(source)
            if isinstance(article, Unreadable):
                unreadable.append(article)
            else:
                lines.append((what, entry.file))
    lines.extend(("rename", f"{old} to {new.file}") for old, new in changes.renamed)
    lines.extend(("remove", file) for file in changes.removed)
    lines.extend(("finish", file) for file in changes.interrupted)
    lines.extend(("pass over", f"{file.file}: {file.why}") for file in unreadable)
    for what, detail in lines:
        print(f"would {what:9} {detail}")
    print(f"{changes.unchanged:,} unchanged. Nothing was done." if lines else f"All {changes.unchanged:,} are indexed.")


def _to_do(changes: Changes) -> tuple[Entry, ...]:
    return (*changes.added, *changes.changed, *(new for _, new in changes.renamed))


class _ArticlesBar:
    """A progress bar on standard error, only once there is something to index."""

    def __init__(self, console: "Console") -> None:
        self._console = console
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, file: str, done: int, total: int) -> None:
        if not self._console.is_terminal:
            return
        if self._bar is None:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._bar.start()
            self._task = self._bar.add_task("indexing", total=total)
        self._bar.update(self._task, completed=done, description=file[:40])

    def stop(self) -> None:
        """End it."""
        if self._bar is not None:
            self._bar.stop()
