"""The batch check says of every row what a plain reading of the lists says (S1-42 … S1-44)."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from nimbus.db.door import Tx
from nimbus.suppression import check_statement
from nimbus.suppression.suppression import DOMAIN_REASONS, REASONS, parents

labels = st.sampled_from(["a", "b", "mail"])
domains = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "com"]))
emails = st.builds("{}@{}".format, st.sampled_from(["bo", "al"]), domains)


def expected(email: str, listed: dict[str, str], held: dict[str, str]) -> tuple[str, str] | None:
    if email in listed:
        return "workspace", listed[email]
    for domain in parents(email.split("@")[1]):
        if domain in held:
            return "domain", held[domain]
    return None


def fill(tx: Tx, listed: dict[str, str], held: dict[str, str]) -> None:
    for table, column, lines in (
        ("suppression", "email", listed),
        ("suppression_domain", "domain", held),
    ):
        more = ", source" if table == "suppression" else ""
        tx.run(
            sql.SQL(
                "insert into {} (workspace_id, {}, reason, created_by, created_at{}) "
                "select %s, n, r, 'test', %s{} from unnest(%s::text[], %s::text[]) as u (n, r)"
            ).format(
                sql.Identifier(table), sql.Identifier(column), sql.SQL(more),
                sql.SQL(", 'test'" if more else ""),
            ),
            [tx.workspace_id, tx.now, list(lines), list(lines.values())],
        )  # fmt: skip


def batch(tx: Tx, rows: list[str]) -> None:
    tx.run(
        "create temporary table batch "
        "(row_no int, email text, email_domain text, email_key uuid) on commit drop"
    )
    tx.run(
        "insert into batch select at, e, split_part(e, '@', 2) "
        "from unnest(%s::text[]) with ordinality as u (e, at)",
        [rows],
    )


def ask(tx: Tx) -> dict[int, tuple[str, str]]:
    rows = tx.rows(
        sql.SQL("select row_no, layer, reason from ({}) as held").format(sql.SQL(check_statement)),
        {"workspace": tx.workspace_id},
    )
    assert len(rows) == len({row["row_no"] for row in rows})
    return {row["row_no"]: (row["layer"], row["reason"]) for row in rows}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(emails, max_size=12),
    listed=st.dictionaries(emails, st.sampled_from(list(REASONS)), max_size=5),
    held=st.dictionaries(domains, st.sampled_from(list(DOMAIN_REASONS)), max_size=4),
)
def test_a_batch_is_told_what_a_plain_reading_tells(world, rows, listed, held):
    with (
        world.door.workspace(world.alice.who.workspace_id) as tx,
        tx.connection.transaction(force_rollback=True),
    ):
        fill(tx, listed, held)
        batch(tx, rows)
        plain = {at: expected(email, listed, held) for at, email in enumerate(rows, 1)}
        assert ask(tx) == {at: found for at, found in plain.items() if found}


def test_the_nearest_domain_counts_and_the_email_before_it(world):
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        fill(tx, {"bo@acme.com": "manual"}, {"acme.com": "competitor", "eu.acme.com": "customer"})
        batch(tx, ["bo@acme.com", "al@acme.com", "al@x.eu.acme.com", "al@notacme.com", "al@com"])
        assert ask(tx) == {
            1: ("workspace", "manual"),
            2: ("domain", "competitor"),
            3: ("domain", "customer"),
        }


def test_another_workspace_s_lists_hold_nothing_back(world):
    with world.door.workspace(world.charlie.who.workspace_id) as tx:
        fill(tx, {"bo@acme.com": "opt_out"}, {"acme.com": "competitor"})
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        batch(tx, ["bo@acme.com", "al@acme.com"])
        assert ask(tx) == {}
