"""What was done to people is taken back, by whoever could do it anew (D-33, G-21)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from starlette.testclient import TestClient

from nimbus import clock
from nimbus.access import ROLES
from nimbus.access.keys import issue
from nimbus.db import ids
from tests.accounts.joining import HERE, alone, invited, role_of, shown
from tests.conftest import Person, World


def undo_on(page: str) -> str:
    [found] = set(re.findall(r'action="(/operations/op_\w+/undo)"', page))
    return str(found)


def key(world: World, role: str, whose: Person | None = None) -> dict[str, str]:
    """Of somebody with what a role may do."""
    who = (whose or world.alice).who
    with world.door.workspace(who.workspace_id) as tx:
        _, made = issue(tx, replace(who, scopes=ROLES[role], role=role), role)
    return {"Authorization": f"Bearer {made}"}


def undo(http: TestClient, operation: str, headers: dict[str, str]) -> Any:
    return http.post(f"/api/v1/operations/{operation}/undo/", headers=headers)


def test_a_role_goes_back_and_what_it_let_one_make_ends(
    world: World, http: TestClient, browser_of
) -> None:
    alice = browser_of(world.alice)
    here = f"{HERE}/{shown(world.bob)}"
    changed = alice.post(here, data={"role": "admin"}, follow_redirects=True)
    assert "has another role" in changed.text
    bob = replace(world.bob.who, scopes=ROLES["admin"], role="admin")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        made, _ = issue(tx, bob, "Bob's")
    undone = alice.post(undo_on(changed.text), headers={"hx-request": "true"})
    assert "1 person has their role again" in undone.text
    assert role_of(world, world.bob.email) == "viewer"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        ended = tx.value("select revoked_at from api_key where id = %s", [made])
    assert ended, "as by the change itself"
    # The undo is undone too.
    alice.post(undo_on(undone.text))
    assert role_of(world, world.bob.email) == "admin"


def test_nobody_undoes_their_way_to_a_role_that_they_may_not_give(
    world: World, http: TestClient, browser_of
) -> None:
    admin, member = key(world, "admin"), key(world, "member")
    at = f"/api/v1/people/{shown(world.bob)}/"

    def change(role: str) -> str:
        answer = http.patch(at, json={"role": role}, headers=world.alice.headers)
        assert answer.status_code == 200, answer.text
        return str(answer.headers["nimbus-operation"])

    up, down = change("owner"), change("viewer")
    for operation, who in ((down, admin), (down, member), (up, member)):
        refused = undo(http, operation, who)
        assert refused.status_code == 403, refused.text
    assert role_of(world, world.bob.email) == "viewer"
    # Nor changes one who may do more.
    change("member")
    last = change("owner")
    assert undo(http, last, admin).status_code == 403
    # Bob is an owner, and Alice is none any more: the only one stays.
    mine = f"/api/v1/people/{shown(world.alice)}/"
    owner = key(world, "owner", world.bob)
    assert http.patch(mine, json={"role": "admin"}, headers=owner).status_code == 200
    refused = undo(http, last, owner)
    assert (refused.status_code, "only owner" in refused.text) == (409, True)
    assert role_of(world, world.bob.email) == "owner"


def test_somebody_who_was_let_go_is_here_again(world: World, http: TestClient, browser_of) -> None:
    alice = browser_of(world.alice)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        since = tx.value("select created_at from people() where email = %s", [world.bob.email])
    removal = f"{HERE}/{shown(world.bob)}/removal"
    assert "Undo lets them in again" in alice.get(removal).text
    gone = alice.post(removal, follow_redirects=True)
    assert "was removed from the workspace" in gone.text
    assert role_of(world, world.bob.email) is None
    operation = undo_on(gone.text).split("/")[2]
    assert undo(http, operation, key(world, "member")).status_code == 403
    again = undo(http, operation, world.alice.headers)
    assert again.status_code == 200, again.text
    assert again.json()["counts"]["person_again"] == 1
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = tx.row("select role, created_at from people() where email = %s", [world.bob.email])
    assert found == {"role": "viewer", "created_at": since}
    # To let somebody go is done again by itself.
    assert undo(http, again.json()["operation"]["id"], world.alice.headers).status_code == 409
    gone = http.delete(f"/api/v1/people/{shown(world.bob)}/", headers=world.alice.headers)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("insert into membership (workspace_id, user_id, role) values (%s, %s, 'member')",
               [tx.workspace_id, world.bob.who.id])  # fmt: skip
    refused = undo(http, gone.headers["nimbus-operation"], world.alice.headers)
    assert (refused.status_code, "again already" in refused.text) == (409, True)
    assert role_of(world, world.bob.email) == "member"


def test_a_revoked_invitation_holds_again(world: World, http: TestClient, browser_of) -> None:
    alice = browser_of(world.alice)

    def revoked() -> tuple[str, str]:
        path = invited(alice, role="admin")
        [at] = re.findall(rf'action="({HERE}/invitations/inv_\w+/revocation)"',
                          alice.get(HERE).text)  # fmt: skip
        return path, undo_on(alice.post(at, follow_redirects=True).text).split("/")[2]

    path, operation = revoked()
    assert alone(http).get(path).status_code == 404
    assert undo(http, operation, key(world, "member")).status_code == 403
    told = alice.post(f"/operations/{operation}/undo", headers={"hx-request": "true"}).text
    assert "1 invitation holds again" in told
    assert "Undo</span>" not in told, "it is revoked again by itself"
    assert alone(http).get(path).status_code == 200
    # One that was followed by another, or is over, stays so.
    [at] = re.findall(rf'action="({HERE}/invitations/inv_\w+/revocation)"', alice.get(HERE).text)
    operation = undo_on(alice.post(at, follow_redirects=True).text).split("/")[2]
    other, last = revoked()
    assert undo(http, last, world.alice.headers).status_code == 200
    refused = undo(http, operation, world.alice.headers)
    assert (refused.status_code, "invited again" in refused.text) == (409, True)
    [at] = re.findall(rf'action="({HERE}/invitations/inv_\w+/revocation)"', alice.get(HERE).text)
    last = undo_on(alice.post(at, follow_redirects=True).text).split("/")[2]
    with time_machine.travel(clock.now() + timedelta(days=8)):
        late = undo(http, last, world.alice.headers)
        assert (late.status_code, "is over" in late.text) == (409, True)
    # Alice may not give this role any more, and may have kept the link.
    owner = key(world, "owner")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run("update membership set role = 'member' where user_id = %s", [world.alice.who.id])
    refused = undo(http, last, owner)
    assert (refused.status_code, "may not give that role" in refused.text) == (409, True)
    assert alone(http).get(other).status_code == 404


@pytest.mark.parametrize("path", ["person", "invitation"])
def test_what_ended_with_a_role_stays_ended(
    world: World, http: TestClient, browser_of, path: str
) -> None:
    """Invitations of somebody whose role was taken stay ended when it goes back."""
    alice = browser_of(world.alice)
    alice.post(f"{HERE}/{shown(world.bob)}", data={"role": "admin"})
    link = invited(browser_of(world.bob))
    alice = browser_of(world.alice)
    at = f"{HERE}/{shown(world.bob)}"
    done = (
        alice.post(at, data={"role": "viewer"}, follow_redirects=True) if path == "person"
        else alice.post(f"{at}/removal", follow_redirects=True)
    )  # fmt: skip
    assert alice.post(undo_on(done.text)).status_code == 303
    assert role_of(world, world.bob.email) == "admin"
    assert alone(http).get(link).status_code == 404
    assert ids.show("user", world.bob.who.id) in alice.get(HERE).text  # type: ignore[arg-type]
