"""Events as fields that filters ask for: how often, how often lately, and when last.

`events.opened.count`, `events.opened.last_30_days`, `events.opened.last_at`, and the same of any
event together: `events.any.…` (S0-56, S0-57). Counts and times of all events are kept as totals;
those of some days are counted by an index of type and time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.engagement import task_fields
from nimbus.engagement.event import ANY, TYPES, event_type
from nimbus.fields import types as t
from nimbus.fields.field import Field, FieldType
from nimbus.fields.related import Binds, Offer, Related

MOST_DAYS = 3_650
_DAYS = re.compile(r"last_([1-9]\d{0,3})_days")
_LABELS = {**TYPES, ANY: "Any event"}
# As the article's API names them too: `events.email_opened.count`.
_TYPES = {event_type(type): type for type in TYPES} | {type: type for type in _LABELS}


def offer() -> Offer:
    """For `rooms`."""
    listed = tuple(
        made for type in _LABELS for what in ("count", "last_at") if (made := _made(type, what))
    )

    def fields(tx: Tx) -> tuple[Field, ...]:
        return (*listed, *task_fields.FIELDS)

    return Offer(fields, find)


def find(key: str) -> Field | None:
    """The field of a key such as `events.opened.last_7_days`."""
    room, _, rest = key.partition(".")
    name, _, what = rest.partition(".")
    type = _TYPES.get(name)
    return _made(type, what) if room == "events" and type else None


def _made(type: str, what: str) -> Field | None:
    label = _LABELS[type]
    if what == "count":
        return _field(type, what, f"{label}: how often", t.COUNT, _total("count", type), missing=0)
    if what == "last_at":
        # Of them all, lists and files offer the last send alone (S0-13).
        return _field(
            type, what, f"{label}: last time", t.MOMENT, _total("last_at", type),
            at_hand=type == "sent",
        )  # fmt: skip
    days = _DAYS.fullmatch(what)
    if days is None or int(days[1]) > MOST_DAYS:
        return None
    words = f"{label}: how often in the last {'24 hours' if days[1] == '1' else days[1] + ' days'}"
    return _field(type, what, words, t.COUNT, partial(_lately, type, int(days[1])), missing=0)


def _field(
    type: str, what: str, label: str, kind: FieldType, rows: Callable[[Binds], sql.Composable],
    missing: int | None = None, at_hand: bool = False,
) -> Field:  # fmt: skip
    return Field(
        f"events.{type}.{what}", label, kind, "related", "", "engagement",
        importable=False, editable=False, related=Related("id", rows, missing, at_hand),
    )  # fmt: skip


def _total(column: str, type: str) -> Callable[[Binds], sql.Composable]:
    def rows(binds: Binds) -> sql.Composable:
        return sql.SQL(
            "select contact_id as key, {} as value from engagement_total "
            "where workspace_id = %(workspace)s and type = {}"
        ).format(sql.Identifier(column), binds.add(type))

    return rows


def _lately(type: str, days: int, binds: Binds) -> sql.Composable:
    types = list(TYPES) if type == ANY else [type]
    return sql.SQL(
        "select contact_id as key, count(*) as value from engagement_event "
        "where workspace_id = %(workspace)s and type = any ({}) and at > {} and at <= {} "
        "group by contact_id"
    ).format(binds.add(types), binds.add(binds.now - timedelta(days=days)), binds.add(binds.now))
