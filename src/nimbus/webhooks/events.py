"""Writing events: the full contact as it is now, kept as it will be sent, and for each webhook that
wants it a delivery (S3-52)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from nimbus.contacts.contact import shown
from nimbus.contacts.read import matching, these
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.fields.read import catalogue
from nimbus.filters import load
from nimbus.operations.erasing import Person
from nimbus.problems import Problem
from nimbus.webhooks.deliver import wake
from nimbus.webhooks.delivery import stop
from nimbus.webhooks.event import Actor, Announcement, Change, changed, types_of
from nimbus.webhooks.webhook import Webhook

_SQL = beside(__file__, "events.sql")

_KINDS: dict[str, ids.Prefix] = {"person": "user", "key": "key"}


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent, member by member. `sequence` grows with every event of a contact."""

    id: str
    type: str
    timestamp: datetime
    workspace_id: str
    sequence: int | None
    data: Any
    changed: list[str]
    actor: dict[str, str | None]
    operation_id: str | None


@dataclass(frozen=True, slots=True)
class _News:
    """An event to be written, and who wants it."""

    type: str
    source_id: UUID
    operation_id: UUID | None
    actor: Actor
    data: Any
    hooks: Sequence[UUID]
    contact_id: UUID | None = None
    changed: Sequence[str] = ()


def write_changes(tx: Tx, hooks: Sequence[Webhook], changes: Sequence[UUID], at: datetime) -> None:
    """The events of these changes of contacts, with the contacts as they are in this transaction.
    `at` is when they were changed."""
    found = [
        (change, type, wanting)
        for change in tx.all(Change, _SQL["read"], _values(tx, changes=list(changes)))
        for type in types_of(change)
        if (wanting := [hook for hook in hooks if _wants(hook, change, type)])
    ]
    contacts = these(tx, {change.thing_id for change, _, _ in found})
    passing = _passing(tx, hooks, contacts.keys())
    fields = catalogue(tx)
    data = {id: shown(row, fields) for id, row in contacts.items()}
    news = []
    for change, type, wanting in found:
        who = [hook.id for hook in wanting if change.thing_id in passing.get(hook.id, ())]
        if change.thing_id not in contacts:
            # Erased meanwhile: that is told, to those who do not ask what the contact was like.
            who = [hook.id for hook in wanting if hook.filter is None and change.erases]
        if who:
            news.append(
                _News(type, change.id, change.operation_id, change.actor,
                      data.get(change.thing_id) or _gone(tx, change.thing_id), who,
                      change.thing_id, changed(change, fields))
            )  # fmt: skip
    _write(tx, news, at)


def announce(tx: Tx, hooks: Sequence[Webhook], told: Sequence[Announcement]) -> None:
    """The events of what is no contact."""
    news = [
        _News(
            one.type, one.source_id, one.operation_id, one.actor, one.data,
            [hook.id for hook in hooks if hook.wants(
                one.type, imported=True, actor_kind=one.actor.kind, actor_id=one.actor.id)],
        )
        for one in told
    ]  # fmt: skip
    _write(tx, [one for one in news if one.hooks], tx.now)


def write_one(tx: Tx, hook: Webhook, told: Announcement) -> UUID:
    """An event for one webhook alone; answers its id."""
    news = _News(told.type, told.source_id, told.operation_id, told.actor, told.data, [hook.id])
    return _write(tx, [news], tx.now)[0]


def erase(tx: Tx, person: Person) -> None:
    """Nothing of a person is kept or sent any more: their events lose what they carry, and their
    deliveries what receivers said to it."""
    values = _values(tx, contacts=list(person.contacts))
    tx.run(_SQL["unsay"], values)
    tx.run(_SQL["redact"], values)
    tx.run(_SQL["drop_redacted"], values)


def _wants(hook: Webhook, change: Change, type: str) -> bool:
    return hook.wants(
        type, imported=change.operation == "import", actor_kind=change.actor_kind,
        actor_id=change.actor_id,
    )  # fmt: skip


def _passing(
    tx: Tx, hooks: Sequence[Webhook], contacts: Collection[UUID]
) -> dict[UUID, Collection[UUID]]:
    """By webhook, the contacts that its filter lets through. A filter that nobody can read any more
    stops its webhook, never the change."""
    passing: dict[UUID, Collection[UUID]] = {}
    for hook in hooks:
        if hook.filter is None or not contacts:
            passing[hook.id] = contacts
            continue
        try:
            filter = load(hook.filter, catalogue(tx))
        except Problem as problem:
            stop(tx, hook.id, f"Its filter cannot be read any more: {problem.message}")
            continue
        passing[hook.id] = matching(tx, contacts, filter)
    return passing


def _write(tx: Tx, news: Sequence[_News], at: datetime) -> list[UUID]:
    if not news:
        return []
    made = tx.column("select uuidv7() from generate_series(1, %s)", [len(news)])
    payloads = [
        Payload(
            ids.show("msg", id), one.type, at, ids.show("ws", tx.workspace_id), number, one.data,
            list(one.changed), _actor(one.actor),
            ids.show("op", one.operation_id) if one.operation_id else None,
        )
        for id, one, number in zip(made, news, _numbers(tx, news), strict=True)
    ]  # fmt: skip
    written = tx.column(
        _SQL["write"],
        _values(
            tx, at=at, ids=made, sources=[one.source_id for one in news],
            types=[one.type for one in news], contacts=[one.contact_id for one in news],
            payloads=[msgspec.json.encode(one, enc_hook=str).decode() for one in payloads],
        ),
    )  # fmt: skip
    new = set(written)
    sent = [
        (hook, id, one.contact_id)
        for id, one in zip(made, news, strict=True) if id in new for hook in one.hooks
    ]  # fmt: skip
    tx.run(
        _SQL["send"],
        _values(
            tx, now=tx.now, webhooks=[hook for hook, _, _ in sent],
            events=[event for _, event, _ in sent], contacts=[contact for _, _, contact in sent],
        ),
    )  # fmt: skip
    for hook in sorted({hook for hook, _, _ in sent}):
        wake(tx, hook)
    return written


def _numbers(tx: Tx, news: Sequence[_News]) -> list[int | None]:
    """The sequence of each event: the next numbers of its contact."""
    count = Counter(one.contact_id for one in news if one.contact_id)
    if not count:
        return [None] * len(news)
    rows = tx.rows(_SQL["count_on"], _values(tx, contacts=list(count), events=list(count.values())))
    last = {row["contact_id"]: row["last"] - count[row["contact_id"]] for row in rows}
    numbers: list[int | None] = []
    for one in news:
        if one.contact_id is None:
            numbers.append(None)
        else:
            last[one.contact_id] += 1
            numbers.append(last[one.contact_id])
    return numbers


def _actor(actor: Actor) -> dict[str, str | None]:
    prefix = _KINDS.get(actor.kind)
    shown_id = ids.show(prefix, actor.id) if prefix and actor.id else None
    return {"kind": actor.kind, "id": shown_id, "name": actor.name}


def _gone(tx: Tx, contact_id: UUID) -> dict[str, Any]:
    """All that is told of an erased person."""
    return {
        "id": ids.show("cont", contact_id), "workspace_id": ids.show("ws", tx.workspace_id),
        "is_deleted": True,
    }  # fmt: skip


def _values(tx: Tx, **more: Any) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, **more}
