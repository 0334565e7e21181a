"""Taking a merge back, within seven days, and what is for good after them (S0-78, G-11, G-13).

The log has what each contact was; operations/undo.py takes it back. What somebody has edited since
stays with the contact that lived on. A refusal is the person's: one that was recorded since holds
for all of them.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from nimbus.access import Who
from nimbus.consent import CONSENT, STATUS
from nimbus.contacts.writing.limit import full, left
from nimbus.contacts.writing.one import change, differing
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates import auto, decide
from nimbus.duplicates.look import look
from nimbus.duplicates.merge import DAYS, KIND
from nimbus.operations.undo import Undoing, undone_of
from nimbus.operations.undoing import Undone, undo_operation
from nimbus.problems import Problem
from nimbus.settings import settings
from nimbus.suppression.absorb import hold_all

_SQL = beside(__file__, "unmerge.sql")


def unmerge(tx: Tx, who: Who, through: str, contact_id: UUID) -> Undone:
    """Take back the merge that archived a contact, or the last that a contact lives on from.

    Raises Problem: not_found; conflict where it was merged with nobody, or a later merge is to be
    undone first; and what `undo_operation` raises, after seven days too.
    """
    values = {"workspace": tx.workspace_id, "id": contact_id, "kind": KIND}
    if not tx.value(_SQL["is_there"], values):
        raise ids.missing("cont")
    operation_id = tx.value(_SQL["last_merge"], values)
    if operation_id is None:
        raise Problem("conflict", "This contact was not merged with another one.")
    return undo_operation(tx, who, through, operation_id)


def refuse_parting(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Merges are undone as a whole and from the last on: a contact that was merged on cannot be
    taken out of the middle, nor an email that was handed on, and each finds its own email free.
    Keeps them as they are until the end of the transaction.

    Raises Problem(conflict) that names the later merge, or the contact that has the email, and
    where the workspace has no room for all of them (S0-80).
    """
    values = {"workspace": tx.workspace_id, "merge": operation_id}
    tx.run(_SQL["lock"], values)
    if (later := tx.value(_SQL["later"], values)) is not None:
        raise Problem(
            "conflict",
            "What came of this merge was merged again. Undo the later merge first.",
            later=ids.show("op", later),
        )  # fmt: skip
    if taken := tx.row(_SQL["taken"], values):
        raise Problem(
            "conflict",
            f"{taken['email']} is the email of another contact by now. Give that one another, or "
            "delete it; then undo the merge.",
            existing_id=ids.show("cont", taken["id"]),
        )  # fmt: skip
    space = left(tx, settings())
    if space is not None and space < tx.value(_SQL["coming"], values):
        raise full(tx, settings())


def hold_to_refusals(tx: Tx, undoing: Undoing) -> None:
    """Once a merge is undone: a refusal, or a stricter status, that was recorded since on the
    contact that lived on holds for those that are back as well, and so does a suppression."""
    values = {"workspace": tx.workspace_id, "undoing": undoing.operation.id,
              "merge": undoing.undone, "family": list(undoing.family), "kind": KIND}  # fmt: skip
    values["undone"] = undone_of(tx, tx.column(_SQL["since"], values))
    for pair in tx.rows(_SQL["parted"], values):
        kept, back = pair["kept"], pair["back"]
        tightened = {
            column: kept[column]
            for column, ladder in (("consent_status", CONSENT), ("status", STATUS))
            if pair[f"{column}_since"] and ladder.ranks[kept[column]] > ladder.ranks[back[column]]
        }
        if tightened:
            row = tx.row(_SQL["one"], {**values, "id": UUID(back["id"])}) or {}
            change(tx, undoing.operation, row, differing(row, tightened))
        if pair["is_held_since"]:
            people = [(one["email"], UUID(one["email_key"])) for one in (kept, back)]
            hold_all(tx, undoing.operation, people)
        if auto.is_on(tx):
            # Whoever parts what is merged by itself says that they are two.
            look(tx, [UUID(one["id"]) for one in (kept, back)])
            for pair_id in tx.column(_SQL["pairs"], {**values, "a": kept["id"], "b": back["id"]}):
                decide.dismiss(tx, undoing.operation.who, pair_id, undoing.operation.through)


def settle(tx: Tx) -> int:
    """Merges of more than seven days ago are for good: which events came from whom is forgotten.
    Answers of how many."""
    return tx.run(_SQL["settle"], {
        "workspace": tx.workspace_id, "kind": KIND, "before": tx.now - timedelta(days=DAYS),
    })  # fmt: skip
