"""The companies that a source names: folded over the whole source, written, and given to its rows.

A row's company is found by domain, else by name, else it has none (S1-19, S1-20). A domain that
was only derived from the email finds or makes the company too, but never moves a contact that has
one; and where the row says nothing else of a company, only a new contact is given one by it. One
that is here without a company was parted from it, or never had one: a blank does not overwrite that
(S1-29), or a file that was exported would not come back without a change (G-23). Values the source
brings are written to the company, blanks never are; of several rows the later one in the source
wins, whatever order the rows are written in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import sql

from nimbus.companies.restore import alone, keep_all
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.operations import Operation, logged
from nimbus.operations.operation import Changed

_SQL = beside(__file__, "resolve.sql")


@dataclass(frozen=True, slots=True)
class Brought:
    """The columns of companies that a source brings, those that only fill blanks among them, and
    the values of columns where neither the source nor the company has one."""

    columns: tuple[str, ...]
    fill_only: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)


def fold(tx: Tx, import_id: UUID, rows: sql.Composable, brought: Brought) -> int:
    """Keep in `import_company` each company that `rows` name; answers how many. What an earlier
    fold kept for the import is forgotten.

    `rows` selects the columns of `import_stage` and may ask for `workspace` and `import`.
    """
    ids = {"workspace": tx.workspace_id, "import": import_id}
    tx.run(_SQL["forget"], ids)
    statement = sql.SQL(_SQL["fold"]).format(
        rows=rows,
        columns=_more(brought.columns),
        lasts=sql.SQL("").join(
            sql.SQL(", {} as {}").format(_last(column), sql.Identifier(column))
            for column in brought.columns
        ),
    )
    return tx.run(statement, ids)


def tells(brought: Brought, *, keeps: bool) -> sql.Composed:
    """Which rows `s` of a source tell of their company: not those whose contact `c` stays with
    another company `k`, or without any."""
    return sql.SQL(
        """(
            c.id is null or (c.company_id is null and {says}) or k.domain = s.company_domain
            or (s.company_domain is null and k.domain is null and k.name_key = s.company_name_key)
            or (not {keeps} and s.company_domain is not null and not s.domain_derived)
        )"""
    ).format(says=_says("s", brought), keeps=keeps)


def _says(row: str, brought: Brought) -> sql.Composable:
    """Whether a row says anything of a company, beside having an email."""
    told = sql.SQL("not {}").format(sql.Identifier(row, "domain_derived"))
    if not brought.columns:
        return told
    return sql.SQL("({} or {})").format(told, _brings(row, brought))


def _brings(row: str, brought: Brought) -> sql.Composed:
    """Whether a row has a value of a company, beside its domain."""
    names = (sql.Identifier(row, f"company_{column}") for column in brought.columns)
    return sql.SQL("num_nonnulls({}) > 0").format(sql.SQL(", ").join(names))


def write(
    tx: Tx, operation: Operation, import_id: UUID, brought: Brought, *,
    after: str | None = None, limit: int | None = None,
) -> tuple[int, str | None]:  # fmt: skip
    """Make and update the companies that `fold` has kept, in the order of their keys, logged: all,
    or the next `limit` after a key. Answers how many, and the last key; None when it came to the
    end. Their contacts of before are scored by whoever calls this.
    """
    values = {
        "workspace": tx.workspace_id, "import": import_id, "after": after, "limit": limit,
    }  # fmt: skip
    keys = tx.column(_SQL["next_keys"], values)
    _write(tx, operation, import_id, brought, keys)
    return len(keys), keys[-1] if len(keys) == limit else None


def _write(
    tx: Tx, operation: Operation, import_id: UUID, brought: Brought, keys: list[str]
) -> None:
    values: dict[str, Any] = {
        "workspace": tx.workspace_id, "import": import_id, "operation": operation.id,
        "now": tx.now, "keys": keys,
    }  # fmt: skip
    changed: list[UUID] = []
    # Those with a domain come first: a name alone is looked for among them.
    for key, kind in (("domain", "domain:"), ("name_key", "name:")):
        if any(one.startswith(kind) for one in keys):
            tx.run(_insert(brought, key), values)
            if brought.columns:
                changed += tx.column(_update(brought, key), values)
    if changed:
        what = frozenset(brought.columns)
        tx.changes.append(Changed("company", "updated", tuple(changed), what, scored=True))


def settle(
    tx: Tx, operation: Operation, import_id: UUID, brought: Brought, *, keeps: bool = False
) -> None:
    """Give the rows of `batch` that are going to be written their companies, and new contacts their
    ids. A contact that has a company keeps it unless the row names the domain of another; with
    `keeps` always. One that has none is given one only by a row that says something of it. A
    company that was taken away since it was written is made again.
    """
    values = {"workspace": tx.workspace_id, "import": import_id, "keeps": keeps}
    says = _says("b", brought)
    settled = sql.SQL(_SQL["settle"]).format(says=says)
    keep_all(tx)
    tx.run(settled, values)
    missing = tx.column(sql.SQL(_SQL["missing_keys"]).format(says=says), values)
    if missing:
        _write(tx, operation, import_id, brought, missing)
        tx.run(settled, values)


def sweep(tx: Tx, operation_id: UUID) -> None:
    """Take away again the companies that an operation made and gave to nobody."""
    values = {"workspace": tx.workspace_id, "operation": operation_id}
    alone(tx)
    tx.run(_SQL["sweep"], values)


def forget(tx: Tx, import_id: UUID) -> None:
    """Drop what `fold` kept."""
    tx.run(_SQL["forget"], {"workspace": tx.workspace_id, "import": import_id})


def changed_by(brought: Brought) -> sql.Composable:
    """Whether a row of the batch `b` brings values of a company that the operation changed."""
    if not brought.columns:
        return sql.SQL("false")
    return sql.SQL(
        """
        ({brings} and exists (
            select from change g
            where g.workspace_id = b.workspace_id and g.operation_id = %(operation)s
                and g.thing = 'company' and g.kind = 'updated' and g.thing_id = b.company_id
        ))
        """
    ).format(brings=_brings("b", brought))


def _more(columns: Sequence[str], before: str | None = None) -> sql.Composed:
    """Further columns of a list, each after a comma."""
    names = (sql.Identifier(before, c) if before else sql.Identifier(c) for c in columns)
    return sql.SQL("").join(sql.SQL(", {}").format(name) for name in names)


def _last(column: str) -> sql.Composed:
    """The last value that is not blank. As text for arrays, which do not aggregate as they are."""
    said = "company_name" if column == "name_key" else f"company_{column}"
    value, back = ("s.{c}::text", "::text[]") if column == "tech_stack" else ("s.{c}", "")
    return sql.SQL(
        f"(array_agg({value} order by s.row_no desc) "
        f"filter (where s.{{said}} is not null))[1]{back}"
    ).format(c=sql.Identifier(f"company_{column}"), said=sql.Identifier(said))


def _insert(brought: Brought, key: str) -> sql.Composed:
    """Make those that are missing. A name without a domain is also found among those with one."""
    values = [
        _or_default(sql.Identifier("i", column), column, brought) for column in brought.columns
    ]
    return sql.SQL(_SQL["insert"]).format(
        columns=_more(brought.columns),
        values=sql.SQL("").join(sql.SQL(", {}").format(value) for value in values),
        key=sql.Identifier(key),
        kind=sql.SQL("is not null" if key == "domain" else "is null"),
    )


def _told(brought: Brought) -> list[str]:
    """The columns that the log tells of."""
    return [column for column in brought.columns if column != "name_key"]


def _or_default(value: sql.Composable, column: str, brought: Brought) -> sql.Composable:
    default = brought.defaults.get(column, [] if column == "tech_stack" else None)
    if default is None:
        return value
    cast = "::text[]" if column == "tech_stack" else ""
    return sql.SQL(f"coalesce({{}}, {{}}{cast})").format(value, sql.Literal(default))


def _update(brought: Brought, key: str) -> sql.Composed:
    """Write what the source brings beyond what is known; answers the ids of those that changed."""
    sets: list[sql.Composable] = []
    news: list[sql.Composable] = []
    for column in brought.columns:
        x = sql.Identifier(column)
        fills = column in brought.fill_only
        if column == "tech_stack":
            value = sql.SQL(
                "case when k.tech_stack = '{{}}' then coalesce(i.tech_stack, '{{}}') "
                "else k.tech_stack end"
                if fills
                else "array_union(k.tech_stack, i.tech_stack)"
            ).format()
        elif column in ("name", "name_key"):
            # Somebody who only has an email there may work for another company: that names none
            # anew. The key goes with its name.
            kept = "true" if "name" in brought.fill_only else "i.derived"
            value = sql.SQL(
                f"case when i.name is null or ({kept} and k.name is not null) then k.{{x}} "
                "else i.{x} end"
            ).format(x=x)
        else:
            order = ("k", "i") if fills else ("i", "k")
            first, second = (sql.Identifier(row, column) for row in order)
            value = sql.SQL("coalesce({}, {})").format(first, _or_default(second, column, brought))
        sets.append(sql.SQL("{} = {}").format(x, value))
        news.append(sql.SQL("{} is distinct from k.{}").format(value, x))
    before, after = logged.changed(sql.SQL("(c.o)."), sql.SQL("(c.n)."), _told(brought))
    return sql.SQL(_SQL["update"]).format(
        before=before,
        after=after,
        sets=sql.SQL(", ").join(sets),
        differs=sql.SQL(" or ").join(news),
        key=sql.Identifier(key),
        kind=sql.SQL("is not null" if key == "domain" else "is null"),
        # Only a domain says for sure which company is meant; a name alone never changes one.
        sure=sql.SQL("true" if key == "domain" else "k.domain is null"),
    )
