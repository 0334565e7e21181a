"""Any bytes through a whole import: a refusal in words, or books that balance (G-03, G-07)."""

from __future__ import annotations

import csv
import io
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nimbus import files
from nimbus.imports.create import Given, create
from nimbus.imports.find import find, rows
from nimbus.imports.import_job import OUTCOMES, ImportJob, ImportOptions
from nimbus.imports.mapping import ColumnMapping
from nimbus.imports.reader.read import rows as rows_of_file
from nimbus.imports.resume import answer, dialect_of, header_of
from nimbus.imports.stages.run import run
from nimbus.problems import Problem
from tests.conftest import World

SECONDS = 10
COLUMNS = ["Email", "First name", "Company", "Employee count", "Tags", "Country", "Phone"]
CELLS = st.sampled_from(
    (
        *("", "Ann", "Zoë", "Łódź", "O'Brien", 'say "hi"', "a, b", "a; b", "one\ntwo", "=1+1"),
        *("1" * 500, "-1", "1e400", "51-200", "x" * 2_000, "\x1b[0m", "\u202eevil", "NULL", "日本"),
    )
)
EMAILS = st.sampled_from(
    ("a@kestrel-example.com", "b@kestrel-example.com", "B@Kestrel-Example.com", "c@", "", "<x")
)
HOSTILE = [b'","', *(bytes([one]) for one in b"\"'\\\0\r\n,;\t|\xff\xe9")]


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A file of contacts, as one of many programs would write it."""
    row = st.builds(lambda email, rest: [email, *rest], EMAILS, st.lists(CELLS, max_size=8))
    out = io.StringIO(newline="")
    writer = csv.writer(
        out, delimiter=draw(st.sampled_from(",;\t|")),
        lineterminator=draw(st.sampled_from(("\n", "\r\n", "\r"))),
        quoting=draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))),
    )  # fmt: skip
    writer.writerows([COLUMNS, *draw(st.lists(row, min_size=1, max_size=8))])
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")))
    return out.getvalue().encode(encoding, "replace")


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Such a file with what happens to files on their way."""
    data = draw(tables())
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        data = draw(
            st.sampled_from(
                (
                    data[:at], data[at:], data[:at] + data,
                    data[:at] + draw(st.sampled_from(HOSTILE)) + data[at:],
                    data.replace(b"\r\n", b"\n", 1), data.replace(b"\n", b"\r", 1),
                    data.replace(b",", b";", draw(st.integers(0, 9))), data.replace(b'"', b"", 1),
                )
            )
        )  # fmt: skip
    return data


def _imported(world: World, data: bytes) -> ImportJob | Problem:
    """The import at its end, or why the file was refused."""
    who = world.alice.who
    try:
        with world.door.workspace(who.workspace_id) as tx:
            made = create(
                tx, world.instance, who, world.alice.client, io.BytesIO(data), "x.csv",
                ImportOptions(), Given(),
            )  # fmt: skip
            if made.status == "awaiting_mapping":
                columns = [ColumnMapping(at, name) for at, name in enumerate(header_of(made))]
                columns[0] = ColumnMapping(0, columns[0].header, "email")
                answer(tx, world.alice.who, "api", made, columns)
    except Problem as problem:
        return problem
    run(world.instance, who.workspace_id, made.id)
    with world.door.workspace(who.workspace_id) as tx:
        return find(tx, made.id)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(broken() | st.binary(max_size=200) | tables())
def test_every_row_of_any_file_has_one_outcome(world: World, data: bytes) -> None:
    began = time.monotonic()
    done = _imported(world, data)
    assert time.monotonic() - began < SECONDS
    if isinstance(done, Problem):
        assert (done.status, done.field) == (400, "file"), done.message
        return
    assert done.status == "complete", (done.status, done.message)
    assert done.total == sum(getattr(done, outcome) for outcome in OUTCOMES)
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        ledger = rows(tx, done.id, limit=10_000)
    path = files.path_of(world.instance.files, world.alice.who.workspace_id, done.file_id)
    in_file = list(rows_of_file(path, dialect_of(done)))
    assert [(row.row_no, row.line) for row in ledger] == [(r.number, r.line) for r in in_file]
    assert len(ledger) == done.total > 0
