"""Nothing is lost at a merge: every table about contacts is moved, or it is said why it stays
(G-12)."""

from __future__ import annotations

from nimbus import rooms
from nimbus.operations import absorbing
from tests.conftest import World

STAYS = {
    "import_row": "the ledger tells what became of a row then; its id leads to who lives on",
    "selection_member": "a frozen selection is told row by row, who was merged since among them",
    "bulk_row": "what a bulk action did to whom it did it to",
    "webhook_event": "what was told of a contact was told of it",
    "webhook_delivery": "and was sent under its id",
    "webhook_sequence": "numbers go on under each id, also when it comes back",
    "duplicate_keys": "an archived contact is not looked for",
}


def test_every_table_about_contacts_is_absorbed_or_says_why_not(world: World) -> None:
    rooms.install(world.door)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        about = set(
            tx.column(
                "select c.relname::text from pg_attribute a join pg_class c on c.oid = a.attrelid "
                "where a.attname = 'contact_id' and c.relkind in ('r', 'p') "
                "and not c.relispartition and c.relpersistence <> 't' "
                "and c.relnamespace = 'public'::regnamespace"
            )
        )
    absorbed = absorbing.tables()
    assert about - absorbed - STAYS.keys() == set()
    assert absorbed - about == set(), "a room absorbs what is not there"
