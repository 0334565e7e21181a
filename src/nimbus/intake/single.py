"""A single contact: whatever keeps it out is a refusal (D-01)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nimbus import operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.intake.create import Brought, Wanted, create
from nimbus.problems import Problem, with_all

# Refusals that tell what the registry knows of an email beyond this workspace.
REGISTRYS = frozenset({"assigned_elsewhere", "globally_suppressed"})


def create_one(
    tx: Tx, instance: Instance, who: Who, given: Mapping[str, Any], wanted: Wanted
) -> Brought:
    """Bring one contact in. Raises Problem with nothing written, but for an operation where the
    refusal is one of `REGISTRYS`: whoever asks about addresses this way leaves a trace in the log,
    if the caller commits (D-15)."""
    changes = len(tx.changes)
    try:
        with tx.connection.transaction():
            brought = create(tx, instance, who, [given], wanted)
            problems = brought.results[0].problems
            if problems:
                raise with_all(problems)
    except Problem as problem:
        del tx.changes[changes:]
        if problem.code in REGISTRYS:
            operations.start(tx, who, wanted.kind, wanted.through, why=f"Refused: {problem.code}")
        raise
    return brought
