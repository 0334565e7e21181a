"""Taking back what was done to people: a role, who was let go, an invitation that was revoked.

What an undo gives is given by whoever undoes: by the rules of giving it anew (D-33). What ended
with it for safety, such as keys and sessions, stays ended.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from nimbus.access import ROLES, Who
from nimbus.accounts.client import refuse_limited
from nimbus.accounts.member import give_role, keep_an_owner
from nimbus.accounts.read import people
from nimbus.accounts.role import refuse_above, refuse_role
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations.operation import log
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.operations.undoing import Undoable
from nimbus.problems import Problem

_SQL = beside(__file__, "restore.sql")

ROLE, REMOVE, REVOKE = "person.role", "person.remove", "invitation.revoke"


def _restore_people(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """An operation changes one person."""
    members = {person.user_id: person for person in people(tx)}
    back, again = 0, 0
    for row in tx.rows(_SQL["people"]):
        person = members.get(row["thing_id"])
        if person and person.role == row["had"] and row["role"]:
            give_role(tx, undoing.operation, person, row["role"])
            back += 1
        elif person is None and row["removed"]:
            values = {"workspace": tx.workspace_id, "person": row["thing_id"], "now": tx.now, **row}
            again += tx.run(_SQL["let_in"], values)
            log(tx, undoing.operation, "person", row["thing_id"], "restored", None,
                {"role": row["removed"]})  # fmt: skip
    return {"person_restored": back, "person_again": again}


def _restore_invitations(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Only one that was revoked by itself: what ended with its maker's rights stays ended."""
    if undoing.kind != REVOKE:
        return {}
    values = {"workspace": tx.workspace_id, "now": tx.now, "undoing": undoing.operation.id}
    return {"invitation_restored": tx.run(_SQL["reopen"], values)}


def _lock(tx: Tx) -> None:
    """As for any change of people, of whom one at a time is changed."""
    tx.run("select from workspace where id = %s for no key update", [tx.workspace_id])


STEPS = (
    Step("person", Columns(), _lock, _restore_people),
    Step("invitation", Columns(), _lock, _restore_invitations),
)


def _changed(tx: Tx, who: Who, operation_id: UUID, thing: str) -> list[dict[str, Any]]:
    refuse_limited(who, "Who belongs to it")
    _lock(tx)
    values = {"workspace": tx.workspace_id, "operation": operation_id, "thing": thing}
    return tx.rows(_SQL["changed"], values)


def _refuse_role(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Nobody undoes their way to a role that they may not give, or out of one that they may not
    change; and an owner is left."""
    members = {person.user_id: person for person in people(tx)}
    for row in _changed(tx, who, operation_id, "person"):
        person = members.get(row["thing_id"])
        if person is None:
            raise Problem("conflict", "This person does not belong to the workspace any more.")
        refuse_above(who, person.role)
        refuse_role(who, row["role"])
        keep_an_owner(tx, person, row["role"])


def _refuse_letting_in(tx: Tx, who: Who, operation_id: UUID) -> None:
    here = {person.user_id for person in people(tx)}
    for row in _changed(tx, who, operation_id, "person"):
        if row["thing_id"] in here:
            raise Problem("conflict", "This person belongs to the workspace again already.")
        refuse_role(who, row["role"])


def _refuse_reopening(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Its link is known to whoever made it: they must still be able to give that role."""
    for row in _changed(tx, who, operation_id, "invitation"):
        refuse_role(who, row["role"])
        values = {"workspace": tx.workspace_id, "id": row["thing_id"]}
        found = tx.row(_SQL["invitation"], values)
        email = row["email"]
        if found is None or found["expires_at"] <= tx.now:
            raise Problem("conflict", f"The invitation of {email} is over. Invite them anew.")
        if found["invited_again"] or any(person.email == email for person in people(tx)):
            raise Problem("conflict", f"{email} is invited again, or belongs here, by now.")
        may = set(found["key_scopes"] or ROLES.get(found["maker_role"], ()))
        if "people:write" not in may or not ROLES[row["role"]] <= may:
            raise Problem(
                "conflict",
                f"{found['invited_by_name']}, who made this invitation, may not give that role any "
                f"more. Invite {email} anew.",
            )


UNDOABLE = {
    ROLE: Undoable("another role", "people:write", refuse=_refuse_role),
    REMOVE: Undoable("a removal from the workspace", "people:write", once=True,
                     refuse=_refuse_letting_in),
    REVOKE: Undoable("the revocation of an invitation", "people:write", once=True,
                     refuse=_refuse_reopening),
}  # fmt: skip
