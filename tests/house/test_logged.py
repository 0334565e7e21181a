"""Everything that people decide leaves a line in the log, whatever way it came in (S0-25, G-49)."""

from __future__ import annotations

import psycopg

from nimbus.audit.things import KINDS
from tests.conftest import World
from tests.house.conftest import Populated
from tests.house.wall import tenant_tables

# The tables whose rows people make and change: under which thing the log tells of them, by which
# column.
LOGGED = {
    "api_key": ("api_key", "id"),
    "client": ("client", "id"),
    "company": ("company", "id"),
    "contact": ("contact", "id"),
    "custom_field": ("custom_field", "id"),
    "deal": ("deal", "id"),
    "field_mapping": ("field_mapping", "id"),
    "icp_tier_rule": ("icp_tier_rule", "id"),
    "import_job": ("import", "id"),
    "invitation": ("invitation", "id"),
    "membership": ("person", "user_id"),
    "note": ("note", "id"),
    "personalization": ("personalization", "id"),
    "saved_view": ("saved_view", "id"),
    "scoring_model": ("scoring_model", "id"),
    "segment": ("segment", "id"),
    "segment_member": ("segment_member", "contact_id"),
    "suppression": ("suppression", "id"),
    "suppression_domain": ("suppression_domain", "id"),
    "tag": ("tag", "id"),
    "task": ("task", "id"),
    "webhook": ("webhook", "id"),
    "workspace": ("workspace", "id"),
}
# Told of though they are no rows that people change: what people say of a pair, what moved with a
# contact, and that a call or a meeting was logged.
BESIDES = {"assignment", "duplicate_pair", "engagement", "event"}
# What is no change of anything, each with the reason.
NOT_LOGGED = {
    "bulk_operation": "an action on many: what it did is told of each",
    "bulk_row": "what became of each in it",
    "change": "the log",
    "operation": "the log",
    "kept": "the log: what an undo left as it is",
    "seal": "the log under seal",
    "sealed_operation": "the log under seal",
    "erasure_log": "erasures, which the log tells of too",
    "erasure_tombstone": "keeps the erased away",
    "engagement_event": "what happened, append-only itself",
    "engagement_key": "which of them are known",
    "engagement_total": "counted from them",
    "export": "a file for a week; that it was made is an operation",
    "list_columns": "how a person has the list drawn for themselves",
    "file": "bytes of imports and exports",
    "idempotency_key": "answers kept for a day",
    "daily_count": "counted from contacts",
    "daily_count_due": "when to count them",
    "suppression_file": "what came of a file: each line is told of on its list",
    "duplicate_block": "staging of a scan",
    "duplicate_due": "who is still to be looked for",
    "duplicate_keys": "an index",
    "duplicate_pair": "what the finder proposes; what people say of it is logged",
    "import_company": "staging",
    "import_row": "the ledger of an import",
    "import_stage": "staging",
    "job": "progress",
    "moved_event": "which events a merge moved, told of it",
    "search_learnt": "an index",
    "search_word": "an index",
    "selection": "who is marked, for a while",
    "selection_member": "who is marked, for a while",
    "webhook_backlog": "deliveries to come",
    "webhook_delivery": "a log itself",
    "webhook_event": "what deliveries carry",
    "webhook_sequence": "counts them",
    "enrichment_cache": "answers of providers",
    "enrichment_provider_key": "nothing writes it yet",
}


def test_every_table_is_known(world: World) -> None:
    with psycopg.connect(world.instance.logins.migrate) as connection:
        tables = set(tenant_tables(connection, partitions=False))
    assert LOGGED.keys() | NOT_LOGGED.keys() == tables
    assert not LOGGED.keys() & NOT_LOGGED.keys()
    assert {thing for thing, _ in LOGGED.values()} | BESIDES == KINDS.keys()


def test_whatever_there_is_was_logged_when_it_was_made(populated: Populated) -> None:
    """But for Bob and his key, who were put there by the tests."""
    world = populated.world
    silent = {}
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        for table, (thing, column) in LOGGED.items():
            rows = tx.column(
                f"select t.{column} from {table} t where not exists (select from change c "
                f"where c.thing_id = t.{column} and c.thing = %s "
                "and c.kind in ('created', 'joined')) order by 1", [thing],
            )  # fmt: skip
            if rows:
                silent[table] = [str(row) for row in rows]
        bobs = tx.column("select id from api_key where name = %s", ["Bob's key"])
    assert silent == {"membership": [str(world.bob.who.id)], "api_key": [str(bobs[0])]}


def test_no_secret_is_in_the_log(populated: Populated) -> None:
    world = populated.world
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        log = "\n".join(tx.column("select coalesce(before::text, '') || coalesce(after::text, '') "
                                  "from change"))  # fmt: skip
        secrets = tx.column("select encode(secret, 'hex') from webhook")
        secrets += tx.column("select encode(hash, 'hex') from api_key")
        secrets += tx.column("select encode(token_hash, 'hex') from invitation")
    assert secrets
    for word in (world.alice.key.split("_")[1], "secret_hash", "password_hash", *secrets):
        assert word not in log
