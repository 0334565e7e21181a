"""Why a contact is in a segment, or why it is not: every question with its answer (G-29, F-38).

Whether a question holds is asked of the database in the words of the segment itself, so that the
verdict and the membership cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.related import Member
from nimbus.filters import (
    All,
    Any_,
    Filter,
    Leaf,
    Not,
    Params,
    children,
    compile,
    describe,
    is_in,
)
from nimbus.filters.related import value as related_value
from nimbus.problems import Problem
from nimbus.segments import read
from nimbus.segments.answers import M, answers
from nimbus.segments.segment import Segment

_SQL = beside(__file__, "explain.sql")
_Key = tuple[str, str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a segment's filter: where it stands in it, what it says, the contact's value where
    it asks for one, and whether it holds."""

    segment: Segment
    path: str
    sentence: str
    field: str | None
    value: Any
    holds: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """`lines` begin with the segment's own filter as a whole; those of the segments that it asks
    for follow, each segment's once."""

    is_member: bool
    lines: list[Line]


def explain(tx: Tx, segment: Segment, contact_id: UUID) -> Explanation:
    """Of a contact that is there. Raises Problem(too_expensive)."""
    parts = list(_parts(tx, segment))
    member = read.members(tx, segment)
    leaves = [part for _, _, part in parts if isinstance(part, Leaf)]
    found = _Answers(tx, contact_id, member, leaves)
    lines = [
        Line(of, path, describe(part), part.field.key if isinstance(part, Leaf) else None,
             found.value(part), found.holds(part))
        for of, path, part in parts
    ]  # fmt: skip
    for listed in _reached(tx, segment):
        if listed.kind == "static":
            lines.append(_on_list(tx, listed, contact_id))
    in_trash = found.in_trash
    lines.append(Line(segment, "is_deleted", "It is not in the trash", "is_deleted", in_trash,
                      not in_trash))  # fmt: skip
    return Explanation(found.holds(member), lines)


def _reached(tx: Tx, segment: Segment) -> list[Segment]:
    """The segment and those that it asks for, be it by way of others."""
    known = read.segments(tx)
    found = {segment.id: segment}
    left = [segment]
    while left:
        for id in left.pop(0).asks:
            if id in known and id not in found:
                found[id] = known[id]
                left.append(known[id])
    return list(found.values())


def _parts(tx: Tx, segment: Segment) -> Iterator[tuple[Segment, str, Filter]]:
    for one in _reached(tx, segment):
        if one.kind == "dynamic":
            try:
                filter = read.filter_of(tx, one)
            except Problem:
                continue  # `trouble` tells of it, and nobody is in it.
            yield from ((one, path, part) for path, part in _walk(filter, "filter"))


def _walk(filter: Filter, path: str) -> Iterator[tuple[str, Filter]]:
    yield path, filter
    for where, part in children(filter, path):
        yield from _walk(part, where)


def _on_list(tx: Tx, listed: Segment, contact_id: UUID) -> Line:
    row = tx.row(
        _SQL["joined"],
        {"workspace": tx.workspace_id, "segment": listed.id, "contact": contact_id},
    )
    if row is None:
        return Line(listed, "members", f"It is on the list “{listed.name}”", None, None, False)
    words = f"{row['added_by']} put it on the list “{listed.name}”"
    return Line(listed, "members", words, None, row["added_at"], True)


class _Answers:
    """What the questions say of one contact, all asked in one statement."""

    def __init__(self, tx: Tx, contact_id: UUID, member: Leaf, leaves: list[Leaf]) -> None:
        alone = [one for leaf in leaves for one in _sets(leaf)]
        asked = {_key(leaf): leaf for leaf in (member, *leaves, *alone)}
        params = Params(tx.now)
        columns: list[sql.Composable] = [sql.SQL("m.is_deleted")]
        for leaf in asked.values():
            holds = sql.SQL("({}) is true").format(compile(leaf, M, params))
            columns += [holds, _value(leaf, params)]
        row = answers(tx, contact_id, columns, params)
        self.in_trash: bool = row[0]
        self._held: dict[_Key, bool] = dict(zip(asked, row[1::2], strict=True))
        self._values: dict[_Key, Any] = dict(zip(asked, row[2::2], strict=True))

    def holds(self, filter: Filter) -> bool:
        match filter:
            case Leaf():
                return self._held[_key(filter)]
            case Not(part):
                return not self.holds(part)
            case All(parts):
                return all(self.holds(part) for part in parts)
            case Any_(parts):
                return any(self.holds(part) for part in parts)

    def value(self, filter: Filter) -> Any:
        """The contact's value of what is asked; of sets those that it is in."""
        if not isinstance(filter, Leaf):
            return None
        if isinstance(filter.field.related, Member):
            return [one.field.type.show(one.value) for one in _sets(filter) if self.holds(one)]
        return _plain(self._values[_key(filter)])


def _key(leaf: Leaf) -> _Key:
    return leaf.field.key, leaf.op.key, leaf.value


def _sets(leaf: Leaf) -> list[Leaf]:
    """A question about sets, asked of each of them alone."""
    if not isinstance(leaf.field.related, Member):
        return []
    sets = leaf.value if leaf.op.shape == "many" else (leaf.value,)
    return [is_in(leaf.field, id) for id in sets]


def _value(leaf: Leaf, params: Params) -> sql.Composable:
    field = leaf.field
    if isinstance(field.related, Member):
        return sql.SQL("null")
    if field.related:
        return related_value(field, field.related, M, params)
    return M.value(field)


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return str(value) if isinstance(value, UUID) else value
