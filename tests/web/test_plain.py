"""Arguments read without the framework's graph are those that it would have made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.dependencies.utils import solve_dependencies
from fastapi.routing import APIRoute
from starlette.requests import Request

from nimbus.web.plain import reader_of

# Asked of every parameter of every operation, in turn.
VALUES = (
    "",
    "1",
    " 1 ",
    "0",
    "-1",
    "501",
    "1.0",
    "true",
    "no",
    "A,B",
    "\u00e9\U0001f600",
    "a b",
    "null",
)


def reads(app: FastAPI) -> list[APIRoute]:
    return [
        route
        for route in app.state.addresses
        if isinstance(route, APIRoute)
        and route.methods == {"GET"}
        and route.path.startswith("/api/v1/")
    ]


def requests(route: APIRoute) -> list[Request]:
    taken = route.dependant
    path = {field.alias: "x_1" for field in taken.path_params}
    found = [asked(path, {}, {})]
    for field in taken.query_params:
        found += [asked(path, {field.alias: value}, {}) for value in VALUES]
    for field in taken.header_params:
        found += [asked(path, {}, {field.alias: value}) for value in ("", "*", '"a"')]
    for field in taken.path_params:
        found += [asked({**path, field.alias: value}, {}, {}) for value in VALUES]
    return found


def asked(path: dict[str, str], query: dict[str, str], headers: dict[str, str]) -> Request:
    return Request({
        "type": "http", "method": "GET", "path": "/", "path_params": path,
        "query_string": urlencode(query).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    })  # fmt: skip


async def framework(route: APIRoute, request: Request) -> tuple[dict[str, Any], list[Any]]:
    async with AsyncExitStack() as stack:
        request.scope["fastapi_inner_astack"] = request.scope["fastapi_function_astack"] = stack
        found = await solve_dependencies(
            request=request, dependant=route.dependant, async_exit_stack=stack,
            embed_body_fields=False,
        )  # fmt: skip
    return found.values, found.errors


async def compare(routes: Iterable[APIRoute]) -> int:
    """How many are plain."""
    plain = 0
    for route in routes:
        read = reader_of(route)
        if read is None:
            continue
        plain += 1
        for request in requests(route):
            values, wrong = await framework(route, request)
            values.pop("request", None)
            told = f"{route.path}?{request.url.query} {request.path_params}"
            assert read(request) == (None if wrong else values), told
    return plain


def test_every_read_of_the_api_gets_the_same_arguments(routes: FastAPI) -> None:
    # In a thread of its own: a browser's events may be waited for in this one.
    with ThreadPoolExecutor(1) as aside:
        plain = aside.submit(lambda: asyncio.run(compare(reads(routes)))).result()
    assert plain > 30, "most reads are plain"


@pytest.mark.parametrize("path", ["/api/v1/contacts/", "/api/v1/contacts/{id}/"])
def test_what_is_read_most_is_plain(routes: FastAPI, path: str) -> None:
    (route,) = (route for route in reads(routes) if route.path == path)
    assert reader_of(route)
