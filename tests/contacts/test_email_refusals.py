"""Another email is no way around a refusal (G-02), and none around who holds it (S0-82)."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from nimbus.access import Who
from nimbus.access.keys import issue
from nimbus.access.scopes import ROLES
from nimbus.db import ids
from tests.conftest import World
from tests.contacts.editing import LIST, Api
from tests.imports.test_run import bring


@pytest.fixture
def api(http: TestClient, world: World) -> Api:
    return Api(http, world)


@pytest.fixture
def member(api: Api) -> dict[str, str]:
    """The headers of a key of somebody who may edit contacts, and no consent."""
    alice = api.world.alice.who
    with api.world.door.workspace(alice.workspace_id) as tx:
        who = Who("person", tx.workspace_id, "Mia", alice.id, ROLES["member"])
        return {"Authorization": f"Bearer {issue(tx, who, 'Mia')[1]}"}


def created(api: Api, email: str, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    body = {"email": email, "consent_status": "opted_in", **more}
    answer = api.http.post(LIST, json=body, headers=headers)
    assert answer.status_code in (201, 422), answer.text
    return dict(answer.json())


def suppressed(api: Api) -> dict[str, tuple[str, str]]:
    answer = api.http.get("/api/v1/suppressions/", headers=api.world.alice.headers).json()
    return {one["email"]: (one["reason"], one["source"]) for one in answer["data"]}


def undo(api: Api, edit: Any, headers: dict[str, str]) -> None:
    path = f"/api/v1/operations/{edit.headers['nimbus-operation']}/undo/"
    answer = api.http.post(path, headers=headers)
    assert answer.status_code == 200, answer.text


def test_whoever_opted_out_stays_so_under_the_email_they_had(
    api: Api, member: dict[str, str]
) -> None:
    edit = api("PATCH", "cy", json={"email": "parked@example.com"}, headers=member)
    told = edit.json()
    assert (told["email"], told["consent_status"]) == ("parked@example.com", "opted_out")
    assert suppressed(api) == {"cy@example.com": ("opt_out", "new_email")}
    refused = created(api, "cy@example.com", member)
    assert refused["error"]["code"] == "suppressed"
    assert api.patch("cy", {"email": "cy@example.com"}, 422)["reason"] == "opt_out"
    # The edit is taken back as a whole.
    undo(api, edit, member)
    assert (api.get("cy")["email"], suppressed(api)) == ("cy@example.com", {})


def test_an_undo_that_leaves_the_email_leaves_the_refusal(api: Api, member: dict[str, str]) -> None:
    first = api("PATCH", "cy", json={"email": "cy2@example.com"}, headers=member)
    api.patch("cy", {"email": "cy3@example.com"}, headers=member)
    undo(api, first, member)
    assert api.get("cy")["email"] == "cy3@example.com"
    held = {"cy@example.com": ("opt_out", "new_email"), "cy2@example.com": ("opt_out", "new_email")}
    assert suppressed(api) == held
    edit = api("PATCH", "cy", json={"email": "cy4@example.com"})
    assert bring(api.world, "Email\ncy3@example.com\n", api.world.charlie).imported == 1
    undo(api, edit, api.world.alice.headers)
    assert api.get("cy")["email"] == "cy4@example.com"
    assert suppressed(api) == held | {"cy3@example.com": ("opt_out", "new_email")}


def test_what_was_refused_under_an_email_holds_when_it_goes_back(
    api: Api, member: dict[str, str]
) -> None:
    moved = {
        name: api("PATCH", name, json={"email": f"{name}2@acme.com"}, headers=member)
        for name in ("ada", "bo")
    }
    api.patch("ada", {"consent_status": "opted_out"}, headers=member)
    api.http.post(
        "/api/v1/suppressions/", json={"emails": ["bo2@acme.com"], "reason": "opt_out"},
        headers=api.world.alice.headers,
    )  # fmt: skip
    for edit in moved.values():
        undo(api, edit, member)
    assert [api.get(name)["email"] for name in moved] == ["ada@acme.com", "bo@acme.com"]
    assert api.get("ada")["consent_status"] == "opted_out"
    assert suppressed(api) == {
        "ada2@acme.com": ("opt_out", "new_email"), "bo2@acme.com": ("opt_out", "api"),
        "bo@acme.com": ("opt_out", "new_email"),
    }  # fmt: skip


def test_who_unsubscribed_by_status_alone_is_held_back_for_that(api: Api) -> None:
    api.patch("bo", {"status": "unsubscribed"})
    api.patch("bo", {"email": "bo2@acme.com"})
    assert suppressed(api) == {"bo@acme.com": ("unsubscribe", "new_email")}


def test_what_is_said_of_an_email_holds_for_the_next(api: Api, member: dict[str, str]) -> None:
    for email, reason in (("ada@acme.com", "spam_complaint"), ("bo@acme.com", "hard_bounce")):
        api.http.post(
            "/api/v1/suppressions/", json={"emails": [email], "reason": reason},
            headers=api.world.alice.headers,
        )  # fmt: skip
    api.patch("ada", {"email": "ada2@acme.com"}, headers=member)
    # An address that bounced says nothing of the person.
    api.patch("bo", {"email": "bo2@acme.com"}, headers=member)
    assert suppressed(api) == {
        "ada@acme.com": ("spam_complaint", "api"), "bo@acme.com": ("hard_bounce", "api"),
        "ada2@acme.com": ("spam_complaint", "new_email"),
    }  # fmt: skip


def test_a_refusal_in_the_trash_comes_with_the_email(api: Api, member: dict[str, str]) -> None:
    api("DELETE", "cy", json={"deletion_reason": "Tidying"})
    api.patch("ada", {"consent_status": "opted_in", "consent_source": "web"})
    told = api.patch("ada", {"email": "cy@example.com"}, headers=member)
    assert (told["email"], told["consent_status"]) == ("cy@example.com", "opted_out")
    assert told["consent_source"] == "imported", "the evidence is that of the refusal"
    # It is the same person's, so their other email is none to write to either.
    assert suppressed(api) == {"ada@acme.com": ("opt_out", "new_email")}
    api("POST", "bo", "email/", json={"email": "cy2@example.com", "why": "Typo"})
    assert api.get("bo")["consent_status"] == "unknown"


def test_an_undo_takes_no_email_that_another_workspace_holds(api: Api) -> None:
    world = api.world
    edit = api("PATCH", "ada", json={"email": "ada2@acme.com", "title": "CEO"})
    assert bring(world, "Email\nada@acme.com\n", world.charlie).imported == 1
    undo(api, edit, world.alice.headers)
    now = api.get("ada")
    assert (now["email"], now["title"]) == ("ada2@acme.com", "Director of RevOps")
    assert now["assigned_until"], "it is still held for this one"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        kept = tx.rows("select reason, columns from kept")
    assert kept == [{"reason": "assigned_elsewhere", "columns": ["email"]}]


def test_an_undo_brings_back_no_email_of_somebody_who_was_erased(api: Api) -> None:
    headers = api.world.alice.headers
    edit = api("PATCH", "ada", json={"email": "ada2@acme.com", "title": "CEO"})
    other = created(api, "ada@acme.com", headers)["id"]
    api("DELETE", other, params={"hard": "true"})
    undo(api, edit, headers)
    now = api.get("ada")
    assert (now["email"], now["title"]) == ("ada2@acme.com", "Director of RevOps")
    path = f"/api/v1/operations/{latest(api)}/kept/"
    [kept] = api.http.get(path, headers=headers).json()["data"]
    assert kept["message"] == "Whoever had this email was erased."


def latest(api: Api) -> str:
    """The last operation."""
    with api.world.door.workspace(api.world.alice.who.workspace_id) as tx:
        return ids.show("op", tx.value("select id from operation order by id desc limit 1"))
