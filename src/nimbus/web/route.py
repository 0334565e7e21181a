"""How a request becomes a transaction: who is asking, then one worker thread with one connection.

A handler is a plain function whose first parameter is an `Ask`; the rest are FastAPI's. Who is
asking, and whether they may, is found out before a body is read; where there is none, in the trip
that begins the transaction. In one worker thread the workspace transaction is opened, the handler
runs, the transaction commits, and only then the answer leaves. No request holds a connection while
it waits for anything but the database.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
from fastapi import APIRouter, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from nimbus.access import Who, sessions
from nimbus.access.scopes import is_write
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.problems import Problem
from nimbus.web.bearer import count, entered, identify
from nimbus.web.encode import JSON as JSON
from nimbus.web.encode import json_response as json_response
from nimbus.web.idempotency import key_read, once
from nimbus.web.plain import reader_of
from nimbus.web.strict import (
    ApiRequest,
    form_parts,
    note_unkept,
    only,
    query_of,
    refuse_other_media,
    refuse_other_query,
)
from nimbus.web.visitor import refuse_cross_site, to_login


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a handler: its transaction, who asks, and the instance it runs on."""

    tx: Tx
    who: Who
    instance: Instance
    request: Request


Handler = Callable[..., Any]
OPERATION = "Nimbus-Operation"
SCOPE = "x-scope"
SCOPE_WHEN = "x-scope-when"
SCOPE_OR = "x-scope-or"
NO = frozenset({"false", "0", "no", "off", "f", "n"})


class Router(APIRouter):
    """Routes whose handlers get an `Ask`. Every route names the scope it needs.

    `router.at("GET", "/", scope="contacts:read", answers=Model)` decorates a handler; `answers` is
    the documented shape of the answer, `status` its code. A handler may return a Response itself.
    `scope_when={"hard": "admin:gdpr"}` names the scope that is needed instead where the query
    parameter is on. `scope_or` is one that lets in as well: the handler asks for the other where
    that is not enough.
    """

    def at(
        self, method: str, path: str, *, scope: str, answers: Any = None, status: int = 200,
        scope_when: Mapping[str, str] | None = None, scope_or: str | None = None,
        **documented: Any,
    ) -> Callable[[Handler], Handler]:  # fmt: skip
        def register(handler: Handler) -> Handler:
            self.add_api_route(
                path,
                _in_a_transaction(handler, status, self.encode),
                methods=[method],
                response_model=answers,
                status_code=status,
                openapi_extra={
                    SCOPE: scope,
                    **({SCOPE_WHEN: dict(scope_when)} if scope_when else {}),
                    **({SCOPE_OR: scope_or} if scope_or else {}),
                    **documented.pop("openapi_extra", {}),
                },
                operation_id=documented.pop("operation_id", handler.__name__),
                dependencies=self.guards(handler, method, scope),
                **documented,
            )
            return handler

        return register

    @staticmethod
    def encode(request: Request, result: Any, status: int) -> Response:
        raise NotImplementedError

    @staticmethod
    def guards(handler: Handler, method: str, scope: str) -> list[params.Depends]:
        """What must hold of a request once its body is read, before the handler's parameters."""
        return []


def _in_a_transaction(
    handler: Handler, status: int, encode: Callable[[Request, Any, int], Response]
) -> Handler:
    signature = inspect.signature(handler, eval_str=True)
    ask, *rest = signature.parameters.values()
    if ask.annotation is not Ask:
        raise TypeError(f"{handler.__qualname__} must take an Ask first")

    def endpoint(request: Request, **arguments: Any) -> Response:
        instance: Instance = request.app.state.instance

        def work(tx: Tx) -> Response:
            who: Who = request.state.who

            def run() -> Response:
                result = handler(Ask(tx, who, instance, request), **arguments)
                answer = result if isinstance(result, Response) else encode(request, result, status)
                # Where `operations.start` leaves what was done, by which it can be undone.
                if operation := tx.memory.get("operation"):
                    answer.headers[OPERATION] = ids.show("op", operation)
                return answer

            # What every page asks beside its own questions (news.py).
            request.state.tx = tx
            try:
                return once(tx, request, who, instance.secrets, run)
            finally:
                request.state.tx = None

        try:
            return instance.door.again(request.state.opened, work)
        except (psycopg.DataError, UnicodeEncodeError):
            unkept: Problem | None = getattr(request.state, "unkept", None)
            if unkept is None:
                raise
            raise unkept from None

    first = inspect.Parameter(
        "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request
    )
    keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in rest]
    endpoint.__signature__ = inspect.Signature([first, *keyword])  # type: ignore[attr-defined]
    endpoint.__name__, endpoint.__doc__ = handler.__name__, handler.__doc__
    return endpoint


class ApiRouter(Router):
    """JSON routes for programs: an API key or an access token in the Authorization header."""

    def __init__(self, prefix: str, tag: str) -> None:
        super().__init__(prefix=prefix, tags=[tag], route_class=_ApiRoute)

    @staticmethod
    def encode(request: Request, result: Any, status: int) -> Response:
        return json_response(result, status)

    @staticmethod
    def guards(handler: Handler, method: str, scope: str) -> list[params.Depends]:
        known = form_parts(handler)
        return [
            *([params.Depends(only(known))] if known else []),
            *([params.Depends(note_unkept)] if method != "GET" and not known else []),
            *([params.Depends(key_read(bool(known)))] if is_write(method, scope) else []),
        ]


class PageRouter(Router):
    """HTML pages for people: a session cookie; without one, on to the login page."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__(prefix=prefix, include_in_schema=False, route_class=_PageRoute)


class _Route(APIRoute):
    """Lets in only those who have the route's scope, before anything of the body is read: what a
    body must be like is told to nobody else (S3-58)."""

    @property
    def scope(self) -> str:
        found: str = (self.openapi_extra or {})[SCOPE]
        return found

    def admit(self, request: Request, who: Who) -> None:
        """Raises Problem(forbidden)."""
        request.state.who = who
        for name, scope in (self.openapi_extra or {}).get(SCOPE_WHEN, {}).items():
            if any(given.lower() not in NO for given in request.query_params.getlist(name)):
                return who.need(scope)
        other = (self.openapi_extra or {}).get(SCOPE_OR)
        if other is None or not who.may(other):
            who.need(self.scope)


class _ApiRoute(_Route):
    """Who asks is found out before anything is read. What has no body is read from its address
    alone: that is looked at first, and who asks in the trip that begins the handler's transaction;
    what is wrong with the address is still told only to those who may ask."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        inner, known = super().get_route_handler(), query_of(self)
        bodiless = self.methods == {"GET"}
        read = reader_of(self) if bodiless else None

        def let_in(request: Request, who: Who) -> None:
            if not request.state.counted:  # Work that is done again is one request still.
                request.state.counted = True
                count(request, who, is_write=is_write(request.method, self.scope))
            self.admit(request, who)

        def enter(request: Request) -> None:
            request.state.asked = True
            let_in(request, identify(request))

        @contextmanager
        def opened(request: Request) -> Iterator[Tx]:
            request.state.asked = True
            with entered(request) as (tx, who):
                let_in(request, who)
                yield tx

        async def handle(request: Request) -> Response:
            request = ApiRequest(request.scope, request.receive)
            request.state.asked = request.state.counted = False
            request.state.opened = partial(opened if bodiless else _workspace, request)
            if not bodiless:
                await run_in_threadpool(enter, request)
            try:
                refuse_other_query(request, known)
                refuse_other_media(request, self)
                arguments = read(request) if read else None
                if arguments is None:
                    return await inner(request)
                return await run_in_threadpool(partial(self.endpoint, request, **arguments))
            except (Problem, RequestValidationError):
                if not request.state.asked:
                    await run_in_threadpool(enter, request)
                raise

        return handle


def _workspace(request: Request) -> AbstractContextManager[Tx]:
    instance: Instance = request.app.state.instance
    return instance.door.workspace(request.state.who.workspace_id)


class OpenRoute(APIRoute):
    """JSON that needs no credential, since it is asked for one. Its handler takes the Request and
    opens transactions of its own."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        inner, known = super().get_route_handler(), query_of(self)

        async def handle(request: Request) -> Response:
            refuse_other_query(request, known)
            refuse_other_media(request, self)
            return await inner(request)

        return handle


class _PageRoute(_Route):
    def get_route_handler(self) -> Callable[[Request], Any]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            refuse_cross_site(request)
            who = await run_in_threadpool(_by_session, request)
            if who is None:
                return to_login(request)
            self.admit(request, who)
            request.state.opened = partial(_workspace, request)
            return await inner(request)

        return handle


def _by_session(request: Request) -> Who | None:
    token = request.cookies.get(sessions.COOKIE)
    instance: Instance = request.app.state.instance
    return sessions.identify(instance.door, token) if token else None
