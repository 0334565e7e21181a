"""Nobody sees or touches what belongs to another workspace, even where a statement forgets to ask.

Protects design idea 5: row-level security, forced, on every tenant table.
"""

from __future__ import annotations

import uuid

import psycopg
import pytest
from psycopg import sql

from nimbus.db import roles
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from tests.conftest import World
from tests.house.conftest import Populated
from tests.house.wall import holes, tenant_tables

THIS_MONTH = (
    "(select inhrelid::regclass from pg_inherits where inhparent = 'change'::regclass limit 1)"
)

# Each takes a piece out of the wall; the second word must stand in what `holes` says.
BREACHES = [
    ("drop policy tenant on contact", "contact"),
    ("alter table import_row no force row level security", "import_row"),
    ("alter table company disable row level security", "company"),
    ("alter table workspace no force row level security", "workspace"),
    ("create policy everyone on contact using (true)", "contact"),
    ("alter policy tenant on contact using (true)", "contact"),
    ("alter policy tenant on contact with check (true)", "contact"),
    ("alter policy tenant on contact to nimbus_app", "contact"),
    ("create table stray (workspace_id uuid)", "stray"),
    (f"do $$ begin execute format('drop policy tenant on %s', {THIS_MONTH}); end $$", "change_"),
    (f"do $$ begin execute format('grant select on %s to nimbus_app', {THIS_MONTH}); end $$",
     "change_"),
    ("grant select on session to nimbus_app", "session"),
    ("grant select on client_assignment to public", "client_assignment"),
    ("grant select (email) on app_user to nimbus_app", "app_user"),
    ("grant update on change to nimbus_app", "change"),
    ("grant truncate on contact to nimbus_app", "contact"),
    ("do $$ begin create view window_in as select * from contact; "
     "grant select on window_in to nimbus_app; end $$", "window_in"),
    ("alter table contact owner to nimbus_app", "contact"),
    ("alter role nimbus_app bypassrls", "BYPASSRLS"),
    ("grant nimbus_migrate to nimbus_app", "nimbus_migrate"),
    ("grant create on schema public to nimbus_app", "public"),
    ("alter function find_api_key(bytea) reset search_path", "find_api_key"),
    ("alter function find_api_key(bytea) owner to postgres", "find_api_key"),
]  # fmt: skip


def test_the_wall_has_no_holes(instance: Instance) -> None:
    with psycopg.connect(instance.logins.migrate) as connection:
        assert holes(connection) == []
        assert {"contact", "change", "workspace"} < set(tenant_tables(connection))
        assert len(tenant_tables(connection)) > 20


def test_a_breach_is_named(instance: Instance) -> None:
    """Each breach in turn, in a transaction that is rolled back."""
    assert instance.logins.admin
    unseen = []
    with psycopg.connect(instance.logins.admin) as connection:
        for breach, where in BREACHES:
            connection.execute(breach)
            if not any(where in hole for hole in holes(connection)):
                unseen.append(breach)
            connection.rollback()
        assert holes(connection) == []
    assert unseen == []


def test_with_no_workspace_bound_every_table_is_empty_and_refuses_rows(
    populated: Populated,
) -> None:
    world = populated.world
    with psycopg.connect(world.instance.logins.migrate) as connection:
        tables = tenant_tables(connection, partitions=False)
    assert _open(world, tables, None) == []


def test_another_workspace_shows_nothing_and_takes_nothing(populated: Populated) -> None:
    """Alice's transaction, with statements that forget to say which workspace is meant."""
    world, charlie = populated.world, populated.world.charlie.who.workspace_id
    with psycopg.connect(world.instance.logins.migrate) as connection:
        tables = tenant_tables(connection, partitions=False)
        bare = [
            table for table in tables
            if connection.execute(_count(table), [charlie]).fetchone() == (0,)
        ]  # fmt: skip
    # Tables the populated world has nothing in; the loop below proves nothing for these.
    assert set(bare) <= {
        "duplicate_block", "enrichment_cache", "enrichment_provider_key", "erasure_log",
        "erasure_tombstone",
        "import_company", "import_stage", "kept", "webhook_backlog",
    }  # fmt: skip
    assert _open(world, tables, world.alice.who.workspace_id) == []


def test_a_partition_is_reached_through_its_parent_only(world: World) -> None:
    with psycopg.connect(world.instance.logins.migrate) as connection:
        parents = set(tenant_tables(connection, partitions=False))
        partitions = set(tenant_tables(connection)) - parents
    assert partitions
    for partition in partitions:
        with (
            world.door.workspace(world.alice.who.workspace_id) as tx,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            tx.run(sql.SQL("select from {}").format(sql.Identifier(partition)))


# Functions that act with the rights of the tables' owner, who sees over the wall: all there are,
# and why each may. A new one is looked at by somebody before it is listed here.
DEFINERS = {
    "find_api_key": "who is asking, by the hash of a key",
    "find_session": "who is asking, by the hash of a cookie",
    "find_person": "logging in, by email",
    "workspaces_of": "where one's own person belongs",
    "all_workspaces": "periodic jobs and operator commands",
    "people": "of the bound workspace only",
    "ensure_person": "inviting: an existing password stays",
    "rename_person": "one's own, who belongs to the bound workspace",
    "set_password": "one's own, or the operator's command",
    "open_session": "only into a workspace one belongs to",
    "close_session": "one's own",
    "note_login_attempt": "the brake on guessing",
    "login_attempts": "the brake on guessing",
    "clear_login_attempts": "the brake on guessing",
    "ensure_partitions": "makes tables, reads nothing",
    "refresh_statistics": "reads nothing out",
    "is_signing_key": "by its name, which every access token bears",
    "current_signing_key": "the name of the key that signs",
    "open_family": "only into a workspace one belongs to",
    "spend_refresh_token": "one's own, by its hash",
    "close_family": "one's own, by the hash of one of its tokens",
    "find_family": "who is asking, by the name in a signed token",
    "find_invitation": "who is invited, by the hash of their link",
    "open_password_link": "for people of the bound workspace and of no other",
    "find_password_link": "whose it is, by the hash of the link",
    "spend_password_link": "one's own, by the hash of the link",
    "close_password_links": "of the bound workspace only",
    "close_logins": "in the bound workspace only",
    "begin_second_factor": "one's own, while it is off",
    "find_second_factor": "of whoever gave their password, or is logged in",
    "confirm_second_factor": "one's own, with a first code",
    "take_second_factor": "one's own, at the login",
    "take_recovery_code": "one's own, at the login",
    "drop_second_factor": "one's own with a code, or the operator's command",
    "has_second_factor": "of people of the bound workspace only",
    "reset_second_factor": "of people of the bound workspace and of no other",
    "registry_peek": "what others hold, without saying who",
    "registry_claim": "for a client of the bound workspace",
    "redact_changes": "empties the log of contacts that the bound workspace erased",
    "registry_forget": "what the bound workspace has there",
    "registry_set_back": "what the bound workspace held",
    "registry_transfer": "what other clients of the bound workspace hold",
    "registry_prioritise": "what the bound workspace holds",
    "registry_totals": "counters without names (D-16)",
    "registry_history": "of the bound workspace only",
    "registry_count": "adds to counters, reads nothing out",
    "erase_events": "of the bound workspace only",
    "move_events": "between contacts of the bound workspace only",
    "take_back_events": "calls and meetings of the bound workspace only",
    "return_events": "what the bound workspace moved",
}


def test_every_function_that_sees_over_the_wall_is_known(instance: Instance) -> None:
    with psycopg.connect(instance.logins.migrate) as connection:
        rows = connection.execute("select proname from pg_proc where prosecdef").fetchall()
    assert {name for (name,) in rows} == set(DEFINERS)


def test_only_our_roles_may_call_them(instance: Instance) -> None:
    with psycopg.connect(instance.logins.migrate) as connection:
        rows = connection.execute(
            "select p.proname from pg_proc p, aclexplode(coalesce(p.proacl, "
            "acldefault('f', p.proowner))) as a where p.prosecdef and a.grantee = 0"
        ).fetchall()
    assert rows == []


def test_the_registry_names_nobody(populated: Populated) -> None:
    """Charlie holds the email: Alice learns that, and until when, and nothing else (D-15)."""
    world = populated.world
    alice, charlie = world.alice, world.charlie
    with world.door.workspace(charlie.who.workspace_id) as tx:
        key = tx.value("select email_key from contact limit 1")
    with world.door.workspace(alice.who.workspace_id) as tx:
        peeked = tx.row("select * from registry_peek(%s, %s, %s)", [[key], alice.client.id, tx.now])
        assert peeked
        assert (peeked["state"], peeked["holder"]) == ("elsewhere", None)
        assert tx.rows("select * from registry_history(%s)", [key]) == []
        assert {row["email"] for row in tx.rows("select * from people()")} == {
            alice.email, world.bob.email
        }  # fmt: skip
    claim = "select * from registry_claim(%s, %s, 1::smallint, now(), now() + interval '1 day')"
    with (
        world.door.workspace(alice.who.workspace_id) as tx,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        tx.rows(claim, [[uuid.uuid4()], charlie.client.id])


def test_the_registry_needs_a_bound_workspace(populated: Populated) -> None:
    world = populated.world
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        key = tx.value("select email_key from contact limit 1")
    with world.door.platform() as tx:
        assert tx.rows("select * from registry_totals(%s)", [[key]]) == []
        assert tx.rows("select * from registry_history(%s)", [key]) == []
        assert tx.rows("select * from people()") == []
    for call in ("registry_peek(%s, null, now())",
                 "registry_claim(%s, null, 1::smallint, now(), now())",
                 "registry_transfer(%s, null, 1::smallint, now(), now())",
                 "registry_prioritise(%s, '{1}', now())"):  # fmt: skip
        with world.door.platform() as tx, pytest.raises(psycopg.errors.InsufficientPrivilege):
            tx.rows(f"select * from {call}", [[key]])


def _open(world: World, tables: list[str], bound: uuid.UUID | None) -> list[str]:
    """The tables in which a transaction bound to `bound` sees, adds or moves rows of Charlie's."""
    charlie = world.charlie.who.workspace_id
    found = []
    for table in tables:
        with world.door.platform() if bound is None else world.door.workspace(bound) as tx:
            if tx.value(_count(table), [charlie]):
                found.append(f"{table}: shows rows")
            if bound is None and tx.value(_count(table, "<>"), [charlie]):
                found.append(f"{table}: shows rows of others")
            if not _refused(tx, _insert(table), [charlie]):
                found.append(f"{table}: takes rows")
            if table in roles.APPEND_ONLY:
                continue
            if (
                bound
                and tx.value(_count(table), [bound])
                and not _refused(tx, _move(table), [charlie])
            ):
                found.append(f"{table}: lets rows be given away")
            if tx.run(_delete(table), [charlie]):
                found.append(f"{table}: lets rows be deleted")
    return found


def _refused(tx: Tx, statement: sql.Composed, values: list[object]) -> bool:
    """Whether the wall itself refuses, before any constraint is looked at."""
    try:
        with tx.connection.transaction():
            tx.run(statement, values)
    except psycopg.errors.InsufficientPrivilege as error:
        return "row-level security" in str(error)
    except psycopg.errors.IntegrityError:
        return False
    return False


def _key(table: str) -> sql.Identifier:
    return sql.Identifier("id" if table == "workspace" else "workspace_id")


def _count(table: str, operator: str = "=") -> sql.Composed:
    return sql.SQL("select count(*) from {} where {} {} %s").format(
        sql.Identifier(table), _key(table), sql.SQL(operator)
    )


def _insert(table: str) -> sql.Composed:
    return sql.SQL("insert into {} ({}) values (%s)").format(sql.Identifier(table), _key(table))


def _move(table: str) -> sql.Composed:
    return sql.SQL("update {} set {} = %s").format(sql.Identifier(table), _key(table))


def _delete(table: str) -> sql.Composed:
    return sql.SQL("delete from {} where {} = %s").format(sql.Identifier(table), _key(table))
