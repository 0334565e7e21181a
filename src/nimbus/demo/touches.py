"""What has happened to some of the invented people, what is to be done about them, lines to write
to them with, and a segment of some: told the way that programs and teammates tell it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from nimbus import operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.engagement.append import append
from nimbus.engagement.event import NewEvent
from nimbus.engagement.note import create_note
from nimbus.engagement.task import create_task
from nimbus.enrichment.personalization import put
from nimbus.segments.write import create

PEOPLE = 360
# Every third never answers; of the others the first so many, and now and then one, do so at once.
EAGER = 24
# Nothing happened to anybody before they came.
KNOWN = timedelta(days=41)
# Days ago, type, what it was about.
_ANSWERED = (
    (9, "sent", "Your pipeline in spring"), (8.9, "opened", None), (0.6, "opened", None),
    (0.5, "opened", None), (0.4, "clicked", "https://nimbus.example/prices"),
    (0.3, "opened", None), (0.2, "replied", "Re: Your pipeline in spring"),
)  # fmt: skip
_QUIET = ((12, "sent", "Your pipeline in spring"), (11.8, "opened", None), (2, "clicked", None))
_SILENT = tuple((40 - 4 * nth, "sent", f"Touch {nth + 1}") for nth in range(9))
# One is overdue, one due today, the others later.
TASKS = ("Send the offer", "Call about the contract", "Book the demo", "Ask how the pilot goes")


def touch(tx: Tx, who: Who) -> None:
    """The contacts with the best scores, some of whom answer."""
    best: list[UUID] = tx.column(
        "select id from contact where workspace_id = %s and not is_deleted and created_at < %s "
        "order by lead_score desc nulls last, id limit %s",
        [tx.workspace_id, tx.now - KNOWN, PEOPLE],
    )
    operation = operations.start(tx, who, "events.append", "worker")
    append(
        tx, operation,
        [
            NewEvent(contact, type, tx.now - timedelta(days=days), "email",
                     data={"subject": about} if about else {})
            for nth, contact in enumerate(best)
            for days, type, about in _story(nth)
        ],
    )  # fmt: skip
    for nth, contact in enumerate(best[: len(TASKS)]):
        note = {"body": "@demo, they ask for a price per seat. Who talks to their finance team?"}
        create_note(tx, who, contact, note, "worker")
        due = tx.now + timedelta(days=2 * nth - 2, minutes=30)
        task = {"title": TASKS[nth], "due_at": due, "status": "open"}
        create_task(tx, who, contact, task, "worker")
        opening = "Congratulations on the new office; it is a fine place to outgrow a spreadsheet."
        lines = {"status": "ready", "lines": {"opening": opening}, "source": "Demo"}
        put(tx, who, contact, lines, "worker")
    create(
        tx, who, name="Decision makers to call", kind="dynamic", through="worker",
        description="Tiers A and B in sales and marketing",
        filter={"and": [
            {"field": "icp_tier", "op": "in", "value": ["A", "B"]},
            {"or": [{"field": "department", "op": "eq", "value": "sales"},
                    {"field": "department", "op": "eq", "value": "marketing"}]},
        ]},
    )  # fmt: skip


def _story(nth: int) -> tuple[tuple[float, str, str | None], ...]:
    if nth % 3 == 2:
        return _SILENT
    return _ANSWERED if nth < EAGER or nth % EAGER == 0 else _QUIET
