"""Carrying an undo out, page by page: `At` says how far it is, and goes on from there."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from psycopg.errors import UniqueViolation

from nimbus.access.who import Who
from nimbus.db.door import TryAgain, Tx
from nimbus.operations import undo
from nimbus.operations.operation import Operation
from nimbus.operations.undo import Undoing


class At(TypedDict):
    """How far an undo is, as a job keeps it: `step` of the rooms' steps, the change that the last
    page ended `after`, `done` of `total` changes, and what the rooms have counted."""

    undone: str
    first: str
    last: str
    total: int
    done: int
    step: int
    after: str | None
    counts: dict[str, int]


def beginning(tx: Tx, operation_id: UUID) -> At:
    """Where the undoing operation begins. The undone one has changed something."""
    undone = tx.value(
        "select undoes from operation where workspace_id = %s and id = %s",
        [tx.workspace_id, operation_id],
    )
    bounds = undo.bounds(tx, undone)
    assert bounds  # noqa: S101 - asked before the operation was made
    return {
        "undone": str(undone), "first": str(bounds["first"]), "last": str(bounds["last"]),
        "total": undo.size(bounds), "done": 0, "step": 0, "after": None, "counts": {},
    }  # fmt: skip


def page(tx: Tx, operation_id: UUID, at: At) -> bool:
    """One page of one step, and `at` is further on; False when all steps were done, and the counts
    are whole. Raises TryAgain when somebody has just taken an email or a domain."""
    steps = undo.steps()
    if at["step"] == len(steps):
        undo.finish(tx, _undoing(tx, operation_id, at))
        kept = undo.kept_things(tx, operation_id)
        at["counts"] |= {f"{thing}_kept": count for thing, count in kept.items()}
        return False
    step, undoing = steps[at["step"]], _undoing(tx, operation_id, at)
    found = undo.plan_page(tx, undoing, step, UUID(at["after"]) if at["after"] else None)
    if found is None:
        at["step"], at["after"] = at["step"] + 1, None
        return True
    try:
        counted = step.restore(tx, undoing)
    except UniqueViolation as error:
        raise TryAgain from error
    undo.keep(tx, undoing, step.thing)
    counts = at["counts"]
    at["counts"] = {
        name: counts.get(name, 0) + counted.get(name, 0) for name in {**counts, **counted}
    }
    at["after"], at["done"] = str(found[0]), at["done"] + found[1]
    return True


def _undoing(tx: Tx, operation_id: UUID, at: At) -> Undoing:
    undone = UUID(at["undone"])
    row = tx.row(
        """
        select o.kind, o.through, o.actor_kind, o.actor_id, o.actor_name,
            u.kind as undone_kind, u.at as undone_at
        from operation o
        join operation u on u.workspace_id = o.workspace_id and u.id = o.undoes
        where o.workspace_id = %s and o.id = %s
        """,
        [tx.workspace_id, operation_id],
    )
    assert row  # noqa: S101 - the job was made with it
    who = Who(row["actor_kind"], tx.workspace_id, row["actor_name"], row["actor_id"])
    operation = Operation(operation_id, row["kind"], row["through"], who, tx.now)
    family = undo.family(tx, undone, operation_id)
    return Undoing(
        operation, undone, row["undone_kind"], row["undone_at"], family, UUID(at["first"]),
        UUID(at["last"]),
    )  # fmt: skip


# What is counted, in the order and the words in which it is told.
TOLD = (
    ("contact_trashed", "contact went to the trash", "contacts went to the trash"),
    ("contact_restored", "contact went back", "contacts went back"),
    ("company_removed", "company was removed", "companies were removed"),
    ("company_restored", "company went back", "companies went back"),
    ("member_removed", "contact was taken off a list", "contacts were taken off a list"),
    ("segment_restored", "segment went back", "segments went back"),
    ("segment_removed", "segment was removed", "segments were removed"),
    ("saved_view_restored", "saved view went back", "saved views went back"),
    ("saved_view_removed", "saved view was removed", "saved views were removed"),
    ("member_restored", "contact is on a list again", "contacts are on a list again"),
    ("suppression_removed", "suppression was lifted", "suppressions were lifted"),
    ("suppression_restored", "suppression is back", "suppressions are back"),
    ("event_restored", "entry is back on its timeline", "entries are back on their timelines"),
    ("event_removed", "entry left the timeline", "entries left the timeline"),
    ("note_restored", "note went back", "notes went back"),
    ("note_removed", "note was removed", "notes were removed"),
    ("task_restored", "task went back", "tasks went back"),
    ("task_removed", "task was removed", "tasks were removed"),
    ("deal_restored", "deal went back", "deals went back"),
    ("deal_removed", "deal was removed", "deals were removed"),
    ("personalization_restored", "personalization went back", "personalizations went back"),
    ("personalization_removed", "personalization was removed", "personalizations were removed"),
    ("field_mapping_restored", "field mapping went back", "field mappings went back"),
    ("field_mapping_removed", "field mapping was removed", "field mappings were removed"),
    ("tag_restored", "tag went back", "tags went back"),
    ("tag_removed", "tag was taken away again", "tags were taken away again"),
    ("field_restored", "field went back", "fields went back"),
    ("field_removed", "field was removed", "fields were removed"),
    ("pair_restored", "pair of duplicates went back", "pairs of duplicates went back"),
    ("person_restored", "person has their role again", "people have their roles again"),
    ("person_again", "person belongs here again", "people belong here again"),
    ("invitation_restored", "invitation holds again", "invitations hold again"),
    ("contact_kept", "contact kept what was changed since", "contacts kept what was changed since"),
)


def sentence(counts: dict[str, int]) -> str:
    """What an undo has done, in words."""
    told = [
        f"{counts[name]:,} {one if counts[name] == 1 else many}"
        for name, one, many in TOLD
        if counts.get(name)
    ]
    return ", ".join(told) + "." if told else "Nothing had to be changed."
