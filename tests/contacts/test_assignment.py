"""Who works on a contact: let go, passed on, renewed, by the clock over, and all of it undone
(S0-57 … S0-60, D-14, D-15, D-25, D-29, G-19)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from psycopg.errors import InsufficientPrivilege
from starlette.testclient import TestClient

from nimbus import clock, operations
from nimbus.accounts.operate import holder_of
from nimbus.contacts.assignment.assignment import release_email, release_many
from nimbus.db import ids
from nimbus.identity.one import claims
from nimbus.operations.undo_job import begin_undo
from tests.conftest import Person, World
from tests.contacts.editing import Api, of_an_agency
from tests.duplicates.merging import merge
from tests.imports.test_run import bring
from tests.imports.undoing import contacts


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return of_an_agency(http, world)


def state(api: Api, name: str) -> tuple[Any, ...]:
    """State, holder, priority, and the holders before."""
    told = api("GET", name, "assignment/").json()
    past = [(term["client_name"], term["priority"]) for term in told["history"]]
    return told["state"], told["client_name"], told["priority"], past


def last_operation(world: World, kind: str) -> UUID:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found: UUID = tx.value(
            "select id from operation where kind = %s order by id desc limit 1", [kind]
        )
    return found


def undo(world: World, operation_id: UUID) -> list[str]:
    """Undo it; answers why contacts stayed as they are."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        done = begin_undo(tx, world.alice.who, "undo", "web", operation_id, "Undo", "/")
    world.work()
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        status = tx.value("select status from job where kind = 'undo' order by id desc limit 1")
        assert status == "done"
        return tx.column("select reason from kept where operation_id = %s", [done.id])


def take(world: World, person: Person, keys: list[UUID]) -> set[UUID]:
    """The emails that a person's client can claim now."""
    with world.door.workspace(person.who.workspace_id) as tx:
        found = claims(tx, person.client, keys)
    return {key for key, claim in found.items() if claim.state == "claimed"}


def test_a_contact_is_let_go_passed_on_and_taken_back(api: Api, world: World) -> None:
    alice = world.alice.client.name
    assert state(api, "ada") == ("active", alice, 50, [])
    before = contacts(world)

    api("POST", "ada", "assignment/renew/", json={"priority": 80})
    assert state(api, "ada") == ("active", alice, 80, [])
    undo(world, last_operation(world, "assignment.renew"))
    assert state(api, "ada") == ("active", alice, 50, [])
    api("POST", "ada", "assignment/renew/", json={"priority": 80})

    to = {"client_id": api.ids["beta"]}
    told = api("POST", "ada", "assignment/transfer/", json=to).json()
    assert (told["client_id"], told["priority"]) == (to["client_id"], 50)
    assert state(api, "ada") == ("active", "Beta", 50, [(alice, 80)])
    assert api.get("ada")["client_id"] == api.ids["beta"]
    # Again, nothing happens; and renewing for a client that does not hold it is no way around.
    api("POST", "ada", "assignment/transfer/", json=to)
    assert len(api("GET", "ada", "assignment/").json()["history"]) == 1
    alices = {"client_id": world.alice.client.shown_id}
    refused = api("POST", "ada", "assignment/renew/", json=alices, status=409).json()["error"]
    assert refused["code"] == "conflict"

    assert undo(world, last_operation(world, "assignment.transfer")) == []
    assert state(api, "ada")[:3] == ("active", alice, 80)
    assert contacts(world) == before

    api("POST", "ada", "assignment/release/")
    assert state(api, "ada")[:3] == ("none", None, None)
    assert api.get("ada")["assigned_until"] is None
    assert undo(world, last_operation(world, "assignment.release")) == []
    assert state(api, "ada")[:3] == ("active", alice, 80)
    assert contacts(world) == before
    api("POST", "ada", "assignment/release/")
    # In an agency somebody must say for whom; then a fresh term begins.
    needed = api("POST", "ada", "assignment/renew/", status=400).json()["error"]
    assert needed["code"] == "client_required"
    api("POST", "ada", "assignment/renew/", json=to)
    assert state(api, "ada")[:2] == ("active", "Beta")
    assert undo(world, last_operation(world, "assignment.renew")) == []
    assert state(api, "ada")[:2] == ("none", None)


def test_what_another_workspace_took_is_not_taken_back(api: Api, world: World) -> None:
    key = api.row("bo")["email_key"]
    assert take(world, world.charlie, [key]) == set()
    api("POST", "bo", "assignment/release/")
    assert take(world, world.charlie, [key]) == {key}

    told = api("GET", "bo", "assignment/").json()
    assert (told["state"], told["client_id"], told["client_name"]) == ("elsewhere", None, None)
    # Only the day is told, which would not tell two claims of it apart (D-15).
    assert told["assigned_until"].endswith("T00:00:00Z")
    for way in ("renew/", "transfer/"):
        given = {"client_id": api.ids["beta"]}
        refused = api("POST", "bo", f"assignment/{way}", json=given, status=409).json()["error"]
        assert refused["code"] == "assigned_elsewhere"
    assert undo(world, last_operation(world, "assignment.release")) == ["assigned_elsewhere"]
    assert api.row("bo")["client_id"] is None
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        assert len(tx.rows("select * from registry_history(%s)", [key])) == 1


def test_it_runs_out_by_the_clock_alone(api: Api, world: World) -> None:
    key = api.row("ada")["email_key"]
    with time_machine.travel(clock.now() + timedelta(days=91)):
        assert state(api, "ada")[:3] == ("expired", world.alice.client.name, None)
        found = api.http.get(
            "/api/v1/contacts/?assignment.state=expired", headers=world.alice.headers
        )
        assert found.json()["meta"]["total_count"] == 3
        api("POST", "ada", "assignment/renew/")
        assert state(api, "ada")[:2] == ("active", world.alice.client.name)
        assert take(world, world.charlie, [key]) == set()
        assert api("POST", "cy", "assignment/release/").json()["state"] == "expired"


def test_who_may(api: Api, world: World, http: TestClient) -> None:
    """Members release and renew, admins pass on; another client's key does neither."""
    member = api.key("contacts:read", "contacts:write")
    to = {"client_id": api.ids["beta"]}
    refused = api("POST", "ada", "assignment/transfer/", 403, member, json=to).json()["error"]
    assert refused["scope"] == "assignments:write"
    answer = http.post(
        "/api/v1/keys/",
        json={"name": "Beta's", "scopes": ["contacts:read", "contacts:write"], **to},
        headers=world.alice.headers,
    )
    betas = answer.json()["key"]
    for way in ("release/", "renew/"):
        refused = api("POST", "ada", f"assignment/{way}", 403, betas).json()["error"]
        assert refused["code"] == "forbidden"
    api("POST", "ada", "assignment/release/", key=member)
    assert api("POST", "ada", "assignment/renew/", key=betas).json()["client_name"] == "Beta"
    # A client of another workspace is none, and the registry itself says so too.
    for client in (world.charlie.client.shown_id, ids.show("client", uuid4())):
        given = {"client_id": client}
        wrong = api("POST", "ada", "assignment/transfer/", 400, json=given).json()["error"]
        assert wrong["field"] == "client_id"
    call = "select * from registry_transfer(%s, %s, 1::smallint, now(), now() + interval '1 day')"
    with (
        world.door.workspace(world.alice.who.workspace_id) as tx,
        pytest.raises(InsufficientPrivilege),
    ):
        tx.rows(call, [[uuid4()], world.charlie.client.id])


def test_the_operator_lets_go_for_others(api: Api, world: World) -> None:
    row = api.row("ada")
    assert holder_of(world.instance, row["email_key"]) == world.alice.who.workspace_id
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        release_email(tx, row["email_key"], "cli")
    assert holder_of(world.instance, row["email_key"]) is None
    assert api.get("ada")["client_id"] is None
    assert take(world, world.charlie, [row["email_key"]]) == {row["email_key"]}


@pytest.mark.parametrize("merged", [False, True])
def test_a_contact_in_the_trash_does_not_let_go_of_a_live_one(
    api: Api, world: World, merged: bool
) -> None:
    """Of the same email, be it that the live one took it over by a merge."""
    key = api.row("bo")["email_key"]
    api("DELETE", "bo")
    bring(world, "Email,First name\nbo@acme.com,New\n", in_trash="new")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        new = tx.value("select id from contact where first_name = 'New'")
    api.ids["new"] = ids.show("cont", new)
    if merged:
        merge(api, "ada", "new")

    assert api("POST", "bo", "assignment/release/").json()["client_id"] is None
    assert api.row("bo")["client_id"] is None
    assert take(world, world.charlie, [key]) == set()
    if not merged:
        assert state(api, "new")[:3] == ("active", world.alice.client.name, 50)
        # In one go with the live one, it is let go of.
        assert undo(world, last_operation(world, "assignment.release")) == []
        assert api.row("bo")["client_id"]
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            operation = operations.start(tx, world.alice.who, "bulk.release", "web")
            release_many(tx, operation, [ids.read("cont", api.ids["bo"]), new])
        assert take(world, world.charlie, [key]) == {key}


def test_what_is_released_in_bulk_goes_to_exactly_one(world: World) -> None:
    """While thousands are let go, two others claim them in orders of their own: nobody deadlocks,
    nobody is left out, and nobody has one twice."""
    text = "Email\n" + "".join(f"p{at}@acme.com\n" for at in range(1_200))
    assert bring(world, text).imported == 1_200
    alice = world.alice.who
    with world.door.workspace(alice.workspace_id) as tx:
        rows = tx.rows("select id, email_key from contact")
        other = tx.value(
            "insert into client (workspace_id, name, created_at) values (%s, 'Second', %s) "
            "returning id", [tx.workspace_id, tx.now],
        )  # fmt: skip
    keys = [row["email_key"] for row in rows]
    together = threading.Barrier(3)

    def let_go() -> list[Any]:
        together.wait()
        with world.door.workspace(alice.workspace_id) as tx:
            operation = operations.start(tx, alice, "bulk.release", "web")
            return release_many(tx, operation, [row["id"] for row in rows] + [uuid4()])

    def claim(person: Person, order: int) -> set[UUID]:
        together.wait()
        won: set[UUID] = set()
        for _ in range(200):
            won |= take(world, person, keys[::order])
            if len(won) == len(keys) or finished.is_set():
                break
        return won

    finished = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        charlie = pool.submit(claim, world.charlie, 1)
        again = Person(alice, "", type(world.alice.client)(other, "Second", 90, 50), "")
        second = pool.submit(claim, again, -1)
        outcomes = pool.submit(let_go).result()
        finished.set()
        won = charlie.result(), second.result()

    assert [one.state for one in outcomes] == ["done"] * 1_200 + ["failed"]
    assert outcomes[-1].problem.code == "not_found"
    assert not won[0] & won[1]
    left = take(world, world.charlie, keys) | take(world, again, keys)
    assert won[0] | won[1] | left == set(keys)
    with world.door.workspace(alice.workspace_id) as tx:
        assert tx.value("select count(*) from contact where client_id is not null") == 0
        logged = "select count(*) from change where operation_id in (select id from operation "
        assert tx.value(f"{logged} where kind = 'bulk.release')") == 1_200
