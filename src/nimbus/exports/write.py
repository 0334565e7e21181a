"""Beginning, ending and forgetting exports (S0-66, G-23, F-43)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from nimbus import files, operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.exports import run
from nimbus.exports.columns import chosen, header
from nimbus.exports.columns import columns as columns_of
from nimbus.exports.export import KEPT, Export, Format
from nimbus.exports.read import SQL, find
from nimbus.fields.read import catalogue
from nimbus.jobs import Context, defer, everywhere, job, task
from nimbus.operations.erasing import Person
from nimbus.problems import Problem, invalid
from nimbus.segments.selection import Selection, keep, sentence

# So many are written before the answer; more by a job.
INLINE = 1_000
HREF = "/exports"


def export_selection(
    tx: Tx, instance: Instance, who: Who, selection: Selection, columns: Sequence[str],
    format: Format, through: str,
) -> Export:  # fmt: skip
    """Write the contacts of a selection that are live into a file, with the fields of these keys,
    or all that an import takes: at once where they are few, else by a job. Raises Problem that
    names the column."""
    known = catalogue(tx)
    fields = chosen(columns, known)
    export_id = tx.value("select uuidv7()")
    count = f"{selection.count:,} contact{'' if selection.count == 1 else 's'}"
    operations.start(
        tx, who, "export.create", through, subject="export", subject_id=export_id,
        why=f"{count} as {format}",
    )  # fmt: skip
    job_id = job.create(tx, who, "export", f"Export of {count}", HREF)
    until = tx.now + KEPT
    keep(tx, selection.id, until)
    tx.run(
        SQL["make"],
        {
            "workspace": tx.workspace_id, "id": export_id, "selection": selection.id,
            "job": job_id, "file": uuid4(), "format": format, "now": tx.now, "until": until,
            "columns": [field.ref for field in fields],
            "header": header(columns_of(fields, known), format), "words": sentence(tx, selection),
            "name": f"contacts {tx.now:%Y-%m-%d %H%M}.{format}", "selected": selection.count,
            "by": who.name,
        },
    )  # fmt: skip
    if selection.count > INLINE:
        run.start(tx, find(tx, export_id))
    else:
        while run.batch(tx, instance.files, export_id):
            pass
    return find(tx, export_id)


def refuse_strangers(tx: Tx, contact_ids: Sequence[UUID]) -> None:
    """Raises Problem that names an id which is no contact here."""
    values = {"workspace": tx.workspace_id, "ids": list(contact_ids)}
    if found := tx.column(SQL["strangers"], values):
        at = list(contact_ids).index(found[0])
        raise invalid("There is no such contact in this workspace.", f"contact_ids[{at}]")


def cancel(tx: Tx, export_id: UUID) -> Export:
    """End it after the batch that is being written now, if any, and remove what there is of its
    file. Raises Problem: not_found; conflict when it is over already."""
    found = find(tx, export_id)
    job.wait(tx, found.job_id)
    found = find(tx, export_id)
    if found.is_over:
        raise Problem("conflict", f"This export is {found.status} already.")
    job.finish(tx, found.job_id, "cancelled", "Cancelled: no file was kept")
    _unlink(tx, [found.file_id])
    return find(tx, export_id)


def erase(tx: Tx, person: Person) -> None:
    """Every file that may have a person in it goes, and what names them; nobody begins or goes on
    with one meanwhile, and whoever needs it exports anew (D-09)."""
    tx.run(SQL["alone"], {"workspace": tx.workspace_id})
    values = {"workspace": tx.workspace_id, "contacts": list(person.contacts),
              "emails": list(person.emails)}  # fmt: skip
    _forget(tx, tx.column(SQL["naming"], values), "Removed: somebody in it was erased")


def sweep(tx: Tx) -> None:
    """Forget exports whose time is over, with their files."""
    found = tx.column(SQL["expired"], {"workspace": tx.workspace_id, "now": tx.now})
    _forget(tx, found, "Removed: its time is over")


def _forget(tx: Tx, export_ids: Sequence[UUID], words: str) -> None:
    if not export_ids:
        return
    values = {"workspace": tx.workspace_id, "ids": list(export_ids), "words": words, "now": tx.now}
    tx.run(SQL["stop"], values)
    tx.run(SQL["forget_files"], values)
    _unlink(tx, tx.column(SQL["forget"], values))


def _unlink(tx: Tx, file_ids: Sequence[UUID]) -> None:
    defer(tx, unlink, file_ids=[str(one) for one in file_ids])


@task("exports.unlink")
def unlink(context: Context, file_ids: list[str]) -> None:
    """Remove the bytes of files that no row names any more, once that is committed."""
    assert context.workspace_id  # noqa: S101 - deferred in a workspace
    for one in file_ids:
        path = files.path_of(context.instance.files, context.workspace_id, UUID(one))
        path.unlink(missing_ok=True)


@task("exports.sweep", cron="37 3 * * *")
def sweep_exports(context: Context) -> None:
    """Those of every workspace."""
    everywhere(context, sweep)
