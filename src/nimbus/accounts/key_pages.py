"""Settings of the API keys: the list, a new key shown once, what one may do, and revoking."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Form
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.access import SCOPES
from nimbus.accounts import shown_once
from nimbus.accounts.api_key import (
    ApiKey,
    api_keys,
    find_key,
    issue_key,
    revoke_key,
    was_sent,
)
from nimbus.accounts.client import clients, workspace
from nimbus.db import ids
from nimbus.operations.read import history
from nimbus.problems import Problem
from nimbus.web import parts, render
from nimbus.web.route import SCOPE, Ask, PageRouter

router = PageRouter()
HERE = "/settings/keys"


@router.at("GET", HERE, scope="keys:write")
def keys_page(ask: Ask, saved: str = "", made: str = "") -> Response:
    """With `made`, right after its form, the one page that shows a new key."""
    key = shown_once.taken(ask.request, ask.who, ask.instance) if made else None
    if key is None:
        return _page(ask, saved=saved)
    page = _page(ask, made=find_key(ask.tx, ask.who, ids.read("key", made)), key=key)
    return shown_once.forget(page, HERE, ask.instance)


@router.at("POST", HERE, scope="keys:write")
def create_key_form(
    ask: Ask,
    name: Annotated[str, Form()] = "",
    client_id: Annotated[str, Form()] = "",
    scopes: Annotated[list[str] | None, Form()] = None,
    form: Annotated[str, Form()] = "",
) -> Response:
    """Leads to the page that shows the key once. The same form sent again makes no second key:
    `form` is its number, which the page gave it."""
    given: dict[str, object] = {"name": name, "client_id": client_id, "scopes": scopes or []}
    number: UUID | None = None
    with suppress(ValueError):
        number = UUID(form)
    if number and was_sent(ask.tx, number):
        return RedirectResponse(f"{HERE}?saved=before", 303)
    try:
        client = ids.read("client", client_id, "client_id") if client_id else None
        made, key = issue_key(ask.tx, ask.who, "web", name, scopes or [], client, number)
    except Problem as problem:
        return _page(ask, given=given, problem=problem)
    answer = RedirectResponse(f"{HERE}?made={made.shown_id}", 303)
    return shown_once.hand_over(answer, HERE, ask.who, ask.instance, key)


@router.at("GET", HERE + "/{key_id}", scope="keys:write")
def key_page(ask: Ask, key_id: str) -> Response:
    """What a key may do, who made it, and whether it is in use."""
    key = find_key(ask.tx, ask.who, ids.read("key", key_id))
    made = [one.actor_name for one in history(ask.tx, key.id) if one.kind == "created"]
    return render(
        ask.request, "accounts/key.html", key=key, made_by=made[0] if made else None,
        scopes=[(scope, SCOPES[scope]) for scope in key.sorted_scopes],
        is_agency=workspace(ask.tx).agency,
    )  # fmt: skip


@router.at("GET", HERE + "/{key_id}/revocation", scope="keys:write")
def revoke_key_page(ask: Ask, key_id: str) -> Response:
    key = find_key(ask.tx, ask.who, ids.read("key", key_id))
    return render(ask.request, "accounts/revocation.html", key=key)


@router.at("POST", HERE + "/{key_id}/revocation", scope="keys:write")
def revoke_key_form(ask: Ask, key_id: str) -> Response:
    revoke_key(ask.tx, ask.who, "web", ids.read("key", key_id))
    return RedirectResponse(f"{HERE}?saved=revoked", 303)


def _page(
    ask: Ask, *, given: dict[str, object] | None = None, problem: Problem | None = None,
    made: ApiKey | None = None, key: str = "", saved: str = "",
) -> Response:  # fmt: skip
    everyone = clients(ask.tx) if workspace(ask.tx).agency else []
    return render(
        ask.request, "accounts/keys.html", status=problem.status if problem else 200,
        keys=api_keys(ask.tx, ask.who), clients=everyone,
        client_options=[parts.Option(one.shown_id, one.name) for one in everyone],
        scopes=[(scope, words) for scope, words in SCOPES.items() if ask.who.may(scope)],
        all_scopes=SCOPES, given=given or {}, problem=problem, made=made, key=key, saved=saved,
        form=uuid4(), first=first_request(ask.request, made.scopes) if made else None,
    )  # fmt: skip


def first_request(request: Request, scopes: Collection[str]) -> str | None:
    """An address that a key with these scopes can read at once; None where it can only write."""
    routes = [one for one in request.app.state.addresses if isinstance(one, APIRoute)]
    for scope in SCOPES:
        for route in routes if scope in scopes else ():
            if (
                route.methods == {"GET"}
                and route.path.startswith("/api/v1/")
                and "{" not in route.path
                and (route.openapi_extra or {}).get(SCOPE) == scope
                and not any(one.field_info.is_required() for one in route.dependant.query_params)
            ):
                return str(request.base_url).rstrip("/") + route.path
    return None
