"""What the tests of rollbacks share: the state of a workspace, and a person who edits by hand."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.db.door import Tx
from nimbus.imports import rollback
from nimbus.imports.find import find
from nimbus.imports.import_job import ImportJob
from nimbus.operations.kept import Kept, page
from nimbus.operations.undo_job import Undo
from tests.conftest import Person, World

SCORED = "lead_score,icp_tier,grade,score_fit,score_engagement,score_intent,tier_rule_id,scoring_model_id,score_rules"  # noqa: E501
Rows = dict[UUID, dict[str, Any]]


def contacts(world: World, person: Person | None = None) -> Rows:
    """Every contact that counts (D-29), without its scores and when it was written."""
    return _rows(
        world, person,
        "select id, (to_jsonb(c) - %s::text[]) as row from contact c "
        "where deletion_reason is distinct from 'import_rollback'",
        ["{updated_at,search_text," + SCORED + "}"],
    )  # fmt: skip


def companies(world: World) -> Rows:
    return _rows(world, None, "select id, to_jsonb(k) - 'updated_at' as row from company k", [])


def scores(world: World) -> Rows:
    """Scores of live contacts."""
    return _rows(
        world, None,
        "select id, to_jsonb(array[lead_score, score_fit, score_intent]::text[] || icp_tier) "
        "as row from contact where not is_deleted", [],
    )  # fmt: skip


def claims(world: World, person: Person | None = None) -> list[dict[str, Any]]:
    """The assignments of the workspace that are not over, by email."""
    with world.door.workspace((person or world.alice).who.workspace_id) as tx:
        return tx.rows(
            "select distinct c.email, h.client_id, h.valid_until from contact c "
            "cross join lateral registry_history(c.email_key) h where h.valid_until > %s "
            "order by c.email, h.valid_until", [tx.now],
        )  # fmt: skip


def _rows(world: World, person: Person | None, query: Any, values: list[Any]) -> Rows:
    with world.door.workspace((person or world.alice).who.workspace_id) as tx:
        return {row["id"]: row["row"] for row in tx.rows(query, values)}


def edit(world: World, email: str, table: str = "contact", **values: Any) -> UUID:
    """Alice changes a contact, or a company by its domain, as the log will tell it."""
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        operation = operations.start(tx, world.alice.who, f"{table}.update", "web")
        names = [sql.Identifier(name) for name in values]
        before, after = operations.logged.changed(
            sql.SQL("(c.o)."), sql.SQL("(c.n)."), list(values)
        )
        found: UUID = tx.value(
            sql.SQL(
                """
                with changed as (
                    update {table} set {sets} where workspace_id = %(workspace)s and {key} = %(key)s
                    returning id, old as o, new as n
                )
                insert into change
                    (workspace_id, operation_id, thing, thing_id, kind, before, after)
                select %(workspace)s, %(operation)s, {thing}, c.id, 'updated', {before}, {after}
                from changed c
                returning thing_id
                """
            ).format(
                table=sql.Identifier(table), thing=sql.Literal(table),
                key=sql.Identifier("email" if table == "contact" else "domain"),
                sets=sql.SQL(", ").join(
                    sql.SQL("{} = {}").format(name, sql.Placeholder(name.as_string(None)[1:-1]))
                    for name in names
                ),
                before=before, after=after,
            ),
            {
                "workspace": tx.workspace_id, "operation": operation.id, "key": email,
                **{k: Jsonb(v) if isinstance(v, dict) else v for k, v in values.items()},
            },
        )  # fmt: skip
        return found


def roll_back(world: World, made: ImportJob, work: bool = True) -> Undo:
    return _undo(world, made, rollback.roll_back, work)


def bring_back(world: World, made: ImportJob, work: bool = True) -> Undo:
    return _undo(world, made, rollback.undo_roll_back, work)


def _undo(world: World, made: ImportJob, what: Any, work: bool) -> Undo:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        what(tx, world.alice.who, "api", made.id)
    if work:
        world.work()
    found = last(world, made)
    assert not work or found.is_done, found.message
    return found


def last(world: World, made: ImportJob) -> Undo:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        found = rollback.last_undo(tx, find(tx, made.id))
    assert found
    return found


def status(world: World, made: ImportJob) -> str:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return find(tx, made.id).status


def kept(world: World, made: ImportJob) -> list[Kept]:
    undone = last(world, made)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        return page(tx, undone.id, None, 1_000)


def reasons(world: World, made: ImportJob) -> dict[str, tuple[str, list[str]]]:
    """Of everything that was kept, by email or domain: why, and which columns."""
    return {one.label or "": (one.reason, one.columns) for one in kept(world, made)}


def rescored(tx: Tx) -> set[UUID]:
    """Whom the rules would give another score than they have."""
    from nimbus.scoring.rescore import rescore

    operation = operations.start(tx, operations.operation.Who("system", tx.workspace_id, "x"), "x",
                                 "x")  # fmt: skip
    return set(rescore(tx, operation, sql.SQL("true"), {}))
