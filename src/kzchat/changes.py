"""A folder and a manifest in, what separates them out. Content decides, never a file's time alone."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from kzchat.folder import Entry, Unreadable, scan
from kzchat.manifest import Manifest
from kzchat.settings import Settings


@dataclass(frozen=True, slots=True)
class Changes:
    """What separates the folder from the index."""

    added: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    renamed: tuple[tuple[str, Entry], ...] = ()  # old name, and the file as it is now
    removed: tuple[str, ...] = ()
    unchanged: int = 0
    unreadable: tuple[Unreadable, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()  # a file of `added`, and another with the same content
    interrupted: tuple[str, ...] = ()  # files whose indexing was cut off
    restamped: Mapping[str, str] = field(default_factory=dict)  # unchanged files to their new stamp
    gone: tuple[str, ...] = ()  # files that could not be read and are not there any more

    def __bool__(self) -> bool:
        return bool(self.count or self.interrupted)

    @property
    def count(self) -> int:
        """How many articles are to be done."""
        return len(self.added) + len(self.changed) + len(self.renamed) + len(self.removed)


def find_changes(settings: Settings, manifest: Manifest) -> Changes:
    """Compare the folder with the manifest.

    A file whose size, times and inode are as they were is not read again; any other is compared by its content.

    Raises:
        CorpusError: the folder is missing, unreadable or holds no article: nothing is removed because of that.
    """
    indexed = manifest.by_file()
    passed_over = manifest.passed_over()
    added: dict[str, str] = {}  # file to hash
    entries: dict[str, Entry] = {}
    changed: list[Entry] = []
    unreadable: list[Unreadable] = []
    restamped: dict[str, str] = {}
    unchanged = 0
    seen: set[str] = set()
    for item in scan(settings.corpus, settings.max_file_bytes, time.time_ns()):
        seen.add(item.file)
        if isinstance(item, Unreadable):
            unreadable.append(item)
            continue
        known = indexed.get(item.file)
        if known and item.stamp and known.stamp == item.stamp:
            unchanged += 1
            continue
        noted = passed_over.get(item.file)
        if noted and item.stamp and noted.stamp == item.stamp:
            unreadable.append(Unreadable(item.file, noted.why))
            continue
        source = item.load()
        if isinstance(source, Unreadable):
            unreadable.append(source)
        elif noted and noted.sha256 == source.sha256:
            unreadable.append(Unreadable(item.file, noted.why))
        elif known is None:
            added[item.file], entries[item.file] = source.sha256, item
        elif known.sha256 == source.sha256:
            unchanged += 1
            restamped |= {item.file: item.stamp} if item.stamp else {}
        else:
            changed.append(item)
    unseen_folders = tuple(item.file for item in unreadable if item.file.endswith("/"))
    removed = [file for file in indexed if file not in seen and not file.startswith(unseen_folders)]
    renamed = _renamed(added, removed, manifest)
    copies = _copies(added, renamed, manifest)
    return Changes(
        tuple(entries[file] for file in added if file not in renamed.values()),
        tuple(changed),
        tuple((old, entries[new]) for old, new in renamed.items()),
        tuple(file for file in removed if file not in renamed),
        unchanged,
        tuple(unreadable),
        copies,
        tuple(sorted(manifest.pending())),
        restamped,
        tuple(file for file in passed_over if file not in seen),
    )


def _renamed(added: Mapping[str, str], removed: list[str], manifest: Manifest) -> dict[str, str]:
    """Old name to new name of the files that have the same content under another name."""
    indexed = manifest.by_file()
    by_content = {digest: file for file, digest in added.items()}
    found: dict[str, str] = {}
    for old in removed:
        new = by_content.pop(indexed[old].sha256, None)
        if new is not None:
            found[old] = new
    return found


def _copies(added: Mapping[str, str], renamed: Mapping[str, str], manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """New files whose content another file has too."""
    first: dict[str, str] = {
        article.sha256: article.file for article in manifest.contents() if article.file not in renamed
    }
    found: list[tuple[str, str]] = []
    for file, digest in added.items():
        other = first.setdefault(digest, file)
        if other != file:
            found.append((file, other))
    return tuple(found)
