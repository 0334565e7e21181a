"""What the operator of an instance does from the command line, outside of any workspace."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import psycopg

from nimbus import clock, operations
from nimbus.access import passwords, tokens
from nimbus.access.who import system
from nimbus.db.instance import Instance
from nimbus.operations.operation import log
from nimbus.problems import Problem, invalid

BATCH = 10_000


def make_operator(instance: Instance, email: str) -> None:
    """Let a person act as the platform's operator (D-25, D-33). Raises Problem when unknown."""
    with psycopg.connect(instance.logins.migrate) as connection:
        found = connection.execute(
            "update app_user set is_operator = true where email = %s", [_address(email)]
        )
        if not found.rowcount:
            raise _nobody(email)
    with instance.door.platform() as tx:
        user_id = tx.value("select user_id from find_person(%s)", [_address(email)])
    _note(instance, user_id, "updated", {"is_operator": True})


def set_password(
    instance: Instance, email: str, password: str, *, without_factor: bool = False
) -> None:
    """A new password; every session of the person ends, and every token. `without_factor` also
    forgets their second factor, for a person who lost it and has nobody else to reset it."""
    hashed = passwords.hashed(password)
    with instance.door.platform() as tx:
        user_id = tx.value("select user_id from find_person(%s)", [_address(email)])
        if user_id is None:
            raise _nobody(email)
        tx.run("select set_password(%s, %s)", [user_id, hashed])
        if without_factor:
            tx.run("select drop_second_factor(%s)", [user_id])
    _note(instance, user_id, "password changed", None)


def _note(
    instance: Instance, user_id: UUID, kind: str, after: dict[str, object] | None
) -> None:  # fmt: skip
    """In the log of every workspace that the person belongs to."""
    with instance.door.platform() as tx:
        workspaces = tx.column("select workspace_id from workspaces_of(%s)", [user_id])
    for workspace_id in workspaces:
        with instance.door.workspace(workspace_id) as tx:
            operation = operations.start(
                tx, system(workspace_id, "The operator"), "person.operate", "cli",
                subject="person", subject_id=user_id,
            )  # fmt: skip
            log(tx, operation, "person", user_id, kind, None, after)


def rotate_signing_key(instance: Instance, *, at_once: bool) -> None:
    """Sign access tokens with a new key from now on. Those of the one before are good until they
    are over; with `at_once` all are refused, and their owners refresh them."""
    now = clock.now()
    until = now if at_once else now + tokens.LASTS
    with psycopg.connect(instance.logins.migrate) as connection:
        connection.execute(
            "update signing_key set good_until = %s where good_until is null or good_until > %s",
            [until, until],
        )
        connection.execute("insert into signing_key (created_at) values (%s)", [now])


def opt_out(instance: Instance, keys: Sequence[UUID], reason: str) -> int:
    """Note platform-wide opt-outs by registry key; answers how many are new (S0-09, D-15).

    Under the owner's role: the application may only ask the registry, never change it.
    """
    reason = reason.strip()
    if not reason or len(reason) > 500 or not reason.isprintable():
        raise invalid("Say why in one line of at most 500 characters.", "reason")
    new, now = 0, clock.now()
    ordered = sorted(set(keys))
    with psycopg.connect(instance.logins.migrate) as connection:
        for start in range(0, len(ordered), BATCH):
            done = connection.execute(
                """
                insert into global_contact
                    (email_key, is_globally_suppressed, suppressed_reason, suppressed_at)
                select key, true, %s, %s from unnest(%s::uuid[]) as k (key) order by key
                on conflict (email_key) do update set
                    is_globally_suppressed = true,
                    suppressed_reason = excluded.suppressed_reason,
                    suppressed_at = excluded.suppressed_at
                where not global_contact.is_globally_suppressed
                """,
                [reason, now, ordered[start : start + BATCH]],
            )
            new += done.rowcount
            connection.commit()
    return new


def holder_of(instance: Instance, key: UUID) -> UUID | None:
    """The workspace that holds an email now, by its registry key: for the operator alone, since no
    workspace may learn it (D-15)."""
    with psycopg.connect(instance.logins.migrate) as connection:
        found = connection.execute(
            "select workspace_id from client_assignment where email_key = %s and upper(valid) > %s",
            [key, clock.now()],
        ).fetchone()
    return found[0] if found else None


def _address(email: str) -> str:
    return email.strip().lower().replace("\0", "")


def _nobody(email: str) -> Problem:
    return Problem("not_found", f"Nobody here has the email {email}.", "email")
