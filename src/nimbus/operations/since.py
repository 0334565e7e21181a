"""Writing on top of a state that one has seen: fields that nobody else touched merge, of others
both values are told (F-33, G-41)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.problems import Problem
from nimbus.web.etag import NEVER, Seen

_SQL = beside(__file__, "since.sql")
# Columns that point to other things.
_IDS: dict[str, ids.Prefix] = {"owner_id": "user", "company_id": "comp"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that somebody writes: its name in the API, the column (or `custom` and the key in
    it), and the values that they want and that are there now; ids as they are stored."""

    name: str
    column: str
    yours: Any
    theirs: Any
    key: str | None = None


def refuse_overwriting(
    tx: Tx, seen: Seen | None, thing_id: UUID, edits: Iterable[Edit], tag: str
) -> None:
    """Refuse edits of what somebody else has changed since the state that was seen. The thing is
    locked by now; `tag` is that of its present state.

    Raises Problem(precondition_failed) with `fields`: per field `yours`, `theirs` and `original`.
    """
    if seen is None or seen.anything:
        return
    values = {"workspace": tx.workspace_id, "thing": thing_id, "versions": list(seen.versions)}
    known = {*tx.column(_SQL["known"], values), *(NEVER for v in seen.versions if v == NEVER)}
    since = max(known, default=None)
    if since is None:
        raise _failed("If-Match names a state that this was never in.", {}, tag)
    original = _original(tx.rows(_SQL["since"], {**values, "since": since}))
    overwritten = {
        edit.name: {
            "yours": _shown(edit.column, edit.yours),
            "theirs": _shown(edit.column, edit.theirs),
            "original": _shown(edit.column, original[of]),
        }
        for edit in edits
        if (of := (edit.column, edit.key)) in original
        and _plain(edit.theirs) not in (_plain(edit.yours), original[of])
    }
    if overwritten:
        named = ", ".join(overwritten)
        raise _failed(f"Somebody has changed {named} since you read it.", overwritten, tag)


def _original(changes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str | None], Any]:
    """What the columns, and the keys of `custom`, were that have been changed; changes oldest
    first."""
    found: dict[tuple[str, str | None], Any] = {}
    for change in changes:
        before, after = change["before"] or {}, change["after"] or {}
        for column in before.keys() | after.keys():
            if column == "custom":
                was, now = before.get(column) or {}, after.get(column) or {}
                for key in was.keys() | now.keys():
                    if was.get(key) != now.get(key):
                        found.setdefault((column, key), was.get(key))
            else:
                found.setdefault((column, None), before.get(column))
    return found


def _plain(value: Any) -> Any:
    """As the log has it: what JSON has no word for is text."""
    return value if isinstance(value, str | int | float | list | None) else str(value)


def _shown(column: str, value: Any) -> Any:
    """An id as people see it, the log has it plain; anything else as it is."""
    prefix = _IDS.get(column)
    if prefix is None or value is None or not _UUID.fullmatch(str(value)):
        return _plain(value)
    return ids.show(prefix, UUID(str(value)))


def _failed(words: str, fields: Mapping[str, Any], tag: str) -> Problem:
    return Problem(
        "precondition_failed",
        f"{words} Read it again, decide which value is right, and send it with the new ETag.",
        next(iter(fields), "If-Match"), fields=fields, etag=tag,
    )  # fmt: skip
