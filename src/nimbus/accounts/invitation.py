"""Inviting people by a link, and joining a workspace by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg

from nimbus import operations
from nimbus.access import ROLES, Who, links, scopes_of
from nimbus.accounts.client import refuse_limited
from nimbus.accounts.name import login_email
from nimbus.accounts.read import people
from nimbus.accounts.role import refuse_role
from nimbus.db import ids
from nimbus.db.door import Door, Tx
from nimbus.operations.operation import log
from nimbus.problems import Problem, invalid


@dataclass(frozen=True, slots=True)
class Invitation:
    """One that waits. What stands in its link is not kept."""

    id: UUID
    email: str
    role: str
    invited_by_name: str
    created_at: datetime
    expires_at: datetime

    @property
    def shown_id(self) -> str:
        return ids.show("inv", self.id)


def waiting(tx: Tx) -> list[Invitation]:
    """Those that can still be accepted, newest first."""
    return tx.all(
        Invitation,
        """
        select id, email, role, invited_by_name, created_at, expires_at
        from invitation
        where workspace_id = %s and ended_at is null and expires_at > %s
        order by created_at desc, id desc
        """,
        [tx.workspace_id, tx.now],
    )


def find_invitation(tx: Tx, invitation_id: UUID) -> Invitation:
    """Raises Problem(not_found), also for one that was accepted or revoked or is over."""
    for one in waiting(tx):
        if one.id == invitation_id:
            return one
    raise ids.missing("inv")


def invite(tx: Tx, who: Who, through: str, email: str, role: str) -> tuple[Invitation, str]:
    """Invite somebody with a role; answers what stands in their link, which is never to be seen
    again. Raises Problem that names the field: who is here or invited already is not invited."""
    refuse_limited(who, "Who belongs to it")
    email = login_email(email, "email")
    if "." not in email.partition("@")[2]:
        raise invalid("There should be a period in what follows the @, as in acme.com.", "email")
    refuse_role(who, role)
    if any(person.email == email for person in people(tx)):
        raise Problem("conflict", f"{email} belongs to this workspace already.", "email")
    tx.run(
        "update invitation set ended_at = expires_at "
        "where workspace_id = %s and email = %s and ended_at is null and expires_at <= %s",
        [tx.workspace_id, email, tx.now],
    )
    token = links.made()
    operation = operations.start(tx, who, "person.invite", through)
    try:
        with tx.connection.transaction():
            invitation_id: UUID = tx.value(
                """
                insert into invitation
                    (workspace_id, email, role, token_hash, invited_by, invited_by_name,
                     created_at, expires_at)
                values (%s, %s, %s, %s, %s, %s, %s, %s) returning id
                """,
                [tx.workspace_id, email, role, links.digest(token), who.id, who.name, tx.now,
                 tx.now + links.LASTS["invitation"]],
            )  # fmt: skip
    except psycopg.errors.UniqueViolation:
        raise Problem(
            "conflict",
            f"{email} is invited already. If the link is lost, revoke that invitation and send "
            "another.",
            "email",
        ) from None
    log(tx, operation, "invitation", invitation_id, "created", None, {"email": email, "role": role})
    return find_invitation(tx, invitation_id), token


def revoke_invitation(tx: Tx, who: Who, through: str, invitation_id: UUID) -> Invitation:
    """Its link leads nowhere from now on. Raises Problem(not_found) as `find_invitation` does."""
    refuse_limited(who, "Who belongs to it")
    found = find_invitation(tx, invitation_id)
    operation = operations.start(tx, who, "invitation.revoke", through, subject="invitation",
                                 subject_id=invitation_id)  # fmt: skip
    if not _end(tx, [invitation_id]):  # Somebody else was quicker.
        raise ids.missing("inv")
    log(tx, operation, "invitation", invitation_id, "revoked",
        {"email": found.email, "role": found.role}, None)  # fmt: skip
    return found


def revoke_of(
    tx: Tx, operation: operations.Operation, makers: Sequence[UUID], left: frozenset[str]
) -> None:
    """Of these people and keys, who may do only what is `left`: what they could not send now ends,
    since they may have kept the link."""
    kept = [role for role, scopes in ROLES.items() if "people:write" in left and scopes <= left]
    theirs = tx.rows(
        "select id, email, role from invitation "
        "where workspace_id = %s and ended_at is null and invited_by = any(%s) "
        "and role <> all(%s) and expires_at > %s",
        [tx.workspace_id, list(makers), kept, tx.now],
    )
    if theirs:
        _end(tx, [one["id"] for one in theirs])
    for one in theirs:
        log(tx, operation, "invitation", one["id"], "revoked",
            {"email": one["email"], "role": one["role"]}, None)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Invited:
    """What the link of an invitation leads to."""

    workspace_id: UUID
    id: UUID
    email: str
    role: str
    workspace: str
    invited_by: str


def join(door: Door, invited: Invited, person: UUID | None, name: str, hashed: str | None) -> UUID:
    """The invited one belongs to the workspace from now on; answers who it is.

    `person` is who has proven to be the one with this email; None makes a new person with the name
    and the hash of a password. Raises Problem(not_found) where somebody was quicker with the link,
    and Problem(conflict) where the person was made meanwhile.
    """
    with door.workspace(invited.workspace_id) as tx:
        if not _end(tx, [invited.id]):
            raise links.over()
        if person is None:
            person = tx.value("select ensure_person(%s, %s, %s)", [invited.email, name, hashed])
            own = tx.row("select password_hash from find_person(%s)", [invited.email])
            if own is None or own["password_hash"] != hashed:
                raise Problem("conflict", "Somebody has just joined with this email. Try again.")
        told = tx.row("select name from find_person(%s)", [invited.email])
        name = told["name"] if told else name
        who = Who("person", tx.workspace_id, name, person, scopes_of(invited.role), None,
                  invited.role, invited.email, invited.workspace)  # fmt: skip
        operation = operations.start(tx, who, "person.join", "web", subject="person",
                                     subject_id=person)  # fmt: skip
        log(tx, operation, "invitation", invited.id, "accepted", None, None)
        if tx.run(
            "insert into membership (workspace_id, user_id, role, created_at) "
            "values (%s, %s, %s, %s) on conflict (workspace_id, user_id) do nothing",
            [tx.workspace_id, person, invited.role, tx.now],
        ):
            log(tx, operation, "person", person, "joined", None, {"role": invited.role})
    assert person is not None  # noqa: S101 - proven or made
    return person


def _end(tx: Tx, invitations: Sequence[UUID]) -> int:
    return tx.run(
        "update invitation set ended_at = %s "
        "where workspace_id = %s and id = any(%s) and ended_at is null and expires_at > %s",
        [tx.now, tx.workspace_id, list(invitations), tx.now],
    )
