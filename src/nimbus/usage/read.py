"""Reading how much of each limit a workspace uses (S0-43, S0-80, D-24).

Nothing that grows with the contacts is counted: those are reckoned above ten thousand, and whoever
shows the number says so.
"""

from __future__ import annotations

from nimbus.access.limits import Limits
from nimbus.accounts.client import workspace
from nimbus.accounts.read import about_room
from nimbus.accounts.registry_ask import KIND, WINDOW
from nimbus.bulk import bulk
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.duplicates import merge
from nimbus.exports import export
from nimbus.fields.read import custom_fields
from nimbus.imports.import_job import RUNNING
from nimbus.segments.read import segments
from nimbus.segments.saved_view import MAX_VIEWS
from nimbus.segments.segment import MAX_SEGMENTS
from nimbus.settings import Settings
from nimbus.usage.usage import Fact, Group, Measure
from nimbus.web import docs_limits, kept, words
from nimbus.webhooks import jobs as webhook_jobs
from nimbus.webhooks.read import webhooks
from nimbus.webhooks.webhook import MOST as MOST_WEBHOOKS

_SQL = beside(__file__, "usage.sql")
DOCS = "/api/v1/docs/limits"


def usage(tx: Tx, settings: Settings, limits: Limits) -> list[Group]:
    """Everything there is a limit to, in the order in which people come upon it."""
    counts = tx.row(
        _SQL["counts"],
        {
            "workspace": tx.workspace_id, "running": list(RUNNING), "asked": KIND,
            "since": tx.now - WINDOW, "asks": settings.registry_asks,
        },
    ) or {}  # fmt: skip
    return [
        Group("What is here", _here(tx, settings, counts)),
        Group("Imports and files", _files(settings, counts)),
        Group("The API", _calls(tx, settings, limits, counts)),
        Group("How long things are kept", _times()),
    ]


def _here(tx: Tx, settings: Settings, counts: dict[str, int]) -> tuple[Measure, ...]:
    room = about_room(tx, workspace(tx), settings)
    above = (
        f"New contacts are refused from {words.number(room.hard)} on."
        if room.hard
        else "Above that everything goes on, but lists and imports get slower."
    )
    return (
        Measure(
            "Contacts", room.contacts, min(room.soft, room.hard or room.soft),
            f"Without the trash. {above}", "/contacts", "contacts:read",
            "NIMBUS_CONTACTS_HARD_LIMIT" if room.hard else "NIMBUS_CONTACTS_SOFT_LIMIT",
            room.exact,
        ),
        Measure(
            "Custom fields", len(custom_fields(tx)), settings.custom_fields_limit,
            "Fields of your own. A field that nobody uses any more can be deleted.",
            "/settings/fields", "fields:read", "NIMBUS_CUSTOM_FIELDS_LIMIT",
        ),
        Measure(
            "Segments and lists", len(segments(tx)), MAX_SEGMENTS,
            "However many contacts are in them.", "/segments", "segments:read",
        ),
        Measure(
            "Saved views", counts["views"], MAX_VIEWS,
            "Everybody's own and those that are shared.", "/contacts", "contacts:read",
        ),
    )  # fmt: skip


def _files(settings: Settings, counts: dict[str, int]) -> tuple[Measure | Fact, ...]:
    files = counts["files"]
    return (
        Measure(
            "Imports at once", counts["imports"], settings.imports_at_once,
            "Those that run now. Further ones wait, and begin by themselves.",
            "/imports", "imports:read", "NIMBUS_IMPORTS_AT_ONCE",
        ),
        Fact(
            "Rows of an import", words.number(settings.import_max_rows),
            "A longer file is refused before anything is written: split it.",
            "/contacts/import", "imports:write", "NIMBUS_IMPORT_MAX_ROWS",
        ),
        Fact(
            "Size of a file", words.size(settings.upload_max_bytes),
            "Of one upload. Exports may be larger.",
            "/contacts/import", "imports:write", "NIMBUS_UPLOAD_MAX_BYTES",
        ),
        Fact(
            "Files kept", f"{words.size(counts['bytes'])} in {words.number(files)} "
            f"{'file' if files == 1 else 'files'}",
            "What was uploaded, and what waits to be fetched. There is no limit but the disk.",
            "/imports", "imports:read",
        ),
    )  # fmt: skip


def _calls(
    tx: Tx, settings: Settings, limits: Limits, counts: dict[str, int]
) -> tuple[Measure | Fact, ...]:
    told = docs_limits.calls(limits)
    return (
        Fact(
            "Reads", told["Reads"].rstrip("."),
            "Of each key. Every answer says in RateLimit-Remaining what is left.",
            DOCS, None, "NIMBUS_READS_PER_SECOND",
        ),
        Fact(
            "Writes", told["Writes"].rstrip("."),
            "Of each key, apart from its reads. One too many is answered with 429 and Retry-After.",
            DOCS, None, "NIMBUS_WRITES_PER_SECOND",
        ),
        Fact(
            "API keys", words.number(counts["keys"]),
            "Keys that work. Each has allowances of its own.", "/settings/keys", "keys:write",
        ),
        Measure(
            "Webhooks", len(webhooks(tx)), MOST_WEBHOOKS,
            "Where changes are sent as they happen.", "/settings/webhooks", "webhooks:write",
        ),
        Measure(
            "Look-ups of the registry", counts["asked"], settings.registry_asks,
            "Within the last hour: asking whether others hold an address.",
            "/suppression/platform", "suppression:read", "NIMBUS_REGISTRY_ASKS",
        ),
    )  # fmt: skip


def _times() -> tuple[Fact, ...]:
    return (
        Fact(
            "The trash", "For good",
            "A deleted contact can be restored until somebody erases it.",
            "/contacts?view=deleted", "contacts:read",
        ),
        Fact(
            "Undo of a bulk action", f"{bulk.KEPT.days} days",
            "As long as the bulk log has it.", "/settings/bulk", "contacts:read",
        ),
        Fact(
            "Undo of a merge", f"{merge.DAYS} days",
            "Both contacts come back as they were.", "/duplicates", "contacts:read",
        ),
        Fact(
            "Files of exports", f"{export.KEPT.days} days",
            "Then they are removed; make another.", "/exports", "exports:write",
        ),
        Fact(
            "Deliveries of webhooks", f"{webhook_jobs.KEPT.days} days",
            "The log, and what can be sent again.", "/settings/webhooks", "webhooks:write",
        ),
        Fact(
            "Answers for an Idempotency-Key", f"{int(kept.KEPT.total_seconds() // 3600)} hours",
            "A repeat within that time is answered as before.", DOCS,
        ),
        Fact(
            "The audit log", "For good",
            "Who changed what, sealed so that nobody can alter it unseen.",
            "/settings/audit", "audit:read",
        ),
    )  # fmt: skip
