"""The matrix of deduplication: what is here × who holds the email (D-04, D-29)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from nimbus import clock
from nimbus.identity import email_key
from nimbus.imports.find import rows
from tests.conftest import Person, World
from tests.imports.test_run import bring

ONE = "Email,First name,Title\nzoe@acme.com,Zoe,CEO\n"
NOW = clock.now()
LONG_AGO = NOW - timedelta(days=400)


def assign(world: World, holder: Person, start_days: int, end_days: int) -> None:
    """An assignment of zoe@acme.com, written as the owner of the registry."""
    import psycopg

    key = email_key(world.instance.secrets.key("email"), "zoe@acme.com")
    with psycopg.connect(world.instance.logins.migrate) as connection:
        connection.execute(
            "insert into global_contact (email_key) values (%s) on conflict do nothing", [key]
        )
        connection.execute(
            "insert into client_assignment (email_key, workspace_id, client_id, priority, valid) "
            "values (%s, %s, %s, 50, tstzrange(%s, %s))",
            [key, holder.who.workspace_id, holder.client.id,
             NOW + timedelta(days=start_days), NOW + timedelta(days=end_days)],
        )  # fmt: skip


def contact(world: World, state: str) -> None:
    """Zoe as Alice has her: not at all, live, or in the trash."""
    if state == "none":
        return
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        tx.run(
            """
            insert into contact (workspace_id, email, email_domain, email_key, title, is_deleted,
                deleted_at, deletion_reason, created_at, updated_at)
            values (%s, 'zoe@acme.com', 'acme.com', %s, 'Intern', %s, %s, %s, %s, %s)
            """,
            [tx.workspace_id, email_key(world.instance.secrets.key("email"), "zoe@acme.com"),
             state == "trash", LONG_AGO if state == "trash" else None,
             "test" if state == "trash" else None, LONG_AGO, LONG_AGO],
        )  # fmt: skip


@pytest.mark.parametrize("assignment", ["none", "mine", "mine_expired", "other", "other_expired"])
@pytest.mark.parametrize("here", ["none", "live", "trash"])
def test_every_cell_of_the_matrix(world: World, here: str, assignment: str) -> None:
    contact(world, here)
    match assignment:
        case "mine":
            assign(world, world.alice, -80, 10)
        case "mine_expired":
            assign(world, world.alice, -200, -100)
        case "other":
            assign(world, world.charlie, -10, 80)
        case "other_expired":
            assign(world, world.charlie, -200, -100)

    done = bring(world, ONE)

    expected = {"none": "imported", "live": "updated", "trash": "skipped"}[here]
    reason = {"none": None, "live": None, "trash": "in_trash"}[here]
    if assignment == "other":
        expected, reason = "skipped", "assigned_elsewhere"
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (row,) = rows(tx, done.id)
        live = tx.rows("select * from contact where not is_deleted")
        held = tx.rows(
            "select * from registry_history(%s)",
            [email_key(world.instance.secrets.key("email"), "zoe@acme.com")],
        )
    assert (row.status, row.reason) == (expected, reason), done.message
    assert done.total == 1
    if expected == "skipped":
        assert [person["title"] for person in live] == (["Intern"] if here == "live" else [])
        active = [one for one in held if one["valid_until"] > clock.now()]
        # What is left alone neither claims nor renews.
        assert [one["valid_until"] for one in active] == (
            [NOW + timedelta(days=10)] if assignment == "mine" else []
        )
    else:
        assert [person["title"] for person in live] == ["CEO"]
        assert live[0]["client_id"] == world.alice.client.id
        assert live[0]["assigned_until"] == held[0]["valid_until"]
        assert held[0]["valid_until"] > NOW + timedelta(days=89)


def test_restore_and_new_say_what_happens_to_the_trash(world: World) -> None:
    contact(world, "trash")
    restored = bring(world, ONE, in_trash="restore")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (row,) = rows(tx, restored.id)
        (person,) = tx.rows("select * from contact")
    assert (row.status, row.reason) == ("updated", "restored")
    assert (person["is_deleted"], person["title"]) == (False, "CEO")


def test_new_leaves_the_trashed_contact(world: World) -> None:
    contact(world, "trash")
    done = bring(world, ONE, in_trash="new")
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        people = tx.rows("select * from contact order by is_deleted")
    assert done.imported == 1
    assert [(p["is_deleted"], p["title"]) for p in people] == [(False, "CEO"), (True, "Intern")]


@pytest.mark.parametrize(
    ("behavior", "here", "status", "reason"),
    [
        ("skip", "live", "skipped", "already_here"),
        ("create_only", "live", "skipped", "already_here"),
        ("error", "live", "errored", "already_here"),
        ("update_only", "live", "updated", None),
        ("update_only", "none", "skipped", "not_here"),
        ("skip", "none", "imported", None),
        ("error", "none", "imported", None),
    ],
)
def test_what_to_do_with_contacts_that_are_here(
    world: World, behavior: str, here: str, status: str, reason: str | None
) -> None:
    contact(world, here)
    done = bring(world, ONE, dedup_behavior=behavior)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        (row,) = rows(tx, done.id)
        claims = tx.value(
            "select count(*) from registry_history(%s)",
            [email_key(world.instance.secrets.key("email"), "zoe@acme.com")],
        )
    assert (row.status, row.reason) == (status, reason)
    assert claims == (1 if status in ("imported", "updated") else 0)
