"""The API of workspace, clients and keys."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Path
from starlette.responses import Response

from nimbus.accounts.api_key import ApiKey, api_keys, issue_key, revoke_key
from nimbus.accounts.client import Client, Terms, clients, workspace
from nimbus.accounts.read import room
from nimbus.accounts.shapes import (
    ClientList,
    ClientShape,
    KeyList,
    MadeKey,
    NewClient,
    NewKey,
    WorkspaceShape,
)
from nimbus.accounts.write import add_client
from nimbus.db import ids
from nimbus.web.route import ApiRouter, Ask

router = ApiRouter("/api/v1", "Workspace")


@router.at("GET", "/workspace/", scope="contacts:read", answers=WorkspaceShape)
def get_workspace(ask: Ask) -> dict[str, object]:
    """The workspace of the key or token, its limits, and what the key or token may do."""
    found = workspace(ask.tx)
    space = room(ask.tx, found, ask.instance.settings)
    who = ask.who
    assert who.id  # noqa: S101 - keys and people always have one
    prefix: ids.Prefix = "key" if who.kind == "key" else "user"
    return {
        "id": ids.show("ws", found.id),
        "name": found.name,
        "agency": found.agency,
        "contacts": {
            "count": space.contacts, "soft_limit": space.soft, "hard_limit": space.hard
        },
        "key": {
            "id": ids.show(prefix, who.id), "name": who.name, "scopes": sorted(who.scopes),
            "client_id": _client_id(who.client_id),
        },
    }  # fmt: skip


@router.at("GET", "/clients/", scope="clients:read", answers=ClientList)
def list_clients(ask: Ask) -> dict[str, object]:
    """Every client, by name. A workspace without agency mode has exactly one, itself."""
    found = clients(ask.tx)
    return {"data": [_client(one) for one in found], "meta": {"total_count": len(found)}}


@router.at("POST", "/clients/", scope="settings:write", answers=ClientShape, status=201)
def create_client(ask: Ask, body: NewClient) -> dict[str, object]:
    """A further client of an agency (D-14)."""
    days = body.assignment_days or ask.instance.settings.assignment_days
    return _client(add_client(ask.tx, ask.who, "api", Terms(body.name, days, body.priority)))


@router.at("GET", "/keys/", scope="keys:write", answers=KeyList)
def list_keys(ask: Ask) -> dict[str, object]:
    """The keys that work, newest first, without the keys themselves."""
    found = api_keys(ask.tx, ask.who)
    return {"data": [_key(one) for one in found], "meta": {"total_count": len(found)}}


@router.at("POST", "/keys/", scope="keys:write", answers=MadeKey, status=201)
def create_key(ask: Ask, body: NewKey) -> dict[str, object]:
    """A new key with at most the scopes of the asking one (D-33)."""
    named = body.client_id
    client = None if named is None else ids.read("client", named, "client_id")
    made, key = issue_key(ask.tx, ask.who, "api", body.name, body.scopes, client)
    return {**_key(made), "key": key}


@router.at("DELETE", "/keys/{id}/", scope="keys:write", status=204)
def delete_key(ask: Ask, id: Annotated[str, Path()]) -> Response:
    """Revoke a key; it stops working at once."""
    revoke_key(ask.tx, ask.who, "api", ids.read("key", id))
    return Response(status_code=204)


def _client(client: Client) -> dict[str, object]:
    return {
        "id": client.shown_id,
        "name": client.name,
        "assignment_days": client.assignment_days,
        "priority": client.priority,
    }


def _key(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.shown_id,
        "name": key.name,
        "hint": key.hint,
        "scopes": key.sorted_scopes,
        "client_id": _client_id(key.client_id),
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
    }


def _client_id(client_id: UUID | None) -> str | None:
    return ids.show("client", client_id) if client_id else None
