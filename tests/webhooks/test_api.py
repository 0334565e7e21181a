"""The API of webhooks: what can be said of one, and what is refused and where."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.jobs.queue import Context
from nimbus.webhooks import jobs
from nimbus.webhooks.event import Change, changed, types_of
from tests.conftest import World
from tests.webhooks.changes import people
from tests.webhooks.conftest import Subscribe
from tests.webhooks.receiver import Receiver

Call = Callable[..., Any]


def test_a_webhook_from_its_making_to_its_end(
    world: World, http: TestClient, here: Receiver, subscribe: Subscribe, call: Call
) -> None:
    title = {"field": "title", "op": "contains", "value": "VP"}
    hook = subscribe("contact.scored", "contact.created", filter=title, description=" CRM ")
    shown = call("GET", f"{hook['id']}/")
    assert shown == {name: value for name, value in hook.items() if name != "secret"}
    assert hook["secret"].startswith("whsec_")
    assert shown["event_types"] == ["contact.created", "contact.scored"]
    assert (shown["filter"], shown["description"], shown["mode"]) == (title, "CRM", "each")
    new = call("PATCH", f"{hook['id']}/", json={"mode": "batched", "filter": None})
    assert (new["mode"], new["filter"], new["url"]) == ("batched", None, here.url)
    assert call("GET", "")["meta"] == {"total_count": 1}
    bob = http.get("/api/v1/webhooks/", headers=world.bob.headers)
    assert (bob.status_code, bob.json()["error"]["scope"]) == (403, "webhooks:write")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people(tx, world.alice.who, world.alice.client.id, 5)
    world.work()
    first = call("GET", f"{hook['id']}/deliveries/?page_size=2")
    assert (first["meta"]["total_count"], first["meta"]["has_more"]) == (5, True)
    assert len({one["message_id"] for one in first["data"]}) == 1, "in one batch"
    rest = call("GET", f"{hook['id']}/deliveries/?cursor={first['meta']['next_cursor']}")
    assert len(rest["data"]) == 3
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            "update webhook_delivery set created_at = %s "
            "where id in (select id from webhook_delivery limit 2)",
            [tx.now - timedelta(days=31)],
        )
    jobs.forget.run(Context(world.instance, None))
    assert call("GET", f"{hook['id']}/deliveries/")["meta"]["total_count"] == 3
    call("DELETE", f"{hook['id']}/", 204)
    call("GET", f"{hook['id']}/", 404)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        logged = tx.column("select kind from operation where subject = 'webhook' order by id")
        assert hook["secret"] not in str(tx.rows("select before, after from change"))
    assert logged == ["webhook.create", "webhook.update", "webhook.delete"]


def test_what_is_wrong_is_named(call: Call, here: Receiver) -> None:
    right = {"url": here.url, "event_types": ["contact.created"]}
    for wrong, field in (
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "https://user@8.8.8.8/"}, "url"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["contact.sold"]}, "event_types"),
        ({"mode": "sometimes"}, "mode"),
        ({"filter": {"and": [{"field": "nope", "op": "eq", "value": 1}]}}, "filter.and[0].field"),
        ({"skip_own": "yes"}, "skip_own"),
        ({"secret": "mine"}, "secret"),
    ):  # fmt: skip
        error = call("POST", "", 400, json={**right, **wrong})["error"]
        assert error["field"] == field, error


def test_a_name_is_looked_up_while_no_connection_waits(
    world: World, http: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server may take its time; a repeat is answered as before, wherever the name leads."""
    held, leads = [], [["127.0.0.1"], ["127.0.0.1"], ["10.0.0.1"]]

    def told(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        pool = world.door._pool.get_stats()
        held.append(pool["pool_size"] - pool["pool_available"])
        return [(0, 0, 0, "", (address, port)) for address in leads.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", told)
    body = {"url": "https://hooks.example.com/", "event_types": ["contact.created"]}
    headers = {**world.alice.headers, "Idempotency-Key": "look-up"}
    made = http.post("/api/v1/webhooks/", json=body, headers=headers)
    assert made.status_code == 201, made.text
    path = f"/api/v1/webhooks/{made.json()['id']}/"
    same = {"url": body["url"]}
    assert http.patch(path, json=same, headers=world.alice.headers).status_code == 200
    assert http.post("/api/v1/webhooks/", json=body, headers=headers).content == made.content
    assert held == [0, 0, 0]


@pytest.mark.parametrize(
    ("kind", "after", "types", "names"),
    [
        ("updated", {"custom": {"a": 1}}, ["contact.updated"], []),
        ("updated", {"tier_rule_id": "x", "score_fit": 3}, [], ["score"]),
        ("updated", {"company_id": "x"}, ["contact.updated"], ["company"]),
        ("updated", {"merged_into": "x", "is_deleted": True}, ["contact.merged"],
         ["merged_into", "is_deleted"]),
        ("updated", {"merged_into": None, "is_deleted": False}, ["contact.unmerged"],
         ["merged_into", "is_deleted"]),
        ("erased", None, ["contact.deleted"], []),
    ],
)  # fmt: skip
def test_a_change_is_told_by_what_it_changed(
    world: World, kind: str, after: Any, types: list[str], names: list[str]
) -> None:
    from nimbus.fields.read import catalogue

    id = world.alice.who.workspace_id
    told = Change(id, id, kind, None, after, id, "x", "system", None, "x")
    with world.door.workspace(id) as tx:
        assert (types_of(told), changed(told, catalogue(tx))) == (types, names)
