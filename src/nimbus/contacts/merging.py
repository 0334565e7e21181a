"""What a contact's columns become when a row comes in: the one rule of merging, as SQL.

`b` is the row of the batch, `c` the contact it meets (all NULL for a new one). Blanks never
overwrite (S1-29); a column may be told to fill blanks only (F-02); consent and opt-outs can only
become stricter (G-02); what was derived gives way to what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import LiteralString

from psycopg import sql

from nimbus.consent import CONSENT, STATUS, STAY_WITH_CONSENT
from nimbus.fields import Catalogue

# A normalised twin goes with the value as typed: never one of the row and one of the contact.
TWINS = {"phone_e164": "phone", "mobile_e164": "mobile"}
# Columns that only become stricter, and how strict a value is.
LADDERS = {"consent_status": CONSENT, "status": STATUS}
DEFAULTS = {
    "status": "active",
    "consent_status": "unknown",
    "verification_status": "unknown",
    "enrichment_status": "never_attempted",
}
UNSTAGED = ("email", "email_domain")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a batch brings.

    `columns` are the staged contact columns that have values; `custom` the keys of the custom
    fields. `fill_only` of both fill blanks and never overwrite. `derived` maps a column that was
    worked out to the columns it was worked out from.
    """

    columns: frozenset[str]
    custom: frozenset[str] = frozenset()
    fill_only: frozenset[str] = frozenset()
    derived: tuple[tuple[str, tuple[str, ...]], ...] = ()


def merged(incoming: Incoming) -> dict[str, sql.Composable]:
    """The expression of each column that the batch may change."""
    return dict(_columns(incoming))


def _columns(incoming: Incoming) -> Iterator[tuple[str, sql.Composable]]:
    derived = dict(incoming.derived)
    for column in sorted(incoming.columns - {"tags"}):
        if column == "full_name":
            continue
        if column in LADDERS:
            yield column, _stricter(column, incoming)
        elif column in STAY_WITH_CONSENT:
            yield column, _with_consent(column, incoming)
        elif column in derived:
            yield column, _derived(column, derived[column])
        else:
            yield column, _one(column, incoming)
    if incoming.columns & {"first_name", "last_name", "full_name"}:
        yield "full_name", _full_name(incoming)
    if "tags" in incoming.columns:
        yield "tags", sql.SQL("array_union(c.tags, b.tags)")
    if incoming.custom:
        yield "custom", _custom(incoming)


def _one(column: str, incoming: Incoming) -> sql.Composable:
    twin = TWINS.get(column)
    fills = (twin or column) in incoming.fill_only
    if twin:
        first, second = ("c", "b") if fills else ("b", "c")
        return sql.SQL(
            "case when {first}.{twin} is not null then {first}.{x} else {second}.{x} end"
        ).format(
            first=sql.SQL(first), second=sql.SQL(second),
            twin=sql.Identifier(twin), x=sql.Identifier(column),
        )  # fmt: skip
    order = "coalesce(c.{x}, b.{x}{default})" if fills else "coalesce(b.{x}, c.{x}{default})"
    default = sql.SQL(", {}").format(DEFAULTS[column]) if column in DEFAULTS else sql.SQL("")
    return sql.SQL(order).format(x=sql.Identifier(column), default=default)


def _derived(column: str, sources: tuple[str, ...]) -> sql.Composable:
    """A worked-out value replaces an older one only when what it follows from has changed."""
    if not sources:
        return sql.SQL("coalesce(c.{x}, b.{x})").format(x=sql.Identifier(column))
    changed = sql.SQL(" or ").join(
        sql.SQL("b.{s} <> c.{s}").format(s=sql.Identifier(source)) for source in sources
    )
    return sql.SQL(
        "case when c.{x} is null or {changed} then coalesce(b.{x}, c.{x}) else c.{x} end"
    ).format(x=sql.Identifier(column), changed=changed)


def _full_name(incoming: Incoming) -> sql.Composable:
    """As the file has it; else put together anew when a part of it changes."""
    first = _one("first_name", incoming)
    last = _one("last_name", incoming)
    joined = sql.SQL("nullif(btrim(coalesce({}, '') || ' ' || coalesce({}, '')), '')").format(
        first, last
    )
    given = sql.SQL("b.full_name")
    kept = sql.SQL("c.full_name")
    rebuilt = sql.SQL(
        "case when ({first}, {last}) is distinct from (c.first_name, c.last_name) then {joined} end"
    ).format(first=first, last=last, joined=joined)
    order = [kept, given, joined] if "full_name" in incoming.fill_only else [given, rebuilt, kept]
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(order))


def _custom(incoming: Incoming) -> sql.Composable:
    filling = sorted(incoming.custom & incoming.fill_only)
    coming = "coalesce(b.custom, '{{}}')"
    if not filling:
        return sql.SQL(f"coalesce(c.custom, '{{{{}}}}') || {coming}").format()
    keys = sql.SQL("array[{}]").format(sql.SQL(", ").join(sql.Literal(k) for k in filling))
    writing = sql.SQL("array[{}]::text[]").format(
        sql.SQL(", ").join(sql.Literal(k) for k in sorted(incoming.custom - incoming.fill_only))
    )
    return sql.SQL(
        f"({coming} - {{writing}}) || coalesce(c.custom, '{{{{}}}}') || ({coming} - {{filling}})"
    ).format(writing=writing, filling=keys)


def _stricter(column: str, incoming: Incoming) -> sql.Composable:
    """A consent or a status; whoever fills blanks only leaves alone what anybody has said."""
    ladder = sql.SQL(LADDERS[column].tightened_sql(*_both(column)))
    default = DEFAULTS[column]
    if column not in incoming.fill_only:
        return sql.SQL("coalesce({}, {})").format(ladder, default)
    kept = "case when c.{x} <> {default} then c.{x} else coalesce({}, {default}) end"
    return sql.SQL(kept).format(ladder, x=sql.Identifier(column), default=default)


def _with_consent(column: str, incoming: Incoming) -> sql.Composable:
    """How a consent came about stays with it when the row may not change it."""
    protected = CONSENT.protected_sql(*_both("consent_status"))
    return sql.SQL(
        "case when {} or c.consent_status = 'opted_out' and b.consent_status is null "
        "then c.{} else {} end"
    ).format(sql.SQL(protected), sql.Identifier(column), _one(column, incoming))


def protected(incoming: Incoming) -> sql.Composed | None:
    """Whether a row's consent or status is looser than the contact's, and so left out (G-02);
    None when the batch brings neither."""
    pieces = [
        sql.SQL(ladder.protected_sql(*_both(column)))
        for column, ladder in LADDERS.items()
        if column in incoming.columns
    ]
    return sql.SQL(" or ").join(pieces) if pieces else None


def _both(column: str) -> tuple[LiteralString, LiteralString]:
    names: dict[str, tuple[LiteralString, LiteralString]] = {
        "consent_status": ("c.consent_status", "b.consent_status"),
        "status": ("c.status", "b.status"),
    }
    return names[column]


# A company that the file names moves the contact; one only worked out, or found by its name alone,
# is taken when the contact has none.
COMPANY = sql.SQL(
    "case when b.company_domain is not null and not b.domain_derived "
    "then coalesce(b.company_id, c.company_id) else coalesce(c.company_id, b.company_id) end"
)


def row_source(catalogue: Catalogue, incoming: Incoming, only: sql.Composable) -> sql.Composed:
    """The merged rows of the batch as filters see contacts (a Source `m`): what each contact will
    be once written, with its company's columns under `company_`. `only` picks among them."""
    changing = merged(incoming)
    columns: list[sql.Composable] = [sql.SQL("b.row_no"), sql.SQL("b.contact_id as id")]
    for field in catalogue.contact_columns():
        name = sql.Identifier(field.column)
        if field.column in UNSTAGED:
            columns.append(sql.SQL("b.{}").format(name))
        elif field.column in changing:
            columns.append(sql.SQL("{} as {}").format(changing[field.column], name))
        elif field.column in DEFAULTS:
            columns.append(
                sql.SQL("coalesce(c.{n}, {d}) as {n}").format(n=name, d=DEFAULTS[field.column])
            )
        elif field.column == "tags":
            columns.append(sql.SQL("coalesce(c.tags, '{{}}') as tags").format())
        else:
            columns.append(sql.SQL("c.{}").format(name))
    custom = changing.get("custom", sql.SQL("coalesce(c.custom, '{{}}')").format())
    columns.append(sql.SQL("{} as custom").format(custom))
    columns.append(sql.SQL("{} as company_id").format(COMPANY))
    companies = [
        sql.SQL("k.{} as {}").format(
            sql.Identifier(field.column), sql.Identifier(f"company_{field.column}")
        )
        for field in catalogue.company_columns()
    ]
    return sql.SQL(
        """
        select p.*, {companies}
        from (
            select {columns}
            from batch b
            left join contact c on c.workspace_id = %(workspace)s and c.id = b.contact_id
            where b.outcome is null and {only}
        ) as p
        left join company k on k.workspace_id = %(workspace)s and k.id = p.company_id
        """
    ).format(
        companies=sql.SQL(", ").join(companies), columns=sql.SQL(", ").join(columns), only=only
    )
