"""Making and changing webhooks; each an operation of its own, in whose log no secret stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.db.secrets import Secrets
from nimbus.db.sqlfile import beside
from nimbus.operations.operation import log
from nimbus.problems import Problem, invalid
from nimbus.webhooks import signing
from nimbus.webhooks.deliver import wake
from nimbus.webhooks.event import Actor, Announcement
from nimbus.webhooks.events import write_one
from nimbus.webhooks.read import Delivery, deliveries, find, webhooks
from nimbus.webhooks.webhook import MOST, TEST, Mode, Status, Webhook

_SQL = beside(__file__, "webhook.sql")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What people say of a webhook; `filter` as it is stored."""

    url: str
    event_types: list[str]
    description: str | None = None
    filter: dict[str, Any] | None = None
    mode: Mode = "each"
    skip_own: bool = False
    is_active: bool = True


def wanted_of(hook: Webhook) -> Wanted:
    return Wanted(**{name: getattr(hook, name) for name in Wanted.__slots__})


def create(
    tx: Tx, who: Who, through: str, secrets: Secrets, wanted: Wanted, id: UUID | None = None
) -> tuple[UUID, str]:
    """A webhook; answers its id and the secret, which can never be read again. `id` is one that a
    form has kept for it. Raises Problem(conflict) when the workspace has as many as it may."""
    # Whoever else makes one waits, so that the limit is not passed twice.
    tx.run("select id from workspace where id = %s for no key update", [tx.workspace_id])
    if len(webhooks(tx)) >= MOST:
        raise Problem("conflict", f"A workspace has {MOST} webhooks at most. Delete one first.")
    webhook_id: UUID = tx.value(
        _SQL["create"],
        _values(
            tx, id=id, owner_kind=who.kind, owner_id=who.id, created_by=who.name,
            **_columns(wanted),
        ),
    )  # fmt: skip
    operation = operations.start(
        tx, who, "webhook.create", through, subject="webhook", subject_id=webhook_id
    )
    log(tx, operation, "webhook", webhook_id, "created", None, asdict(wanted))
    secret = signing.new_secret()
    sealed = signing.sealed(secrets, tx.workspace_id, webhook_id, secret)
    tx.run(_SQL["seal"], _values(tx, id=webhook_id, secret=sealed, old_secret=None, old_until=None))
    return webhook_id, secret


def change(tx: Tx, who: Who, through: str, hook: Webhook, new: Mapping[str, Any]) -> None:
    """Other values for some of what people say of it. One that was stopped or is parked begins
    anew."""
    before = wanted_of(hook)
    after = replace(before, **new)
    tx.run(_SQL["change"], _values(tx, id=hook.id, **_columns(after)))
    differing = [name for name in new if getattr(before, name) != getattr(after, name)]
    if differing:
        operation = operations.start(
            tx, who, "webhook.update", through, subject="webhook", subject_id=hook.id
        )
        was, now = ({name: getattr(one, name) for name in differing} for one in (before, after))
        log(tx, operation, "webhook", hook.id, "updated", was, now)
    if after.is_active:
        wake(tx, hook.id)


def delete(tx: Tx, who: Who, through: str, hook: Webhook) -> None:
    """The webhook with all that waits for it, and the log of its deliveries."""
    operation = operations.start(
        tx, who, "webhook.delete", through, subject="webhook", subject_id=hook.id
    )
    log(tx, operation, "webhook", hook.id, "deleted", asdict(wanted_of(hook)), None)
    tx.run(_SQL["remove"], _values(tx, id=hook.id))


def rotate_secret(tx: Tx, who: Who, through: str, secrets: Secrets, hook: Webhook) -> str:
    """A new secret; the one before signs beside it for a day. An older one is over at once."""
    secret = signing.new_secret()
    tx.run(
        _SQL["seal"],
        _values(
            tx, id=hook.id, secret=signing.sealed(secrets, tx.workspace_id, hook.id, secret),
            old_secret=hook.secret, old_until=tx.now + signing.OVERLAP,
        ),
    )  # fmt: skip
    operation = operations.start(
        tx, who, "webhook.rotate_secret", through, subject="webhook", subject_id=hook.id
    )
    log(tx, operation, "webhook", hook.id, "updated", None, {"secret_rotated_at": str(tx.now)})
    return secret


def send_test(tx: Tx, who: Who, hook: Webhook) -> Delivery:
    """An event that says nothing, delivered like any other. Raises Problem(conflict) for a webhook
    that is off."""
    _need_active(hook)
    told = Announcement(
        TEST, tx.value("select uuidv7()"), None, Actor(who.kind, who.id, who.name),
        {"webhook_id": hook.shown_id, "message": "This is a test."},
    )  # fmt: skip
    event_id = write_one(tx, hook, told)
    return next(one for one in deliveries(tx, hook.id, limit=10) if one.event_id == event_id)


def replay(
    tx: Tx, who: Who, through: str, hook: Webhook, *, event: UUID | None = None,
    since: datetime | None = None, until: datetime | None = None, status: Status | None = None,
) -> int:  # fmt: skip
    """Send again what was delivered or given up, under the same ids: one event, or those that
    happened from `since` on and before `until`. Answers how many. Raises Problem(conflict) for a
    webhook that is off, and one that names the event when it never went to this webhook."""
    _need_active(hook)
    values = _values(tx, webhook=hook.id, event=event, since=since, until=until, status=status)
    if event and not tx.value(_SQL["has_event"], values):
        raise invalid("No such event went to this webhook.", "event_id")
    count = tx.run(_SQL["replay"], values)
    if count:
        operations.start(
            tx, who, "webhook.replay", through, subject="webhook", subject_id=hook.id,
            why=f"{count} deliveries",
        )  # fmt: skip
        wake(tx, hook.id)
    return count


def locked(tx: Tx, shown_id: str) -> Webhook:
    """The webhook, for somebody who is about to change it. Raises Problem(not_found)."""
    return find(tx, ids.read("hook", shown_id), lock=True)


def _need_active(hook: Webhook) -> None:
    if not hook.is_active:
        raise Problem("conflict", "This webhook is off. Turn it on first, with is_active.")


def _columns(wanted: Wanted) -> dict[str, Any]:
    filter = Jsonb(wanted.filter) if wanted.filter is not None else None
    return {**asdict(wanted), "filter": filter}


def _values(tx: Tx, **more: Any) -> dict[str, Any]:
    return {"workspace": tx.workspace_id, "now": tx.now, **more}
