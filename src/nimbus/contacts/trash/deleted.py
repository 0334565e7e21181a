"""Who put contacts into the trash, and why (F-32)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.contacts.restore import REASONS
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside

_SQL = beside(__file__, "deleted.sql")

# Reasons that no person has written are slugs.
_SLUG = re.compile(r"[a-z]+(_[a-z]+)*")
_WORDS = {REASONS["rollback"]: "Import rolled back"}
# Of an undo the log tells what was undone, such as the name of a file.
_TOLD = {"rollback": "Rollback of {}", "merge": "Merged"}


@dataclass(frozen=True, slots=True)
class Deed:
    """`by` is None of what the log does not tell any more, `why` where no reason was given."""

    by: str | None
    why: str | None


def deeds(tx: Tx, rows: Iterable[Mapping[str, Any]]) -> dict[UUID, Deed]:
    """Of contacts in the trash, by id."""
    trashed = {row["id"]: row for row in rows if row["is_deleted"]}
    if not trashed:
        return {}
    values = {"workspace": tx.workspace_id, "ids": list(trashed)}
    known = {row["contact_id"]: row for row in tx.rows(_SQL["deeds"], values)}
    return {id: _deed(row, known.get(id)) for id, row in trashed.items()}


def _deed(row: Mapping[str, Any], told: Mapping[str, Any] | None) -> Deed:
    given = row["deletion_reason"]
    why: str | None
    if told and told["kind"] in _TOLD:
        why = _TOLD[told["kind"]].format(told["why"] or "an import")
    else:
        why = _words(given) if given else None
    return Deed(told["actor_name"] if told else None, why)


def _words(given: str) -> str:
    slug = _SLUG.fullmatch(given)
    return _WORDS.get(given, given.replace("_", " ").capitalize() if slug else given)
