"""Writing on top of a state that one has seen: fields that nobody else touched merge, of others
both values are told (F-33, G-41)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.problems import Problem
from nimbus.web.etag import NEVER, Seen, etag, seen, stale

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


def version(tx: Tx, thing_id: UUID) -> UUID | None:
    """The latest change of a thing, which its ETag is made of."""
    found: UUID | None = tx.value(
        _SQL["version"], {"workspace": tx.workspace_id, "thing": thing_id}
    )
    return found


def tag_of(tx: Tx, thing_id: UUID, shown: Any) -> str:
    """The tag of a thing as it is `shown`."""
    return etag(version(tx, thing_id), shown)


def refuse_stale(tx: Tx, if_match: str | None, thing_id: UUID, table: str) -> None:
    """Refuse to write what was changed since the state that was seen, in whatever field: of things
    that few people change, and seldom. `table` is where the thing lies, or `workspace` for those of
    which one is changed at a time; the row is kept as it is until the end of the transaction.

    Raises Problem(precondition_failed).
    """
    known = seen(if_match)
    if known is None or known.anything:
        return
    if table == "workspace":
        tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])
    else:
        lock = sql.SQL("select id from {} where workspace_id = %s and id = %s for update")
        tx.run(lock.format(sql.Identifier(table)), [tx.workspace_id, thing_id])
    if (version(tx, thing_id) or NEVER) not in known.versions:
        raise stale()


@dataclass(slots=True)
class _Touched:
    """What a column was before anybody changed it, and who did so last, and when."""

    original: Any
    by: str
    at: datetime


def refuse_overwriting(
    tx: Tx, state: Seen | None, thing_id: UUID, edits: Iterable[Edit], tag: str
) -> None:
    """Refuse edits of what somebody else has changed since the `state` that was seen. The thing is
    locked by now; `tag` is that of its present state.

    Raises Problem(precondition_failed) with `fields`: per field `yours`, `theirs` and `original`,
    and who changed it last (`changed_by`, `changed_at`).
    """
    if state is None or state.anything:
        return
    values = {"workspace": tx.workspace_id, "thing": thing_id, "versions": list(state.versions)}
    known = {*tx.column(_SQL["known"], values), *(NEVER for v in state.versions if v == NEVER)}
    since = max(known, default=None)
    if since is None:
        raise _failed("If-Match names a state that this was never in.", {}, tag)
    touched = _touched(tx.rows(_SQL["since"], {**values, "since": since}))
    overwritten = {
        edit.name: {
            "yours": _shown(edit.column, edit.yours),
            "theirs": _shown(edit.column, edit.theirs),
            "original": _shown(edit.column, found.original),
            "changed_by": found.by,
            "changed_at": found.at,
        }
        for edit in edits
        if (found := touched.get((edit.column, edit.key)))
        and _plain(edit.theirs) not in (_plain(edit.yours), found.original)
    }
    if overwritten:
        named = ", ".join(overwritten)
        raise _failed(f"Somebody has changed {named} since you read it.", overwritten, tag)


def _touched(changes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str | None], _Touched]:
    """The columns, and the keys of `custom`, that have been changed; changes oldest first."""
    found: dict[tuple[str, str | None], _Touched] = {}
    for change in changes:
        for of, was in _before(change["before"] or {}, change["after"] or {}):
            one = found.setdefault(of, _Touched(was, "", change["at"]))
            one.by, one.at = change["by"], change["at"]
    return found


def _before(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, str | None], Any]]:
    """What a change changed, with what it was."""
    for column in before.keys() | after.keys():
        if column == "custom":
            was, now = before.get(column) or {}, after.get(column) or {}
            for key in was.keys() | now.keys():
                if was.get(key) != now.get(key):
                    yield (column, key), was.get(key)
        else:
            yield (column, None), before.get(column)


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
