"""The one way in for events: appended, counted and acted on in the transaction of whoever tells.

A batch takes a handful of statements. It locks its contacts in the order of their ids, so that
two that tell of the same people wait for each other, and never for each other's half.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus.contacts.writing import engaged
from nimbus.contacts.writing.engaged import Engaged, Tally
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.engagement.consequences import take
from nimbus.engagement.event import ANY, TYPES, Event, NewEvent
from nimbus.operations import Operation
from nimbus.operations.operation import Changed
from nimbus.problems import invalid

_SQL = beside(__file__, "append.sql")

# Clocks of senders differ a little; what is further ahead has not happened.
AHEAD = timedelta(hours=1)


def append(tx: Tx, operation: Operation, events: Iterable[NewEvent]) -> list[Event]:
    """Append what has happened to contacts; answers what was not told before.

    Counts it on the contact and in the registry (S0-55, S0-09). An unsubscribe or a hard bounce
    suppresses the email and changes the contact's status; the contacts are scored before the
    commit. Events of contacts that are not here are left out. Raises Problem for an unknown type or
    a time in the future.
    """
    given = _once(events)
    for event in given:
        _check(tx, event)
    people = engaged.lock(tx, sorted({event.contact_id for event in given}))
    given = [event for event in given if event.contact_id in people]
    if not given:
        return []
    _ensure_month(tx)
    written = tx.all(Event, _SQL["append"], _columns(tx, operation, given))
    if not written:
        return []
    tallies = _tallies(written)
    _add_up(tx, written)
    engaged.count(tx, tallies)
    _count_in_registry(tx, people, tallies, written)
    take(tx, operation, people, written)
    told = tuple(tally.contact_id for tally in tallies)
    tx.changes.append(Changed("contact", "engaged", told, operation=operation))
    return written


def _once(events: Iterable[NewEvent]) -> list[NewEvent]:
    """Of several under one key the first."""
    seen: set[str] = set()
    kept = []
    for event in events:
        if event.key is None or event.key not in seen:
            kept.append(event)
        if event.key is not None:
            seen.add(event.key)
    return kept


def _check(tx: Tx, event: NewEvent) -> None:
    if event.type not in TYPES:
        raise invalid(f"“{event.type}” is no type of event.", "type")
    if event.at > tx.now + AHEAD:
        raise invalid("This is in the future: only what has happened is an event.", "at")


def _ensure_month(tx: Tx) -> None:
    """The first event of a month that nobody has made a partition for makes it."""
    if "engagement month" not in tx.memory and tx.value(_SQL["is_missing"]):
        tx.run(_SQL["make"])
    tx.memory["engagement month"] = True


def _columns(tx: Tx, operation: Operation, events: Sequence[NewEvent]) -> dict[str, Any]:
    return {
        "workspace": tx.workspace_id,
        "operation": operation.id,
        "contact": [event.contact_id for event in events],
        "type": [event.type for event in events],
        "at": [event.at for event in events],
        "source": [event.source for event in events],
        "actor": [event.actor for event in events],
        "subject": [event.subject for event in events],
        "subject_id": [event.subject_id for event in events],
        "data": [Jsonb(event.data) for event in events],
        "key": [_digest(event.key) for event in events],
    }


def _digest(key: str | None) -> UUID | None:
    """128 bits of a key, however long it is; a sender puts its own name in front."""
    if key is None:
        return None
    return UUID(bytes=hashlib.blake2b(key.encode(), digest_size=16).digest())


def _tallies(events: Iterable[Event]) -> list[Tally]:
    """What the events add to each contact, in the order of contacts."""
    by_contact: dict[UUID, list[Event]] = {}
    for event in events:
        by_contact.setdefault(event.contact_id, []).append(event)
    return [_tally(contact, by_contact[contact]) for contact in sorted(by_contact)]


def _tally(contact_id: UUID, events: Sequence[Event]) -> Tally:
    def count(type: str) -> int:
        return sum(event.type == type for event in events)

    def last(*types: str) -> datetime | None:
        return max((e.at for e in events if not types or e.type in types), default=None)

    return Tally(
        contact_id, count("sent"), count("opened"), count("clicked"), count("replied"),
        last("sent", "call", "meeting"), last("opened"), last("replied"), last(),
    )  # fmt: skip


def _add_up(tx: Tx, events: Iterable[Event]) -> None:
    added: dict[tuple[UUID, str], list[datetime]] = {}
    for event in events:
        for type in (event.type, ANY):
            added.setdefault((event.contact_id, type), []).append(event.at)
    tx.run(
        _SQL["add_up"],
        {
            "workspace": tx.workspace_id,
            "contact": [contact for contact, _ in added],
            "type": [type for _, type in added],
            "count": [len(times) for times in added.values()],
            "last_at": [max(times) for times in added.values()],
        },
    )


def _count_in_registry(
    tx: Tx, people: dict[UUID, Engaged], tallies: Iterable[Tally], events: Iterable[Event]
) -> None:
    bounces: dict[UUID, str] = {}
    for event in events:
        if event.type == "bounced" and bounces.get(event.contact_id) != "hard":
            bounces[event.contact_id] = event.data.get("kind", "soft")
    told = [t for t in tallies if t.sent or t.replied or t.contact_id in bounces]
    if told:
        tx.run(
            "select registry_count(%s::uuid[], %s::integer[], %s::integer[], %s::text[])",
            [[people[t.contact_id].email_key for t in told], [t.sent for t in told],
             [t.replied for t in told], [bounces.get(t.contact_id) for t in told]],
        )  # fmt: skip
