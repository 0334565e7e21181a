"""How a request becomes a transaction: who is asking, then one worker thread with one connection.

A handler is a plain function whose first parameter is an `Ask`; the rest are FastAPI's. Who is
asking, and whether they may, is found out before the body is read. Then, in one worker thread, the
workspace transaction is opened, the handler runs, the transaction commits, and only then the answer
leaves. No request holds a connection while it waits for anything but the database.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

import msgspec
from fastapi import APIRouter, params
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.access import Who, keys, sessions
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.problems import Problem, invalid


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a handler: its transaction, who asks, and the instance it runs on."""

    tx: Tx
    who: Who
    instance: Instance
    request: Request


Handler = Callable[..., Any]
SCOPE = "x-scope"
SCOPE_WHEN = "x-scope-when"
NO = frozenset({"false", "0", "no", "off", "f", "n"})


class Router(APIRouter):
    """Routes whose handlers get an `Ask`. Every route names the scope it needs.

    `router.at("GET", "/", scope="contacts:read", answers=Model)` decorates a handler; `answers` is
    the documented shape of the answer, `status` its code. A handler may return a Response itself.
    `scope_when={"hard": "admin:gdpr"}` names the scope that is needed instead where the query
    parameter is on.
    """

    def at(
        self, method: str, path: str, *, scope: str, answers: Any = None, status: int = 200,
        scope_when: Mapping[str, str] | None = None, **documented: Any,
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
                    **documented.pop("openapi_extra", {}),
                },
                operation_id=documented.pop("operation_id", handler.__name__),
                dependencies=self.guards(handler),
                **documented,
            )
            return handler

        return register

    @staticmethod
    def encode(request: Request, result: Any, status: int) -> Response:
        raise NotImplementedError

    @staticmethod
    def guards(handler: Handler) -> list[params.Depends]:
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
        who: Who = request.state.who

        def work(tx: Tx) -> Response:
            result = handler(Ask(tx, who, instance, request), **arguments)
            return result if isinstance(result, Response) else encode(request, result, status)

        return instance.door.attempt(who.workspace_id, work)

    first = inspect.Parameter(
        "request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request
    )
    keyword = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in rest]
    endpoint.__signature__ = inspect.Signature([first, *keyword])  # type: ignore[attr-defined]
    endpoint.__name__, endpoint.__doc__ = handler.__name__, handler.__doc__
    return endpoint


def json_response(data: Any, status: int = 200) -> Response:
    """JSON straight from rows, without validating again what we just read."""
    return Response(msgspec.json.encode(data, enc_hook=str), status, media_type="application/json")


class ApiRouter(Router):
    """JSON routes for programs: an API key in the Authorization header (S3-03)."""

    def __init__(self, prefix: str, tag: str) -> None:
        super().__init__(prefix=prefix, tags=[tag], route_class=_ApiRoute)

    @staticmethod
    def encode(request: Request, result: Any, status: int) -> Response:
        return json_response(result, status)

    @staticmethod
    def guards(handler: Handler) -> list[params.Depends]:
        known = _form_parts(handler)
        return [params.Depends(_only(known))] if known else []


def _form_parts(handler: Handler) -> dict[str, bool]:
    """The parts of the form that a handler reads, and whether one may be there several times."""
    parameters = inspect.signature(handler, eval_str=True).parameters
    return {
        name: get_origin(get_args(one.annotation)[0]) is list
        for name, one in parameters.items()
        if any(
            isinstance(told, params.Form) for told in getattr(one.annotation, "__metadata__", ())
        )
    }


def _only(known: Mapping[str, bool]) -> Callable[[Request], Awaitable[None]]:
    """A misspelt part would be as if it were not there, and of two with one name the last would
    win; both are refused in words that name the part."""

    async def refuse_other_parts(request: Request) -> None:
        form = await request.form()  # Read already, and closed by FastAPI at the end.
        for name in form:
            if name not in known:
                raise invalid(
                    f"There is no “{name[:80]}” in this form. Its parts are: {', '.join(known)}.",
                    name[:80],
                )
            if len(form.getlist(name)) > 1 and not known[name]:
                raise invalid(f"{name} is there more than once. Send it once.", name)

    return refuse_other_parts


class PageRouter(Router):
    """HTML pages for people: a session cookie; without one, on to the login page."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__(prefix=prefix, include_in_schema=False, route_class=_PageRoute)


class _Route(APIRoute):
    """Lets in only those who have the route's scope, before anything of the body is read: what a
    body must be like is told to nobody else (S3-58)."""

    def admit(self, request: Request, who: Who) -> None:
        """Raises Problem(forbidden)."""
        request.state.who = who
        extra = self.openapi_extra or {}
        for name, scope in extra.get(SCOPE_WHEN, {}).items():
            if any(given.lower() not in NO for given in request.query_params.getlist(name)):
                return who.need(scope)
        who.need(extra[SCOPE])


class _ApiRoute(_Route):
    def get_route_handler(self) -> Callable[[Request], Any]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            self.admit(request, await run_in_threadpool(_by_key, request))
            self.refuse_other_media(request)
            return await inner(request)

        return handle

    def refuse_other_media(self, request: Request) -> None:
        """A body of another type than the operation's would be read as if it were not there, and
        refused in words about members that are missing. Raises Problem that names the header."""
        if self.body_field is None or not _has_body(request):
            return
        sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if isinstance(self.body_field.field_info, params.Form):
            wanted, right = "multipart/form-data", sent in FORMS
        else:
            wanted, right = JSON, sent == JSON or sent.endswith("+json")
        if not right:
            told = f"came as {sent[:80]}" if sent else "came without a type"
            raise invalid(
                f"Send the header Content-Type: {wanted}. The body {told}, and this operation "
                f"reads {'a form' if wanted != JSON else 'JSON'}.",
                "Content-Type",
            )


class _PageRoute(_Route):
    def get_route_handler(self) -> Callable[[Request], Any]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            refuse_cross_site(request)
            who = await run_in_threadpool(_by_session, request)
            if who is None:
                return to_login(request)
            self.admit(request, who)
            return await inner(request)

        return handle


JSON = "application/json"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or (
        "transfer-encoding" in request.headers
    )


def _by_key(request: Request) -> Who:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise Problem(
            "authentication_required",
            "Send an API key in the header: Authorization: Bearer nmb_…",
        )
    instance: Instance = request.app.state.instance
    with instance.door.platform() as tx:
        who = keys.identify(tx, key.strip())
    with instance.door.workspace(who.workspace_id) as tx:
        assert who.id  # noqa: S101 - a key always has one
        keys.note_use(tx, who.id)
    return who


def _by_session(request: Request) -> Who | None:
    token = request.cookies.get(sessions.COOKIE)
    instance: Instance = request.app.state.instance
    return sessions.identify(instance.door, token) if token else None


def to_login(request: Request) -> Response:
    """The login page, and back here after it. htmx follows its own header, not a redirect."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = str(request.url_for("login_page").include_query_params(next=here).path)
    query = request.url_for("login_page").include_query_params(next=here).query
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": f"{target}?{query}"})
    return RedirectResponse(f"{target}?{query}", status_code=303)


def refuse_cross_site(request: Request) -> None:
    """Refuse writes that another site makes with a person's cookie (CSRF). Browsers say in
    Sec-Fetch-Site where a request comes from; older ones at least in Origin. Raises Problem."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    else:
        origin = request.headers.get("origin", "")
        if origin and origin.split("://", 1)[-1] == request.headers.get("host"):
            return
    raise Problem(
        "forbidden", "This form was sent from another site. Open the page here and retry."
    )
