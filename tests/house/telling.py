"""Asking about another workspace's things and about nothing, and where the answers differ."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from nimbus import rooms
from nimbus.db import ids
from nimbus.web.route import PageRouter
from tests.house.conftest import Populated
from tests.house.kinds import TABLES, TAG, fillings
from tests.house.openapi import Operation

NOWHERE: dict[ids.Prefix, str] = {
    prefix: ids.show(prefix, uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")) for prefix in TABLES
} | {TAG: "nobodys_tag"}
Known = dict[ids.Prefix, str]


def first(found: dict[ids.Prefix, list[str]]) -> Known:
    return {prefix: shown[0] for prefix, shown in found.items()}


def latest(found: dict[ids.Prefix, list[str]]) -> Known:
    """Of keys the last one: the first is the one that asks."""
    return {prefix: shown[-1] for prefix, shown in found.items()}


def told_apart(http: TestClient, operations: list[Operation], populated: Populated) -> list[str]:
    """Where the answer about Charlie's things differs from the one about nothing, or Alice's own
    request shows that nothing was tried at all."""
    wrong = []
    worlds = NOWHERE, first(populated.charlies), latest(populated.alices)
    headers = populated.world.alice.headers
    for operation in operations:
        if "{" not in operation.path:
            continue
        for ways in zip(*(operation.requests(known) for known in worlds), strict=True):
            never, foreign, own = (http.request(**asked, headers=headers) for _, asked in ways)
            if never.status_code != 404 or not is_problem(never.json(), "not_found", 404):
                wrong.append(f"{operation}, an unknown id: {never.status_code} {never.text}")
            if _whole(foreign) != _whole(never):
                wrong.append(f"{operation}, Charlie's: {foreign.status_code} {foreign.text}")
            if own.status_code in (401, 403, 404, 405) or own.status_code >= 500:
                wrong.append(f"{operation}, her own: {own.status_code} {own.text}")
    return wrong


def pages_told_apart(
    browser: TestClient, populated: Populated, routes: Iterable[tuple[str, str, str]]
) -> list[str]:
    """The same for pages; of forms, sent empty, only that they do not tell."""
    wrong = []
    worlds = NOWHERE, first(populated.charlies), latest(populated.alices)
    for method, path, _ in sorted(routes):
        for address, params in fillings(path):
            if not params:
                continue
            asked = worlds if method == "GET" else worlds[:2]
            never, foreign, *own = (
                (known, browser.request(method, at(address, params, known))) for known in asked
            )
            status = never[1].status_code
            if _page(foreign, params) != _page(never, params):
                wrong.append(
                    f"{method} {address}, Charlie's: {foreign[1].status_code}, not the page of an "
                    f"unknown id, {status}"
                )
            if method == "GET" and status != 404:
                wrong.append(f"{method} {address}, an unknown id: {status}")
            wrong += [
                f"{method} {address}, her own: {answer.status_code}"
                for _, answer in own if answer.status_code >= 400
            ]  # fmt: skip
    return wrong


def read_by_alice(
    http: TestClient, api: list[Operation], browser: TestClient, populated: Populated
) -> dict[str, str]:
    """Everything that can be read, by where."""
    own, headers = first(populated.alices), populated.world.alice.headers
    answers = {
        f"API {path}": http.request(**asked, headers=headers).text
        for operation in api if operation.method == "GET"
        for path, asked in operation.requests(own)
    }  # fmt: skip
    return answers | {
        f"page {address}": browser.get(at(address, params, own)).text
        for method, path, _ in pages() if method == "GET"
        for address, params in fillings(path)
    }  # fmt: skip


def canaries_in(answers: dict[str, str], populated: Populated) -> list[str]:
    """Where something of Charlie's is shown: his ids, or his name, which is in all his data."""
    charlies = ["charlie", *(shown for kind in populated.charlies.values() for shown in kind)]
    return [
        f"{where}: {canary}"
        for where, text in answers.items() for canary in charlies if canary in text.lower()
    ]  # fmt: skip


def pages() -> Iterator[tuple[str, str, str]]:
    """Method, path and scope of every page that names a scope."""
    for router in rooms.routers():
        for route in router.routes:
            if isinstance(router, PageRouter):
                assert isinstance(route, APIRoute), f"{route} cannot be read"
                scope = (route.openapi_extra or {}).get("x-scope")
                if scope:
                    yield from ((method, route.path, scope) for method in route.methods or ())


def at(address: str, params: list[tuple[str, ids.Prefix]], known: Known) -> str:
    for name, kind in params:
        address = address.replace(f"{{{name}}}", known[kind])
    return address


def is_problem(body: dict[str, Any], code: str, status: int) -> bool:
    """The article's error object beside the members of RFC 9457."""
    error = body["error"]
    return (
        error["code"] == code
        and bool(error["message"])
        and "field" in error
        and (body["status"], body["detail"]) == (status, error["message"])
        and {"type", "title"} <= body.keys()
    )


def without(answer: Any, shown: str) -> tuple[int, str]:
    return answer.status_code, answer.text.replace(shown, "…")


def _whole(answer: Any) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Status, body and every header but those that count requests."""
    own = ("x-request-id", "ratelimit-remaining", "ratelimit-reset")
    headers = [(name, value) for name, value in answer.headers.items() if name not in own]
    return answer.status_code, answer.content, headers


def _page(
    answered: tuple[Known, Any], params: list[tuple[str, ids.Prefix]]
) -> tuple[int, str, str]:
    """Status, where it leads, and the page, without the ids of this request and in it."""
    known, answer = answered
    words = answer.text, answer.headers.get("location", "")
    for own in (answer.headers["x-request-id"], *(known[kind] for _, kind in params)):
        words = words[0].replace(own, "…"), words[1].replace(own, "…")
    return answer.status_code, *words
