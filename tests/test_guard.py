"""What stands before the page, and the names under which files may come in; without a server."""

import base64
from hashlib import sha256

import pytest
from starlette.datastructures import Headers

from kzchat.conversations import new_token
from kzchat.errors import UsageError
from kzchat.guard import policy, reader_of
from kzchat.uploads import safe_name


def test_the_policy_names_the_pages_own_scripts_and_no_host() -> None:
    body = b"<script>let a = 1;</script><script src=\"./x.js\"></script><script type='y'>b</script>"
    hashes = [base64.b64encode(sha256(script).digest()).decode() for script in (b"let a = 1;", b"b")]
    scripts = policy(body).split("script-src ")[1].split(";")[0]
    assert scripts == f"'self' 'unsafe-eval' 'sha256-{hashes[0]}' 'sha256-{hashes[1]}'"
    assert "http" not in policy(body)
    assert "script-src 'self' 'unsafe-eval';" in policy()


def test_a_reader_is_a_token_of_ours() -> None:
    token = new_token()
    assert reader_of(Headers({"cookie": f"a=b; kzchat={token}"})) == token
    for cookie in ("", "kzchat=", "kzchat=short", f"kzchat={token}'--", "a;;=\x01", f'kzchat="{token};'):
        assert reader_of(Headers({"cookie": cookie})) is None
    assert len({new_token() for _ in range(100)}) == 100


@pytest.mark.parametrize("name", ["a.txt", "Été 2026 – n°3.md", "статья.html", "x.PDF"])
def test_names_of_files(name: str) -> None:
    assert safe_name(f" {name} ") == name


@pytest.mark.parametrize(
    "name",
    ["", ".a.txt", "../a.txt", "a/b.txt", "a\\b.txt", "a\x00.txt", "c:a.txt", "a.exe", "txt", "x" * 300 + ".txt"],
)
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(UsageError):
        safe_name(name)
