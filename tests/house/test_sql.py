"""The same SQL runs on one node and on many: the lint of sql-rules.md, and every statement once
before a real database, so that a typo cannot wait for a customer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from nimbus.db.sqlfile import statements
from nimbus.identity import claim
from nimbus.identity.set_back import open_claims
from nimbus.intake.stages import open_batch
from nimbus.operations.undo import open_undo
from nimbus.segments.restore import open_listed
from tests.conftest import World
from tests.house.sql_gaps import GAPS
from tests.house.sql_rules import RULES, Rule, forgetful, unwalled
from tests.house.sql_text import (
    MIGRATIONS,
    SOURCE,
    Piece,
    everything,
    migration,
    migrations,
    python_strings,
    sql_files,
    statement_files,
)
from tests.house.wall import tenant_tables


def test_all_sql_is_seen() -> None:
    assert len(migrations()) > 60
    assert len(sql_files()) > 40
    assert len(python_strings()) > 60
    assert {piece.file for piece in sql_files()} == {
        str(path.relative_to(SOURCE)) for path in statement_files()
    }


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_tells_bad_from_good(rule: Rule) -> None:
    assert rule.broken(Piece("example.sql", 1, rule.bad)), rule.bad
    assert not rule.broken(Piece("example.sql", 1, rule.good)), rule.good


def test_the_sql_keeps_the_rules() -> None:
    broken = [line for piece in everything() for rule in RULES for line in rule.broken(piece)]
    assert not broken, "\n".join(sorted(set(broken)))


def test_a_violation_is_named_by_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "0009_bad.sql"
    path.write_text("-- Bad.\n\nselect 1;\n\nselect\n    set_config('a', 'b', true);\n")
    broken = [line for piece in migration(path) for rule in RULES for line in rule.broken(piece)]
    assert broken == ["0009_bad.sql:6: no set_config (rule 11)"]


def test_statements_say_which_workspace(world: World) -> None:
    """Row-level security is the wall, not the route (rule 13). Coarse: once per statement."""
    with psycopg.connect(world.instance.logins.migrate) as connection:
        tenant = [table for table in tenant_tables(connection) if table != "workspace"]
    found = [
        piece.at(offset)
        for piece in everything() for offset in forgetful(piece.code, tenant)
    ]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    ("code", "forgets"),
    [("select * from contact where id = %s", True),
     ("select * from contact where workspace_id = %s and id = %s", False),
     ("update batch b set a = 1", False)],
)  # fmt: skip
def test_a_statement_that_forgets_the_workspace_is_seen(code: str, forgets: bool) -> None:
    assert bool(list(forgetful(code, ["contact"]))) is forgets


def test_every_tenant_table_is_distributed_and_secured() -> None:
    assert list(unwalled(migrations())) == []


PARENT = """
create table workspace (id uuid not null, constraint workspace_pkey primary key (id));
select distribute('workspace', 'id');
"""
CHILD = """
create table note (
    workspace_id uuid not null,
    constraint note_workspace_fkey foreign key (workspace_id) references workspace (id)
);
"""
DISTRIBUTE = "select distribute('note', 'workspace_id', 'workspace');\n"
SECURE = "select secure('note');\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (PARENT + CHILD + DISTRIBUTE + SECURE, None),
        (PARENT + CHILD + DISTRIBUTE, "secure"),
        (PARENT + CHILD + SECURE, "distribute"),
        (PARENT.replace("select distribute('workspace', 'id');", "") + CHILD + DISTRIBUTE + SECURE,
         "before workspace"),
        (PARENT + CHILD + "select distribute('note', 'id', 'workspace');\n" + SECURE, "by its"),
        (PARENT + CHILD.replace("workspace (id)", "app_user (id)") + DISTRIBUTE + SECURE,
         "no tenant's"),
    ],
    ids=["good", "open", "alone", "child first", "by another column", "to a platform table"],
)  # fmt: skip
def test_a_table_without_a_wall_is_seen(text: str, problem: str | None, tmp_path: Path) -> None:
    path = tmp_path / "0009_new.sql"
    path.write_text(text)
    found = list(unwalled(list(migration(path))))
    assert bool(found) is (problem is not None), found
    assert all(line.startswith("0009_new.sql:") for line in found)
    assert problem is None or any(problem in line for line in found), found


# Rules of squawk that do not apply, each with its reason.
NOT_SQUAWKED: dict[str, str] = {
    "require-lock-timeout": "nimbus.db.migrate sets it before every file",
    "require-statement-timeout": "a migration of a large instance may take its time",
    "prefer-bigint-over-int": "rows of a file, points and days fit; half a million rows pay for it",
    "prefer-bigint-over-smallint": "likewise",
}


def test_squawk_finds_nothing_in_the_migrations() -> None:
    found = _squawk(*sorted(MIGRATIONS.glob("*.sql")))
    assert found.returncode == 0, found.stdout


def test_squawk_would_find_something(tmp_path: Path) -> None:
    path = tmp_path / "0009_bad.sql"
    path.write_text("alter table contact add column x integer;\nalter table contact drop column y;")
    found = _squawk(path)
    assert found.returncode == 1
    assert "drop" in found.stdout


def _squawk(*paths: Path) -> subprocess.CompletedProcess[str]:
    words: list[str | Path] = [
        Path(sys.executable).with_name("squawk"), "--pg-version=18", "--assume-in-transaction",
        f"--exclude={','.join(NOT_SQUAWKED)}", "--reporter=gcc",
    ]  # fmt: skip
    return subprocess.run([*words, *paths], capture_output=True, text=True, check=False)


def test_every_statement_is_understood(world: World) -> None:
    """Planned by a migrated database, under the application's role, beside the temporary tables."""
    wrong, seen = [], 0
    for path in statement_files():
        file = str(path.relative_to(SOURCE))
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            open_batch(tx)
            claim.peek(tx, world.alice.client)
            open_undo(tx)
            open_claims(tx)
            open_listed(tx)
            for name, text in statements(path).items():
                seen += 1
                try:
                    with tx.connection.transaction():
                        _try(tx.connection, file, name, text)
                except (psycopg.Error, KeyError) as error:
                    wrong.append(f"{file} {name}: {error}")
    assert not wrong, "\n".join(wrong)
    assert seen > 200


def _try(connection: psycopg.Connection, file: str, name: str, text: str) -> None:
    query, gaps = text, set(re.findall(r"(?<!\{)\{(\w+)\}(?!\})", text))
    if gaps:
        # KeyError: say in GAPS what Python puts there.
        fills = {gap: sql.SQL(GAPS[file, gap]) for gap in gaps}
        query = sql.SQL(text).format(**fills).as_string(connection)
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", query)))
    query = re.sub(r"%\((\w+)\)s", lambda found: f"${names.index(found[1]) + 1}", query)
    first = re.sub(r"--[^\n]*\n", "", query).split()[0]
    if first not in ("select", "with", "insert", "update", "delete"):
        connection.execute(query)
        return
    connection.execute(f"prepare tried as {query.replace('%%', '%')}")
    connection.execute("deallocate tried")


@pytest.mark.parametrize("broken", ["select nothing from contact", "select 1 frm contact",
                                    "select * from contact where emial = %(email)s"])  # fmt: skip
def test_a_typo_is_seen(broken: str, world: World) -> None:
    with (
        pytest.raises(psycopg.errors.ProgrammingError),
        world.door.workspace(world.alice.who.workspace_id) as tx,
    ):
        _try(tx.connection, "example.sql", "typo", broken)


def test_every_statement_is_used() -> None:
    """A named statement that no Python beside it names is left over, or misspelt."""
    unused = []
    for path in statement_files():
        code = "".join(module.read_text() for module in path.parent.glob("*.py"))
        unused += [
            f"{path.relative_to(SOURCE)}: {name}"
            for name in statements(path) if f'"{name}"' not in code
        ]  # fmt: skip
    assert unused == []
