"""Nothing that a request says is ignored: what an operation does not know is refused by name."""

from __future__ import annotations

import inspect
import json
import math
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args, get_origin

from fastapi import params
from fastapi.routing import APIRoute
from starlette.requests import Request

from nimbus.problems import invalid
from nimbus.web.encode import JSON
from nimbus.web.errors import place

# What only a body can have that holds something of the kind.
_SUSPECT = re.compile(rb"\\u|NaN|Infinity|[eE]\+?\d\d\d")
_HALF = re.compile("[\ud800-\udfff]")
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def form_parts(handler: Callable[..., Any]) -> dict[str, bool]:
    """The parts of the form that a handler reads, and whether one may be there several times."""
    parameters = inspect.signature(handler, eval_str=True).parameters
    return {
        name: get_origin(get_args(one.annotation)[0]) is list
        for name, one in parameters.items()
        if any(
            isinstance(told, params.Form) for told in getattr(one.annotation, "__metadata__", ())
        )
    }


def only(known: Mapping[str, bool]) -> Callable[[Request], Awaitable[None]]:
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


@dataclass(frozen=True, slots=True)
class Query:
    """The query parameters that an operation declares; `open` is one that reads more of the query
    by itself, such as filters by any field, and then refuses what it does not know."""

    names: frozenset[str]
    open: bool


def query_of(route: APIRoute) -> Query:
    """What an operation reads of the query. An open one documents the rest in `openapi_extra`."""
    names = frozenset(one.alias for one in route.dependant.query_params)
    return Query(names, "parameters" in (route.openapi_extra or {}))


def refuse_other_query(request: Request, known: Query) -> None:
    """Raises Problem that names the first parameter that is not known, or is there twice."""
    for name in request.query_params:
        shown = name[:80]
        if name in known.names:
            if len(request.query_params.getlist(name)) > 1:
                raise invalid(f"{shown} is there more than once. Send it once.", shown)
        elif not known.open:
            names = ", ".join(sorted(known.names))
            what = f"Its parameters are: {names}." if names else "It has none."
            raise invalid(f"There is no parameter “{shown}” here. {what}", shown)


def refuse_other_media(request: Request, route: APIRoute) -> None:
    """A body of another type than the operation's would be read as if it were not there, and
    refused in words about members that are missing. Raises Problem that names the header."""
    if route.body_field is None or not _has_body(request):
        return
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if isinstance(route.body_field.field_info, params.Form):
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


async def note_unkept(request: Request) -> None:
    """Of two members of one name the last would win: they are refused. And JSON can say what no
    column keeps: a NUL, half of a character, a number without an end. Many handlers put such things
    right, or refuse the one row of many; for the others the refusal that names the member is noted
    here, in case the database takes offence. Raises Problem."""
    assert isinstance(request, ApiRequest)  # noqa: S101 - as the routes make it
    try:
        whole = await request.json()
    except (ValueError, RecursionError):
        return  # The operation reads no body, or refuses it itself.
    twice = request.twice
    if not twice and not _SUSPECT.search(await request.body()):
        return
    left: list[tuple[tuple[str | int, ...], Any]] = [((), whole)]
    while left:
        at, value = left.pop()
        if isinstance(value, _Twice):
            named = _named((*at, value))
            raise invalid(f"{named} is there more than once. Send it once.", named)
        if isinstance(value, dict):
            left += [((*at, name), one) for name, one in value.items()]
            left += [(at, name) for name in value]
        elif isinstance(value, list):
            left += [((*at, nth), one) for nth, one in enumerate(value)]
        elif why := unkept(value):
            named = _named(at)
            request.state.unkept = invalid(f"{named or 'The body'} {why}", named)
            if not twice:
                return


class ApiRequest(Request):
    """A request whose JSON is parsed once for all who look at it."""

    twice: list[_Twice]

    async def json(self) -> Any:
        """What FastAPI reads the body's members from; `twice` are the names that an object has
        twice. Raises JSONDecodeError."""
        if not hasattr(self, "_json"):
            self.twice = []
            each = partial(_object, self.twice)
            self._json = json.loads(await self.body(), object_pairs_hook=each)
        return self._json


class _Twice(str):
    """The name that an object has twice, in place of the object."""


def _object(twice: list[_Twice], pairs: list[tuple[str, Any]]) -> Any:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = Counter(name for name, _ in pairs)
        twice.append(_Twice(next(name for name, times in names.items() if times > 1)))
        return twice[-1]
    return found


def _named(at: tuple[str | int, ...]) -> str | None:
    return place(at).encode(errors="replace").decode().replace("\0", "?") or None


def unkept(value: object) -> str | None:
    """Why no column keeps a value, in words that follow its name; None for one that is kept."""
    if isinstance(value, float) and not math.isfinite(value):
        return "is no number that can be kept."
    if isinstance(value, str) and "\0" in value:
        return "has a NUL character; leave it out."
    if isinstance(value, str) and _HALF.search(value):
        return "has half of a character: a surrogate without its other half."
    return None


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or (
        "transfer-encoding" in request.headers
    )
