"""The stages of the intake over the temporary table `batch`, each one set of statements.

deduplicate (fold, match, ask the registry, apply the options) → suppress → fold_companies →
write_companies → write (claim, company, tier, score, insert or update, log). Sources put their rows
into `batch` and read what became of them from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from uuid import UUID

from psycopg import sql

from nimbus.accounts.client import Client
from nimbus.companies import resolve
from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing import limit
from nimbus.contacts.writing.incoming import LADDERS, Incoming
from nimbus.contacts.writing.merging import protected
from nimbus.contacts.writing.write import Writing, write_batch
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.identity import claim
from nimbus.intake.fold import fold_statement
from nimbus.intake.follow import follow, work_out
from nimbus.intake.inherit import inherit_statement
from nimbus.intake.required import refuse_incomplete
from nimbus.intake.staged import Staged
from nimbus.operations import Operation
from nimbus.suppression.read import check_statement

_SQL = beside(__file__, "batch.sql")

DedupBehavior = Literal["update", "skip", "error", "create_only", "update_only"]
InTrash = Literal["skip", "restore", "new"]
BEHAVIORS: tuple[str, ...] = ("update", "skip", "error", "create_only", "update_only")
# Rows up to which a batch is not worth a plan of its own.
FEW = 20
IN_TRASH: tuple[str, ...] = ("skip", "restore", "new")


@dataclass(frozen=True, slots=True)
class Options:
    """What to do about contacts that are here already or in the trash (D-04, D-20, F-01), and how
    many contacts the workspace may have (S0-80; None: as many as it likes)."""

    dedup_behavior: str = "update"
    in_trash: str = "skip"
    contact_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row. `reason` explains it; `detail` carries problems and conflicts."""

    row_no: int
    line: int
    email: str
    outcome: str | None
    reason: str | None
    until: Any
    duplicate_of: int | None
    contact_id: UUID | None
    detail: dict[str, Any] | None


def open_batch(tx: Tx, rows: int | None = None) -> None:
    """An empty `batch`, and the tables that go with it. `rows`: so many at most are going to be in
    it, where that is known."""
    tx.memory["few"] = rows is not None and rows <= FEW
    _plan_for_any(tx)
    if tx.memory["few"]:
        # A plan that reads no whole table is right however large the tables become.
        tx.run("set local enable_seqscan = off")
    else:
        # A sample says enough of a batch: the default looks at every row.
        tx.run("set local default_statistics_target = 10")
    # Rows are looked up in memory: whole tables are to be read only where they are small.
    tx.run("set local random_page_cost = 0.1")
    tx.run("set local client_min_messages = 'warning'")
    tx.run(_SQL["make_batch"])
    tx.run(_SQL["empty"])


def _plan_for_any(tx: Tx) -> None:
    """Plan for any workspace, not for this one: what a new one writes nobody has counted yet, and
    where it seems to have next to nothing, any index that begins with the workspace looks as good
    as the right one. Each row would read all of it. `_analyze` has statements planned anew; and for
    a few rows to plan takes many times as long as to run.
    """
    tx.run("set local plan_cache_mode = 'force_generic_plan'")


def _analyze(tx: Tx) -> None:
    if not tx.memory["few"]:
        tx.run(_SQL["analyze"])


def _peek(tx: Tx, client: Client) -> None:
    claim.peek(tx, client, few=tx.memory["few"])


def load(tx: Tx, rows: Staged) -> None:
    """Put rows into `batch`."""
    copy = sql.SQL("copy batch ({}) from stdin (encoding 'UTF8')").format(listed(rows.columns))
    with tx.connection.cursor() as cursor, cursor.copy(copy) as target:
        target.write(rows.text)


def deduplicate(tx: Tx, client: Client, options: Options, incoming: Incoming) -> None:
    """Fold repeats, find the contacts, ask who holds the emails, apply the options (D-29)."""
    lead_on(tx)
    _analyze(tx)
    repeats = tx.value("select count(*) - count(distinct email_key) from batch")
    if repeats:
        tx.run(_SQL["conflicting_domains"])
        tx.run(fold_statement(staged_columns(tx), incoming))
        tx.run(_SQL["duplicates"])
        work_out(tx, incoming)
    _peek(tx, client)
    tx.run(_SQL["elsewhere"])
    _match(tx, options, incoming)


def lead_on(tx: Tx, import_id: UUID | None = None) -> None:
    """Have rows of `batch`, or of an import as it was staged, that mean a contact which was merged
    into another one mean that one: before they are folded, for both may be among them."""
    values = {"workspace": tx.workspace_id, "import": import_id}
    if not tx.value(_SQL["has_archived"], values):
        return
    staged = sql.SQL("b.workspace_id = %(workspace)s and b.import_id = %(import)s")
    tx.run(
        sql.SQL(_SQL["lead_on"]).format(
            table=sql.Identifier("import_stage" if import_id else "batch"),
            mine=staged if import_id else sql.SQL("true"),
        ),
        values,
    )


def _match(tx: Tx, options: Options, incoming: Incoming) -> None:
    """The contact of each row, and what the options say of it; who is new must be complete."""
    values = {
        "workspace": tx.workspace_id,
        "behavior": options.dedup_behavior,
        "in_trash": options.in_trash,
    }
    tx.run(_SQL["match"], values)
    tx.run(_SQL["by_option"], values)
    if options.in_trash == "new":
        tx.run(inherit_statement(_SQL["inherited"]), values)
        tx.run(_SQL["new_again"])
    refuse_incomplete(tx, incoming)


def suppress(tx: Tx, client: Client, *, asked: bool = False) -> None:
    """The three layers, on rows that would be written (S1-42…S1-45). `asked`: the registry was, by
    `deduplicate` in this transaction."""
    if not asked:
        _analyze(tx)
        _peek(tx, client)
    tx.run(_SQL["opted_out"])
    _suppress_here(tx)


def _suppress_here(tx: Tx) -> None:
    """The workspace and the domain layer."""
    tx.run(
        sql.SQL(_SQL["suppress"]).format(check=sql.SQL(check_statement)),
        {"workspace": tx.workspace_id},
    )


def fold_companies(tx: Tx, import_id: UUID, incoming: Incoming, rows: sql.Composable) -> int:
    """What the source says of each company, before any of its batches is written: `rows` selects
    those of `import_stage`, or of a `batch` that is the whole source, that `telling` picks. Answers
    how many."""
    return resolve.fold(tx, import_id, rows, brought_by(incoming))


def telling(incoming: Incoming) -> sql.Composed:
    """Which rows `s` tell of their company, by the contact `c` that is here and its company `k`."""
    return resolve.tells(brought_by(incoming), keeps=incoming.keeps_company())


def write_companies(
    tx: Tx, operation: Operation, import_id: UUID, incoming: Incoming, *,
    after: str | None = None, limit: int | None = None,
) -> tuple[int, str | None]:  # fmt: skip
    """The companies as they were folded, all or the next `limit`: see `resolve.write`."""
    _plan_for_any(tx)
    brought = brought_by(incoming)
    return resolve.write(tx, operation, import_id, brought, after=after, limit=limit)


def brought_by(incoming: Incoming) -> resolve.Brought:
    """What a source brings of companies. The domain is their key, and a name goes with its own."""
    columns = incoming.company - {"domain"}
    columns |= {"name_key"} if "name" in columns else set()
    staged = {column: f"company_{column}" for column in columns}
    return resolve.Brought(
        tuple(sorted(columns)),
        frozenset(column for column, name in staged.items() if name in incoming.fill_only),
        {c: incoming.defaults[name] for c, name in staged.items() if name in incoming.defaults},
    )


def write(
    tx: Tx, operation: Operation, writing: Writing, options: Options, import_id: UUID, *,
    decided: bool = False,
) -> None:  # fmt: skip
    """Write what is left; its companies are written already. What was decided in an earlier
    transaction, and not `decided` in this one, is decided again, now for good: the registry claims
    the emails first, so nobody else can be writing these people at the same time. The caller scores
    the other contacts of changed companies.
    """
    values = {
        "workspace": tx.workspace_id, "limit": options.contact_limit, "operation": operation.id,
    }  # fmt: skip
    incoming = writing.incoming
    if options.in_trash == "new":
        # Their consent is told by the trashed contact where the source says nothing.
        columns = incoming.columns | LADDERS.keys() | set(STAY_WITH_CONSENT)
        incoming = replace(incoming, columns=columns)
        writing = replace(writing, incoming=incoming)
    if not decided:
        _analyze(tx)
        tx.run(_SQL["undecided"])
        _match(tx, options, incoming)
        _suppress_here(tx)
    if options.contact_limit is not None:
        tx.run(_SQL["too_many"], values)
    claim.claim(tx, writing.client, few=tx.memory["few"])
    tx.run(_SQL["elsewhere"])
    tx.run(_SQL["opted_out"])
    brought = brought_by(incoming)
    resolve.settle(tx, operation, import_id, brought, keeps=incoming.keeps_company())
    _analyze(tx)
    left = tx.row(_SQL["who_is_left"]) or {}
    if left["here"] or incoming.told:
        follow(tx, incoming)
    if left["new"] and "name" in incoming.company:
        tx.run(_SQL["other_name"], values)
    if left["here"]:
        tx.run(_SQL["other_company"], values)
        looser = protected(incoming)
        if looser is not None:
            tx.run(sql.SQL(_SQL["protected_consent"]).format(protected=looser), values)
    news = write_batch(tx, operation, writing, **left)
    if left["here"]:
        told = resolve.changed_by(brought)
        tx.run(sql.SQL(_SQL["finished"]).format(company_changed=told), {**values, "changed": news})


def count_alone(tx: Tx) -> None:
    """Before rows are written where there is a limit (S0-80)."""
    limit.count_alone(tx)


def outcomes(tx: Tx) -> list[Outcome]:
    """What became of the rows of `batch`; `outcome` is None where nothing is decided yet."""
    return tx.all(Outcome, _SQL["outcomes"])


def staged_columns(tx: Tx) -> list[str]:
    """The columns of `import_stage`, as the database has them."""
    if "staged_columns" not in tx.memory:
        tx.memory["staged_columns"] = tx.column(
            "select attname::text from pg_attribute where attrelid = 'import_stage'::regclass "
            "and attnum > 0 and not attisdropped order by attnum"
        )
    found: Sequence[str] = tx.memory["staged_columns"]
    return list(found)


def listed(columns: Sequence[str]) -> sql.Composed:
    """Columns as SQL lists them."""
    return sql.SQL(", ").join(sql.Identifier(column) for column in columns)
