"""A preview shows what an import would do, and writes nothing (S1-71)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg

from nimbus.fields.read import catalogue
from nimbus.imports.create import Given, read_dialect, settle
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.preview import PreviewReport, preview
from tests.conftest import World
from tests.imports.test_run import CSV, bring


def digest(world: World) -> str:
    """Of everything in the database, whoever's it is."""
    found = hashlib.sha256()
    with psycopg.connect(world.instance.logins.migrate) as connection:
        tables = connection.execute(
            "select c.oid::regclass::text from pg_class c where c.relkind = 'r' "
            "and c.relnamespace = 'public'::regnamespace order by 1"
        ).fetchall()
        for (table,) in tables:
            rows = connection.execute(f"select t::text from {table} t order by 1").fetchall()  # type: ignore[arg-type]
            found.update(f"{table}: {rows}".encode())
    return found.hexdigest()


def _preview(world: World, file: Path) -> PreviewReport:
    options = ImportOptions()
    person = world.alice
    with world.door.workspace(person.who.workspace_id) as tx:
        dialect = read_dialect(file, options)
        mapping = settle(tx, file, dialect, catalogue(tx), Given(), "csv")
        assert mapping
        return preview(
            tx, world.instance, person.who, person.client, file, dialect, mapping, options
        )


def test_a_preview_says_what_the_import_then_does(world: World, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(CSV)
    before = digest(world)

    report = _preview(world, file)

    assert digest(world) == before
    done = bring(world, CSV)
    assert report.counts == {
        "imported": done.imported, "updated": done.updated, "skipped": done.skipped,
        "suppressed": done.suppressed, "errored": done.errored,
    }  # fmt: skip
    first = report.rows[0]
    assert (first.email, first.status, first.icp_tier, first.lead_score, first.company) == (
        "alice@acme.com", "imported", "A", 34, "Acme",
    )  # fmt: skip


def test_the_digest_would_notice_a_write(world: World) -> None:
    before = digest(world)
    bring(world, "Email\nnew@acme.com\n")
    assert digest(world) != before


def test_only_the_first_hundred_rows_are_tried(world: World, tmp_path: Path) -> None:
    file = tmp_path / "many.csv"
    file.write_text("Email\n" + "".join(f"p{n}@acme.com\n" for n in range(250)))
    assert len(_preview(world, file).rows) == 100
