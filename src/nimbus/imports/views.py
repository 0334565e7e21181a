"""What the pages of imports say: badges, counters, tabs, how the file was read."""

from __future__ import annotations

from typing import Any

from nimbus.db import ids
from nimbus.fields import Catalogue
from nimbus.imports.import_job import STAGES, ImportJob
from nimbus.imports.progress import rate, seconds_left
from nimbus.web import charts, parts, words

# Status of an import: words, tone, icon.
STATUSES: dict[str, tuple[str, str, str]] = {
    "queued": ("Queued", "grey", "clock"),
    "awaiting_mapping": ("To map", "amber", "hand"),
    "paused": ("Paused", "amber", "pause"),
    "complete": ("Complete", "green", "check"),
    "cancelled": ("Cancelled", "grey", "x"),
    "failed": ("Failed", "red", "circle-x"),
    "rolled_back": ("Rolled back", "grey", "undo-2"),
    **{stage: (stage.capitalize(), "blue", "loader") for stage in STAGES},
}
HISTORY = [
    parts.Column("Import"), parts.Column("Status", "m"), parts.Column("Rows", "s", kind="number"),
    *(
        parts.Column(label, "m" if label in ("Unchanged", "Suppressed") else "s", kind="number",
                     wide_only=True)
        for label in ("Imported", "Updated", "Unchanged", "Skipped", "Suppressed", "Errors")
    ),
    parts.Column("Started by", "m", wide_only=True), parts.Column("When", "m", wide_only=True),
    parts.Column("Took", "s", wide_only=True),
]  # fmt: skip
# Encodings as people know them; others are shown by their own name.
ENCODINGS = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "ascii": "UTF-8", "utf-16": "UTF-16",
    "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "utf-32": "UTF-32", "cp1252": "Windows-1252",
    "cp1250": "Windows-1250", "cp1251": "Windows-1251", "mac_roman": "Mac Roman",
    "cp932": "Shift JIS", "gb18030": "GB18030", "euc_kr": "EUC-KR", "koi8_r": "KOI8-R",
    **{f"cp{page}": f"Windows-{page}" for page in range(1253, 1259)},
}  # fmt: skip
ROWS = [
    parts.Column("Line", "xs", kind="number"), parts.Column("Outcome", "m"),
    parts.Column("Email", "xl"), parts.Column("What happened"),
]  # fmt: skip


def href(found: ImportJob) -> str:
    return f"/imports/{ids.show('imp', found.id)}"


def contacts_href(found: ImportJob) -> str:
    return f"/contacts?import={ids.show('imp', found.id)}"


def counts(found: ImportJob) -> dict[str, int]:
    """The counters as parts of one whole: what brought nothing new stands apart (D-05)."""
    return {
        "imported": found.imported, "updated": found.updated - found.unchanged,
        "unchanged": found.unchanged, "skipped": found.skipped, "suppressed": found.suppressed,
        "errored": found.errored,
    }  # fmt: skip


def took(found: ImportJob) -> float | None:
    if found.started_at is None or found.finished_at is None:
        return None
    return (found.finished_at - found.started_at).total_seconds()


def pace(found: ImportJob) -> str:
    """“18,400 rows a second, about 4 s left”, as far as it is known."""
    told = []
    if found.status in STAGES and (speed := rate(found, found.status)):
        told.append(f"{speed:,.0f} rows a second")
    if (left := seconds_left(found)) is not None:
        told.append(f"about {words.duration(max(1.0, left))} left")
    return ", ".join(told)


def first_outcome(found: ImportJob) -> str:
    """What one wants to see first: what went wrong, then what was left out."""
    counted = counts(found)
    order = ("errored", "suppressed", "skipped", "imported", "updated", "unchanged")
    return next((one for one in order if counted[one]), "imported")


def tabs(found: ImportJob, current: str) -> list[parts.Tab]:
    return [
        parts.Tab(
            charts.OUTCOMES[key][0], f"{href(found)}?outcome={key}#rows", key == current, count
        )
        for key, count in counts(found).items()
    ]


def warnings(found: ImportJob) -> list[tuple[str, str]]:
    """What the report warns of: a first sentence, and the rest. The columns that were left out are
    told with how the file was read."""
    told = [one for one in found.warnings if not one.startswith("Columns left out")]
    if kept := found.consent_protected:
        rows = "1 row" if kept == 1 else f"{kept:,} rows"
        told.append(
            f"{rows} would have loosened a consent or a status. It was left as it is, and the rest "
            "was written: an import only makes them stricter. Whoever may record consent says "
            "where it comes from, on the page of the contact."
        )
    return [(first.rstrip(".") + ".", rest) for first, _, rest in (w.partition(". ") for w in told)]


def read_as(found: ImportJob, fields: Catalogue) -> list[tuple[str, str]]:
    """How the file was read and imported, for the report."""
    dialect: dict[str, Any] = found.dialect or {}
    columns = found.mapping or []
    names = {field.ref: field.label for field in fields}
    mapped = [
        f"{one['header']} → {names[one['field']]}" for one in columns if one["field"] in names
    ]
    left_out = [one["header"] for one in columns if one["field"] is None]
    defaults = [
        f"{field.label}: {getattr(field.type, 'labels', {}).get(value, value)}"
        for key, value in found.options.get("defaults", {}).items()
        if value and (field := fields.find(key))
    ]
    delimiter = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
    apart = dialect.get("delimiter", ",")
    encoding = encoding_name(dialect.get("encoding", ""))
    told = [
        ("Columns", ", ".join(mapped)),
        ("Left out", ", ".join(left_out)),
        ("Contacts already here", BEHAVIOR_WORDS[found.options["dedup_behavior"]]),
        ("Contacts in the trash", TRASH_WORDS[found.options["in_trash"]]),
        ("Defaults", ", ".join(defaults)),
        ("Read as", f"{encoding}, {delimiter.get(apart, apart)} between cells"),
    ]
    return [(label, value) for label, value in told if value]


def encoding_name(code: str) -> str:
    return ENCODINGS.get(code, code)


BEHAVIOR_WORDS = {
    "update": "Update them, and create who is new",
    "skip": "Leave them alone, and create who is new",
    "error": "Refuse the row, and create who is new",
    "create_only": "Only create: leave out who is here",
    "update_only": "Only update: leave out who is not here",
}
BEHAVIOR_HELP = {
    "update": "Blank cells never overwrite anything.",
    "skip": "The rows are skipped and listed.",
    "error": "The rows are listed among the errors.",
    "update_only": "Nobody is added by accident.",
}
TRASH_WORDS = {
    "skip": "Leave them there",
    "restore": "Bring them back and update them",
    "new": "Create them anew beside the old one",
}
