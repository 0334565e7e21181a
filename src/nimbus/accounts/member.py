"""People of a workspace: their role, a link to a new password, and letting them go."""

from __future__ import annotations

from uuid import UUID

from nimbus import operations
from nimbus.access import Who, links, passwords, scopes_of
from nimbus.accounts.client import refuse_limited
from nimbus.accounts.invitation import revoke_of
from nimbus.accounts.read import Member, people
from nimbus.accounts.role import refuse_above, refuse_role
from nimbus.db import ids
from nimbus.db.door import Door, Tx
from nimbus.operations.operation import log
from nimbus.problems import Problem


def find_member(tx: Tx, user_id: UUID) -> Member:
    """Raises Problem(not_found)."""
    for person in people(tx):
        if person.user_id == user_id:
            return person
    raise ids.missing("user")


def change_role(tx: Tx, who: Who, through: str, user_id: UUID, role: str) -> Member:
    """What the person may do follows at their next request. Raises Problem: the last owner stays
    one, and nobody gives or takes more than they have."""
    person = _changeable(tx, who, user_id)
    refuse_role(who, role)
    if role == person.role:
        return person
    keep_an_owner(tx, person, role)
    operation = operations.start(tx, who, "person.role", through, subject="person",
                                 subject_id=user_id)  # fmt: skip
    give_role(tx, operation, person, role)
    return find_member(tx, user_id)


def give_role(tx: Tx, operation: operations.Operation, person: Member, role: str) -> None:
    """Another role than they have; whoever calls has seen to it that it may be given."""
    tx.run(
        "update membership set role = %s where workspace_id = %s and user_id = %s",
        [role, tx.workspace_id, person.user_id],
    )
    log(tx, operation, "person", person.user_id, "updated", {"role": person.role}, {"role": role})
    _take_back(tx, operation, person, scopes_of(role))


def remove_member(tx: Tx, who: Who, through: str, user_id: UUID) -> Member:
    """They belong here no longer: their sessions, tokens and keys here end at once, and so do
    invitations and links they made. What they did stays. Raises Problem as `change_role` does."""
    person = _changeable(tx, who, user_id)
    keep_an_owner(tx, person, None)
    operation = operations.start(tx, who, "person.remove", through, subject="person",
                                 subject_id=user_id)  # fmt: skip
    _take_back(tx, operation, person, frozenset())
    tx.run("select close_logins(%s)", [user_id])
    tx.run("delete from membership where workspace_id = %s and user_id = %s",
           [tx.workspace_id, user_id])  # fmt: skip
    log(tx, operation, "person", user_id, "removed",
        {"role": person.role, "created_at": person.created_at.isoformat()}, None)  # fmt: skip
    return person


def make_password_link(tx: Tx, who: Who, through: str, user_id: UUID) -> tuple[Member, str]:
    """What stands in the person's link to a new password, in the place of an earlier one. Raises
    Problem(conflict) for somebody who is not this workspace's alone: whoever sets a password could
    enter the others."""
    person = _changeable(tx, who, user_id)
    token = links.made()
    if not tx.value(
        "select open_password_link(%s, %s, %s, %s, %s)",
        [links.digest(token), user_id, who.id, tx.now, tx.now + links.LASTS["password"]],
    ):
        raise Problem(
            "conflict",
            f"{person.name} is at home outside of this workspace too, so nobody here can set their "
            "password. Whoever runs this server can, with nimbus password.",
        )
    operation = operations.start(tx, who, "person.password_link", through, subject="person",
                                 subject_id=user_id)  # fmt: skip
    log(tx, operation, "person", user_id, "password link made", None, None)
    return person, token


def reset_factor(tx: Tx, who: Who, through: str, user_id: UUID) -> Member:
    """The person's login asks for the password alone from now on. Raises Problem(conflict) as
    `make_password_link` does."""
    person = _changeable(tx, who, user_id)
    if not tx.value("select reset_second_factor(%s)", [user_id]):
        raise Problem(
            "conflict",
            f"{person.name} is at home outside of this workspace too, so nobody here can reset "
            "their second factor. Whoever runs this server can, with nimbus password.",
        )
    operation = operations.start(tx, who, "person.second_factor", through, subject="person",
                                 subject_id=user_id)  # fmt: skip
    log(tx, operation, "person", user_id, "second factor off", None, None)
    return person


def set_password_by(door: Door, token: str, whose: Who, password: str) -> None:
    """The password of the person whose link it is; all their sessions and tokens end. Raises
    Problem(not_found) when the link was used meanwhile, and Problem on a password too short."""
    hashed = passwords.hashed(password)
    with door.workspace(whose.workspace_id) as tx:
        if not tx.value("select spend_password_link(%s, %s, %s)",
                        [links.digest(token), hashed, tx.now]):  # fmt: skip
            raise links.over()
        operation = operations.start(tx, whose, "person.password", "web", subject="person",
                                     subject_id=whose.id)  # fmt: skip
        assert whose.id  # noqa: S101 - a person always has one
        log(tx, operation, "person", whose.id, "password changed", None, None)


def _changeable(tx: Tx, who: Who, user_id: UUID) -> Member:
    """Of two who change people at once the second waits, so that an owner is left (`keep_…`)."""
    refuse_limited(who, "Who belongs to it")
    tx.run("select from workspace where id = %s for no key update", [tx.workspace_id])
    person = find_member(tx, user_id)
    refuse_above(who, person.role)
    return person


def keep_an_owner(tx: Tx, person: Member, role: str | None) -> None:
    """Raises Problem(conflict) when nobody would be one after the person has this role, or none."""
    owners = [one for one in people(tx) if one.role == "owner"]
    if role != "owner" and [one.user_id for one in owners] == [person.user_id]:
        raise Problem(
            "conflict",
            f"{person.name} is the only owner. Make somebody else an owner first.",
            "role" if role else None,
        )


def _take_back(
    tx: Tx, operation: operations.Operation, person: Member, left: frozenset[str]
) -> None:
    """What somebody made who may do only what is `left`: keys that reach further, with the keys
    that were made by these (D-33); then the links that they or such a key made."""
    keys = tx.rows(
        """
        with recursive theirs as (
            select k.id, k.name, k.scopes from api_key k
            where k.workspace_id = %(ws)s and k.created_by = %(person)s and k.revoked_at is null
            union
            select k.id, k.name, k.scopes
            from theirs t
            join api_key k on k.workspace_id = %(ws)s and k.created_by = t.id
            where k.workspace_id = %(ws)s and k.revoked_at is null
        )
        select id, name from theirs where not scopes <@ %(left)s::text[] order by id
        """,
        {"ws": tx.workspace_id, "person": person.user_id, "left": sorted(left)},
    )
    tx.run(
        "update api_key set revoked_at = %s where workspace_id = %s and id = any(%s)",
        [tx.now, tx.workspace_id, [key["id"] for key in keys]],
    )
    for key in keys:
        log(tx, operation, "api_key", key["id"], "revoked", {"name": key["name"]}, None)
    makers = [person.user_id, *(key["id"] for key in keys)]
    revoke_of(tx, operation, makers, left)
    tx.run("select close_password_links(%s)", [makers])
