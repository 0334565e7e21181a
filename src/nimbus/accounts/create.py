"""A new workspace with its first person, client and key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from nimbus import operations
from nimbus.access import Who, keys, passwords, scopes_of
from nimbus.accounts.client import Client
from nimbus.accounts.name import login_email, tidy
from nimbus.db.door import Door, Tx
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import invalid

Starter = Callable[[Tx, Operation], None]


# The key that every workspace begins with, which whoever made it has seen.
FIRST_KEY = "First key, made with the workspace"


@dataclass(frozen=True, slots=True)
class NewWorkspace:
    workspace_id: UUID
    user_id: UUID
    client: Client
    api_key: str
    agency: bool
    known: bool
    """Whether its owner was a person here already, who keeps their password."""


def create_workspace(
    door: Door, name: str, email: str, password: str | None, *, person_name: str | None = None,
    agency: bool = False,
    assignment_days: int = 90, starters: tuple[Starter, ...] = (),
) -> NewWorkspace:  # fmt: skip
    """Make a workspace whose owner is `email`. A person who exists already keeps their password:
    none need be given, and another one is refused.

    `starters` give the new workspace what the rooms above want it to begin with, such as a default
    scoring model. All in one transaction. Raises Problem that names the field.
    """
    name, email = tidy(name, "workspace", "workspace"), login_email(email, "email")
    called = tidy(person_name or email.split("@")[0], "name", "person")
    person = find_person(door, email)
    if person and password is not None and not passwords.matches(person.password_hash, password):
        raise invalid(
            f"{email} exists here already, with another password. Give that one or none: the "
            "workspace will be theirs, and their password stays as it is. To change it, use "
            f"nimbus password {email}.",
            "password",
        )
    if person is None and password is None:
        raise invalid("Give it with --password or NIMBUS_PASSWORD.", "password")
    hashed = person.password_hash if person else passwords.hashed(password or "")
    # The id is chosen here, since the policy only lets a workspace see and make itself.
    with door.platform() as tx:
        workspace_id: UUID = tx.value("select uuidv7()")
    with door.workspace(workspace_id) as tx:
        tx.run(
            "insert into workspace (id, name, agency, created_at) values (%s, %s, %s, %s)",
            [workspace_id, name, agency, tx.now],
        )
        user_id: UUID = tx.value("select ensure_person(%s, %s, %s)", [email, called, hashed])
        tx.run(
            "insert into membership (workspace_id, user_id, role) values (%s, %s, 'owner')",
            [workspace_id, user_id],
        )
        client_id: UUID = tx.value(
            "insert into client (workspace_id, name, assignment_days) values (%s, %s, %s) "
            "returning id",
            [workspace_id, name, assignment_days],
        )
        owner = Who(
            "person", workspace_id, email, user_id, scopes_of("owner"), None, "owner", email
        )
        key_id, api_key = keys.issue(tx, owner, FIRST_KEY)
        operation = operations.start(tx, owner, "workspace.create", "cli", subject="workspace",
                                     subject_id=workspace_id)  # fmt: skip
        made: tuple[tuple[str, UUID, dict[str, object]], ...] = (
            ("workspace", workspace_id, {"name": name, "agency": agency}),
            ("person", user_id, {"role": "owner"}),
            ("client", client_id, {"name": name, "assignment_days": assignment_days}),
            ("api_key", key_id, {"name": FIRST_KEY, "scopes": sorted(owner.scopes)}),
        )
        for thing, thing_id, after in made:
            log(tx, operation, thing, thing_id, "created", None, after)
        for start in starters:
            start(tx, operation)
    client = Client(client_id, name, assignment_days, 50)
    return NewWorkspace(workspace_id, user_id, client, api_key, agency, person is not None)


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the instance, of whatever workspace."""

    user_id: UUID
    password_hash: str = field(repr=False)


def find_person(door: Door, email: str) -> Known | None:
    with door.platform() as tx:
        return tx.one(
            Known, "select user_id, password_hash from find_person(%s)", [email.strip().lower()]
        )
