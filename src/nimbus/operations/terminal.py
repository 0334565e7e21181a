"""What `nimbus audit verify` finds and says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rich.console import Console

from nimbus.db import ids
from nimbus.db.instance import Instance
from nimbus.operations import heads
from nimbus.operations.seal import Head
from nimbus.operations.verifying import Finding, Verdict, verify
from nimbus.problems import Problem


def verify_all(
    instance: Instance, only: UUID | None = None, expected: Head | None = None
) -> list[Verdict]:
    """Every workspace, also those of which nothing but a noted seal is left; or one. Raises
    Problem(not_found)."""
    with instance.door.platform() as tx:
        there: list[UUID] = tx.column("select workspace_id from all_workspaces()")
    data, key = instance.settings.data, instance.secrets.key("audit")
    everyone = sorted({*there, *heads.workspaces(data)})
    if only is not None and only not in everyone:
        raise Problem("not_found", "There is no such workspace here.", "workspace")
    return [
        verify(instance.door, data, key, one, expected)
        for one in everyone
        if only in (None, one)
    ]  # fmt: skip


def shown(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """As JSON."""
    return {
        "sound": all(one.is_sound for one in verdicts),
        "workspaces": [
            {
                "id": ids.show("ws", one.workspace_id),
                "sound": one.is_sound,
                "seals": one.seals,
                "operations": one.operations,
                "changes": one.changes,
                "head": str(one.head) if one.head else None,
                "noted_head": str(one.known) if one.known else None,
                "unsealed": {
                    "operations": one.unsealed_operations,
                    "changes": one.unsealed_changes,
                    "since": one.unsealed_since,
                },
                "findings": [_finding(found) for found in one.findings],
                "more_findings": one.more,
            }
            for one in verdicts
        ],
    }


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "what": found.what,
        "words": found.words,
        "seal": found.seal,
        "operation": ids.show("op", found.operation_id) if found.operation_id else None,
        "changes": [ids.show("chg", one) for one in found.changes],
    }


def say(console: Console, verdicts: Sequence[Verdict]) -> None:
    """A paragraph for each workspace."""
    for one in verdicts:
        name = ids.show("ws", one.workspace_id)
        if one.is_sound:
            console.print("✓", style="green", end=" ")
            console.print(f"{name}  {_covered(one)}.", markup=False)
        else:
            console.print("✗", style="red", end=" ")
            console.print(f"{name}  The log is not what was sealed.", markup=False)
        for found in one.findings:
            console.print(f"    {_words(found)}", markup=False)
        if one.more:
            console.print(f"    And {one.more:,} more places.", markup=False)
        if one.unsealed_since:
            console.print(
                f"    Not yet under seal: {one.unsealed_operations:,} operations and "
                f"{one.unsealed_changes:,} changes since {one.unsealed_since:%Y-%m-%d %H:%M} UTC.",
                markup=False,
            )
        if one.head:
            console.print(f"    Last seal: {one.head}", markup=False)
        if one.head and one.known is None:
            console.print(
                "    Which seal was the last is not noted in the data folder, so that a chain that "
                "was cut off would not be seen: compare it with what an earlier run told.",
                markup=False,
            )


def _covered(one: Verdict) -> str:
    if not one.seals:
        return "Nothing is under seal yet"
    what = f"{one.operations:,} operations and {one.changes:,} changes"
    return f"{what} are as they were sealed, under {one.seals:,} seals"


def _words(found: Finding) -> str:
    places = [f"seal {found.seal}"] if found.seal is not None else []
    if found.operation_id:
        places.append(ids.show("op", found.operation_id))
    places += [ids.show("chg", one) for one in found.changes]
    return f"{found.words} ({', '.join(places)})" if places else found.words
