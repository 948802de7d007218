"""Every request to the page goes through here first: who may ask, how much, which addresses there are, and what a
browser may load.

Gradio serves more than the page needs (uploads, files, a proxy): only what is listed here is reached at all.
"""

import asyncio
import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kzchat.conversations import new_token

COOKIE = "kzchat"
OWN = "/kz/"  # what page_routes answers
_OWN_EXACT = ("/health", "/api")
_UNASKED = ("/health", "/gradio_api/startup-events")  # without a password; the second is how Gradio finds itself up
_GRADIO = re.compile(
    r"/(?:|config/?|theme\.css|assets/[\w.~-]+|static/[\w./~-]+|favicon\.ico|robots\.txt"
    r"|gradio_api/(?:info/?|openapi\.json|config/?|theme\.css|startup-events|app_id/?|heartbeat/\w+"
    r"|queue/(?:join|data)|run/\w+|cancel|reset/?|call/(?:v2/)?\w+(?:/\w+)?/?))"
)
_BODY_BYTES = 512_000  # of anything but an uploaded article
# Gradio compiles its templates with Function() ('unsafe-eval') and sets styles on elements ('unsafe-inline', styles
# only). Scripts written into a page never run, but for the page's own, which are named by their hashes.
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'self'; "
    "frame-ancestors 'none'; object-src 'none'; manifest-src 'none'"
)
_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_REMOTE = re.compile(rb"\s*<meta\s[^>]*(?:og:|twitter:)[^>]*>|\s*<link rel=\"manifest\"[^>]*>")
_HTML = re.compile(rb'<html\s+lang="en"')
_TOKEN = re.compile(r"[\w-]{32}")


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask, and how much."""

    hosts: frozenset[str]  # names under which the page may be asked for, against DNS rebinding
    password: str | None
    upload_bytes: int


class Guard:
    """The outermost layer. `inner` is Gradio's application, `own` the page's other addresses."""

    def __init__(self, inner: ASGIApp, own: ASGIApp, access: Access, frame: Callable[[Headers], str]) -> None:
        """Take who may ask, and what gives the attributes of <html> for a request's headers."""
        self._inner = inner
        self._own = own
        self._access = access
        self._frame = frame

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or hand on."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        if scope["type"] != "http":  # Gradio's page needs no web sockets
            return
        headers, path = Headers(scope=scope), scope["path"]
        send = _with_headers(send)
        if refusal := await self._refusal(scope, headers, path):
            await refusal(scope, receive, send)
            return
        own = path.startswith(OWN) or path in _OWN_EXACT
        limit = self._access.upload_bytes if path == f"{OWN}files" else _BODY_BYTES
        if int(headers.get("content-length") or 0) > limit:
            await PlainTextResponse("Too large.", 413)(scope, receive, send)
            return
        app = self._own if own else self._inner
        out = _Page(send, headers, self._frame(headers)).send if path == "/" else send
        await app(scope, _limited(receive, limit), out)

    async def _refusal(self, scope: Scope, headers: Headers, path: str) -> PlainTextResponse | None:
        if (urlsplit(f"//{headers.get('host', '')}").hostname or "") not in self._access.hosts:
            return PlainTextResponse("Ask for the page under the name that kzchat serve printed.", 400)
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != headers.get("host")
        if scope["method"] not in ("GET", "HEAD") and (foreign or headers.get("sec-fetch-site") == "cross-site"):
            return PlainTextResponse("Another site may not ask.", 403)
        if self._access.password is not None and path not in _UNASKED and not _knows(headers, self._access.password):
            if headers.get("authorization"):
                await asyncio.sleep(0.5)  # guessing is slow
            ask = {"WWW-Authenticate": 'Basic realm="kzchat", charset="UTF-8"'}
            return PlainTextResponse("A password is needed.", 401, ask)
        if not (path.startswith(OWN) or path in _OWN_EXACT or _GRADIO.fullmatch(path)):
            return PlainTextResponse("Not found.", 404)
        return None


class _Page:
    """Sends the page's HTML with the policy that fits its scripts, and gives a new reader a cookie."""

    def __init__(self, send: Send, headers: Headers, frame: str) -> None:
        self._send = send
        self._frame = frame.encode()
        self._start: Message | None = None
        self._body = b""
        self._new = reader_of(headers) is None

    async def send(self, message: Message) -> None:
        """Keep what comes until it is whole."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        body = _REMOTE.sub(b"", self._body)
        body = _HTML.sub(lambda _: b"<html " + self._frame, body, count=1)
        headers = MutableHeaders(scope={"type": "http", "headers": list(self._start["headers"])})
        headers["content-length"] = str(len(body))
        headers["content-security-policy"] = policy(body)
        headers["cache-control"] = "no-store"
        if self._new:
            headers.append("set-cookie", f"{COOKIE}={new_token()}; Path=/; HttpOnly; SameSite=Strict; Max-Age=34560000")
        await self._send({**self._start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def policy(body: bytes = b"") -> str:
    """The content security policy for a page with these inline scripts, and no others."""
    digests = (base64.b64encode(sha256(script).digest()).decode() for script in _SCRIPT.findall(body))
    return _POLICY.format(hashes=" ".join(f"'sha256-{digest}'" for digest in digests)).replace(" ;", ";")


def reader_of(headers: Headers) -> str | None:
    """The token in a reader's cookie."""
    morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    return morsel.value if morsel and _TOKEN.fullmatch(morsel.value) else None


def _knows(headers: Headers, password: str) -> bool:
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.casefold() != "basic":
        return False
    try:
        _, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        return False
    return compare_digest(secret.encode(), password.encode())


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope={"type": "http", "headers": list(message.get("headers", ()))})
            headers.setdefault("content-security-policy", policy())
            headers["referrer-policy"] = "no-referrer"
            headers["x-content-type-options"] = "nosniff"
            headers["cross-origin-resource-policy"] = "same-origin"
            message = {**message, "headers": headers.raw}
        await send(message)

    return send_with_headers


class TooLarge(Exception):
    """A body without a length turned out to be too long."""


def _limited(receive: Receive, limit: int) -> Receive:
    left = limit

    async def receive_limited() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge(f"more than {limit} bytes")
        return message

    return receive_limited
