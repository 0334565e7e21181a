"""The web process: one FastAPI application made of the rooms' routes."""

from __future__ import annotations

import gc
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from urllib.parse import quote

import psycopg
import structlog
from anyio import to_thread
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nimbus import navigation, rooms
from nimbus.access.limits import Limits
from nimbus.db.door import TryAgain
from nimbus.db.instance import Instance, instance
from nimbus.files.store import DISK_FULL
from nimbus.problems import Problem, disk_full
from nimbus.settings import Settings, settings
from nimbus.web import StaticAssets
from nimbus.web.errors import answer, is_api, words_of_database, words_of_http, words_of_validation
from nimbus.web.signpost import Signpost

log = structlog.get_logger()

# Where a body is read of anybody, since it is how one logs in; and how large it may be.
OPEN = ("/api/v1/auth/", "/login", "/logout", "/workspace", "/join/", "/password/")
OPEN_BYTES = 100_000
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

# A list of 200 KB becomes 17 in 2 ms; a level further takes half as long again for one less.
LEVEL = 4
LEFT_ALONE = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/*", "text/csv")

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def create(given: Instance | None = None, configured: Settings | None = None) -> FastAPI:
    """The application of the instance in its `state`, which is the given one. Without one it opens
    its own at start and closes it at the end."""
    configured = configured or (given.settings if given else settings())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = configured.web_threads
        with ExitStack() as stack:
            if app.state.instance is None:
                opened = instance(configured)
                app.state.instance = await run_in_threadpool(stack.enter_context, opened)
                # A process of our own. Answers hold hardly any cycles: to look for some in the
                # midst of making one costs a tenth.
                gc.collect()
                gc.freeze()
                gc.set_threshold(50_000, 20, 20)
            rooms.install(app.state.instance.door)
            yield

    app = FastAPI(
        title="Nimbus Contacts API",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        # Asked of every request, and nobody is told of them.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.instance = given
    app.state.addresses = [route for route in app.routes if isinstance(route, Route)]
    for router in rooms.routers():
        app.include_router(router)
        app.state.addresses += [route for route in router.routes if isinstance(route, Route)]
    app.router.routes.insert(0, Signpost(app.state.addresses))
    app.state.nav = navigation.navigation()
    app.state.jobs = True
    app.state.settings_nav = navigation.settings_navigation()
    app.state.limits = Limits.of(
        configured.reads_per_second, configured.writes_per_second, configured.burst_seconds
    )
    app.mount("/static", StaticAssets(), name="static")
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(psycopg.OperationalError, _database)
    app.add_exception_handler(TryAgain, _again)
    app.add_exception_handler(OSError, _disk)
    # Pages travel compressed. Answers of the API and files do not: programs mostly sit near, files
    # are large, and a proxy can.
    app.add_middleware(
        GZipMiddleware, minimum_size=1_000, compresslevel=LEVEL, exclude_content_types=LEFT_ALONE
    )
    app.add_middleware(
        Envelope, limit=configured.upload_max_bytes + 1_000_000, body=configured.body_max_bytes
    )
    return app


class Envelope:
    """Around every request: an id, a limit on its size, and the headers every answer carries, also
    when we fail. `state.headers` are those that this request's answer gets besides, `state.began`
    is when it came, by the clock that never goes back.

    `limit` is that of an upload, which is kept on the disk while it comes in; any other `body` is
    held in memory."""

    def __init__(self, app: ASGIApp, limit: int, body: int) -> None:
        self.app = app
        self.limit = limit
        self.body = min(body, limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        scope["state"]["who"] = None
        scope["state"]["headers"] = []
        scope["state"]["began"] = time.monotonic()
        limit, length = self._limit(scope), dict(scope["headers"]).get(b"content-length", b"")
        told = int(length) if length.isdigit() else 0
        seen, begun = 0, False

        async def counted() -> Message:
            nonlocal seen
            if told <= limit:  # What is too large by its own account is not waited for.
                message = await receive()
                seen += len(message.get("body", b""))
            if max(told, seen) > limit:
                raise Problem(
                    "payload_too_large", f"The request is larger than {limit:,} bytes. Send less."
                )
            return message

        async def dressed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [
                    *message["headers"],
                    *scope["state"]["headers"],
                    (b"x-request-id", request_id.encode()),
                    (b"content-security-policy", POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                ]
                if not any(name == b"cache-control" for name, _ in message["headers"]):
                    message["headers"].append((b"cache-control", b"no-store"))
            await send(message)

        try:
            await self.app(scope, counted, dressed)
        except Exception as error:
            if not begun:
                response = await _crash(Request(scope, receive), error)
                await response(scope, receive, dressed)
            raise

    def _limit(self, scope: Scope) -> int:
        if scope["path"].startswith(OPEN):
            return OPEN_BYTES
        kind = dict(scope["headers"]).get(b"content-type", b"").lstrip().lower()
        return self.limit if kind.startswith(b"multipart/") else self.body


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this type
    return await run_in_threadpool(answer, request, error)


async def _validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return await run_in_threadpool(answer, request, words_of_validation(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    # Whatever goes wrong while a body comes in is a 400 to FastAPI.
    if isinstance(error.__cause__, Problem):
        return await _problem(request, error.__cause__)
    if _is_disk_full(error.__cause__):
        return await _disk(request, error.__cause__)  # type: ignore[arg-type]
    path = request.url.path
    # The article writes its paths with a slash at the end; without one is the same resource.
    closed = f"{path}/"
    if error.status_code == 404 and is_api(request) and _answers(request, closed, request.method):
        query = f"?{request.url.query}" if request.url.query else ""
        # Relative, since a proxy in front may speak another scheme than we see.
        return RedirectResponse(f"{closed}{query}", status_code=308)
    if error.status_code == 404 and (page := _without_slash(request)):
        return RedirectResponse(page, status_code=308)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        # Starlette names the methods of the first route at this address alone.
        headers["Allow"] = ", ".join(one for one in METHODS if one in _allowed(request))
    return await run_in_threadpool(answer, request, words_of_http(error), headers)


def _allowed(request: Request) -> set[str]:
    """The methods of the address itself: not those of `/{id}/`, which `/bulk/` looks like too."""
    here = [
        route
        for route in request.app.state.addresses
        if route.matches(request.scope)[0] is not Match.NONE
    ]
    nearest = min(((one.path.count("{"), -len(one.path), one.path) for one in here), default=None)
    return {
        method for one in here if nearest and one.path == nearest[2] for method in one.methods or ()
    }


def _answers(request: Request, path: str, method: str) -> bool:
    asked = {**request.scope, "path": path, "method": method}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


def _without_slash(request: Request) -> str | None:
    """The page that an address with a slash at its end means; None where there is none. An address
    that begins with two would lead to another host."""
    path = request.url.path
    if not path.endswith("/") or path.startswith("//") or request.method not in ("GET", "HEAD"):
        return None
    asked = {**request.scope, "path": path[:-1], "method": "GET"}
    known = request.app.state.addresses
    if is_api(request) or all(route.matches(asked)[0] is not Match.FULL for route in known):
        return None
    return f"{quote(path[:-1])}?{request.url.query}" if request.url.query else quote(path[:-1])


async def _database(request: Request, error: Exception) -> Response:
    assert isinstance(error, psycopg.OperationalError)  # noqa: S101
    log.error("the database failed a request", id=request.state.request_id, error=str(error))
    return await run_in_threadpool(answer, request, words_of_database(error))


async def _again(request: Request, error: Exception) -> Response:
    """However often it was tried, somebody had been quicker, or seemed to have been: whoever asked
    can do something about that, and the log tells us."""
    log.error("somebody was quicker each time", id=request.state.request_id, exc_info=error)
    words = Problem(
        "conflict",
        "Others write the same at this moment, so nothing was changed. Look at how it is now, and "
        "try again.",
    )
    return await run_in_threadpool(answer, request, words)


async def _disk(request: Request, error: Exception) -> Response:
    """An upload is spooled to the disk before any of our code sees it."""
    if not _is_disk_full(error):
        return await _crash(request, error)
    log.error("an upload found the disk full", id=request.state.request_id, error=str(error))
    return await run_in_threadpool(answer, request, disk_full("temporary files"))


def _is_disk_full(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in DISK_FULL


async def _crash(request: Request, error: Exception) -> Response:
    log.error("request failed", path=request.url.path, id=request.state.request_id, exc_info=error)
    words = Problem(
        "internal_error",
        "Something went wrong on our side; nothing was changed. If it happens again, tell the "
        f"operator the id {request.state.request_id}.",
    )
    return await run_in_threadpool(answer, request, words)
