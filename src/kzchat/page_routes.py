"""The page's addresses beside Gradio's: lists, articles, exports, preferences, feedback, uploads, health.

Each handler knows the reader by the cookie, and hands out what is theirs and nothing else. Bodies are JSON objects of
strings; what a handler does not know it refuses.
"""

import json
from dataclasses import replace
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from kzchat import uploads
from kzchat.errors import KzchatError, UsageError
from kzchat.guard import TooLarge, reader_of
from kzchat.markup import parse_link, text
from kzchat.page_labels import Labels, labels, preferred
from kzchat.page_shell import article_html, articles_html, history_html
from kzchat.quoting import conversation_json, conversation_markdown
from kzchat.reader import NoConversation, Preferences
from kzchat.service import Service

_STATIC = {"page.js": "text/javascript", "page.css": "text/css"}
_DATA = files("kzchat") / "data" / "page"


def routes(service: Service) -> Starlette:
    """The application that answers under /kz/, /health and /api."""
    pages = _Pages(service)
    listed = [
        Route("/health", pages.health),
        Route("/api", pages.api),
        Route("/kz/static/{name}", pages.static),
        Route("/kz/article", pages.article),
        Route("/kz/articles", pages.articles),
        Route("/kz/conversations", pages.conversations),
        Route("/kz/export", pages.export),
        Route("/kz/conversation", pages.change_conversation, methods=["POST"]),
        Route("/kz/preferences", pages.change_preferences, methods=["POST"]),
        Route("/kz/feedback", pages.feedback, methods=["POST"]),
        Route("/kz/files", pages.add_file, methods=["POST"]),
        Route("/kz/files", pages.remove_file, methods=["DELETE"]),
    ]
    return Starlette(routes=listed, exception_handlers={KzchatError: _refused, TooLarge: _too_large})


def words_for(service: Service, reader: str | None, accept_language: str) -> Labels:
    """The page's words: in the language that the reader chose, else the browser's."""
    chosen = service.store.preferences(reader).language if reader else ""
    return labels(chosen or preferred(accept_language))


class _Pages:
    def __init__(self, service: Service) -> None:
        self._service = service
        self._store = service.store
        self._index = service.desk.index
        self._settings = service.desk.settings

    def _words(self, request: Request) -> Labels:
        accept = request.headers.get("accept-language", "")
        return words_for(self._service, reader_of(request.headers), accept)

    def health(self, request: Request) -> Response:
        """Whether the page can answer; no model is asked."""
        index = self._index
        return JSONResponse({"status": "ok", "articles": len(index.manifest.contents()), "index": index.fingerprint})

    def api(self, request: Request) -> Response:
        """How programs ask."""
        example = (_DATA / "api.html").read_text(encoding="utf-8")
        return HTMLResponse(example.replace("{address}", text(str(request.base_url).rstrip("/"))))

    def static(self, request: Request) -> Response:
        """The page's own script and style."""
        kind = _STATIC.get(name := request.path_params["name"])
        if kind is None:
            return Response(status_code=404)
        headers = {"cache-control": "no-cache"}
        return Response((_DATA / name).read_text(encoding="utf-8"), media_type=kind, headers=headers)

    def article(self, request: Request) -> Response:
        """An indexed article, with the cited sentence marked; its text comes from the index, never from a path."""
        words, cited = self._words(request), request.query_params.get("cite")
        link = parse_link(cited) if cited else None
        if cited and link is None:
            return HTMLResponse(f'<p class="problem" role="alert">{text(words("no_citation"))}</p>')
        file = link.file if link else request.query_params.get("file", "")
        return HTMLResponse(article_html(self._index.manifest.article(file), link, words))

    def articles(self, request: Request) -> Response:
        """The table of contents."""
        manifest = self._index.manifest
        may_change = self._settings.corpus_changes
        return HTMLResponse(
            articles_html(manifest.contents(), manifest.passed_over(), may_change, self._words(request))
        )

    def conversations(self, request: Request) -> Response:
        """The reader's conversations."""
        searched = request.query_params.get("find", "")[:200]
        reader = reader_of(request.headers)
        found = self._store.find(reader, searched) if reader else []
        current = request.query_params.get("current", "")
        return HTMLResponse(history_html(found, current, bool(searched), self._words(request)))

    def export(self, request: Request) -> Response:
        """A conversation as a file."""
        reader, id_ = _reader(request), request.query_params.get("id", "")
        name, turns = self._store.named(reader, id_).name, self._store.turns(reader, id_)
        if request.query_params.get("as") == "json":
            content = json.dumps(conversation_json(name, turns), ensure_ascii=False, indent=2)
            kind, suffix = "application/json", "json"
        else:
            content, kind, suffix = conversation_markdown(name, turns), "text/markdown", "md"
        named = f"attachment; filename=\"kzchat.{suffix}\"; filename*=UTF-8''{quote(name[:60], safe='')}.{suffix}"
        return Response(content, media_type=f"{kind}; charset=utf-8", headers={"content-disposition": named})

    async def change_conversation(self, request: Request) -> Response:
        """Rename or delete one."""
        given, reader = await _given(request, "id", "do", "name"), _reader(request)
        if given["do"] == "delete":
            self._service.stop(reader, given["id"])
            self._store.delete(reader, given["id"])
        elif given["do"] == "rename":
            self._store.rename(reader, given["id"], given["name"])
        else:
            raise UsageError("That cannot be done.", "Reload the page.")
        return Response(status_code=204)

    async def change_preferences(self, request: Request) -> Response:
        """Store what the reader chose; what is not named stays."""
        given, reader = (
            await _given(request, "language", "theme", "model", "passages", "evidence_language"),
            _reader(request),
        )
        chosen = self._store.preferences(reader)
        passages = int(given["passages"]) if given.get("passages", "").isdecimal() else chosen.passages
        texts: dict[str, Any] = {name: value for name, value in given.items() if name != "passages"}
        wished = replace(chosen, passages=passages, **texts)
        allowed: Preferences = await run_in_threadpool(self._service.desk.allowed, wished)
        self._store.prefer(reader, allowed)
        return Response(status_code=204)

    async def feedback(self, request: Request) -> Response:
        """Right or wrong, and why."""
        given, reader = await _given(request, "turn", "judgement", "why"), _reader(request)
        match given.get("judgement"):
            case "right" | "wrong" as judgement:
                self._store.judge(reader, given.get("turn", ""), judgement, given.get("why", ""))
                return Response(status_code=204)
        raise UsageError("An answer is right or wrong.", "Choose one of the two.")

    async def add_file(self, request: Request) -> Response:
        """Add an article: its bytes are the body."""
        _reader(request)
        name, content = request.query_params.get("name", ""), await request.body()
        await run_in_threadpool(uploads.add, self._settings, self._index, name, content)
        return Response(status_code=204)

    async def remove_file(self, request: Request) -> Response:
        """Remove an article."""
        _reader(request)
        await run_in_threadpool(uploads.remove, self._settings, self._index, request.query_params.get("name", ""))
        return Response(status_code=204)


def _reader(request: Request) -> str:
    """Who asks.

    Raises:
        NoConversation: somebody without the page's cookie.
    """
    reader = reader_of(request.headers)
    if reader is None:
        raise NoConversation
    return reader


async def _given(request: Request, *known: str) -> dict[str, str]:
    try:
        given = json.loads(await request.body())
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(
        key in known and isinstance(value, str) and len(value) <= 1000 for key, value in given.items()
    ):
        raise UsageError("That cannot be understood.", "Reload the page.")
    return given


async def _too_large(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": "That is too large."}, 413)


async def _refused(request: Request, error: Exception) -> Response:
    status = 404 if isinstance(error, NoConversation) else 400
    return JSONResponse({"error": str(error)}, status)
