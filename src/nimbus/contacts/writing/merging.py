"""What a contact's columns become when a row comes in: the one rule of merging, as SQL.

`b` is the row of the batch, `c` the contact it meets (all NULL for a new one). Blanks never
overwrite (S1-29); a column may be told to fill blanks only (F-02); consent and opt-outs can only
become stricter (G-02); what was derived gives way to what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, LiteralString

import msgspec
from psycopg import sql

from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing.incoming import LADDERS, TWINS, Incoming, Together
from nimbus.fields import Catalogue

DEFAULTS = {
    "status": "active",
    "consent_status": "unknown",
    "verification_status": "unknown",
    "enrichment_status": "never_attempted",
}
# As `array_union`, which is called only where both bring something: it takes a while.
_TAGS = sql.SQL(
    "case when c.tags is null then coalesce(b.tags, '{}') "
    "when b.tags is null or b.tags <@ c.tags then c.tags else array_union(c.tags, b.tags) end"
)
UNSTAGED = ("email", "email_domain")


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
            yield column, _derived(column, incoming)
        else:
            yield column, _value(column, incoming)
    if incoming.columns & {"first_name", "last_name", "full_name"}:
        yield "full_name", _full_name(incoming)
    if "tags" in incoming.columns:
        yield "tags", _TAGS
    if incoming.custom:
        yield "custom", _custom(incoming)


def _one(column: str, incoming: Incoming) -> sql.Composable:
    twin = TWINS.get(column)
    fills = (twin or column) in incoming.fill_only
    x, default = sql.Identifier(column), sql.Literal(_default(column, incoming))
    first, second = (sql.SQL(row) for row in (("c.", "b.") if fills else ("b.", "c.")))
    if twin:
        return sql.SQL(
            "case when {first}{twin} is not null then {first}{x} "
            "when {second}{twin} is not null then {second}{x} else {default}::text end"
        ).format(first=first, second=second, twin=sql.Identifier(twin), x=x, default=default)
    if _default(column, incoming) is None:
        return sql.SQL("coalesce({first}{x}, {second}{x})").format(first=first, second=second, x=x)
    return sql.SQL("coalesce({first}{x}, {second}{x}, {default})").format(
        first=first, second=second, x=x, default=default
    )


def _value(column: str, incoming: Incoming) -> sql.Composable:
    if setting := incoming.set_by(column):
        x = sql.Identifier(column)
        return sql.SQL("case when {said} then b.{x} else coalesce(b.{x}, c.{x}) end").format(
            said=sql.SQL(setting.said_sql("b")), x=x
        )
    group = incoming.group_of(column)
    return _part(column, group, incoming) if group else _one(column, incoming)


def _default(column: str, incoming: Incoming) -> Any:
    return incoming.defaults.get(column, DEFAULTS.get(column))


def _part(column: str, group: Together, incoming: Incoming) -> sql.Composable:
    """A part of what one cell said: with the other parts where they contradict the contact's."""
    x = sql.Identifier(column)
    if column in incoming.fill_only:
        kept = sql.SQL(" and ").join(
            sql.SQL("c.{} is null").format(sql.Identifier(part)) for part in group.columns
        )
        value = sql.SQL("case when {kept} then b.{x} else c.{x} end").format(kept=kept, x=x)
    else:
        contradicted = sql.SQL(" or ").join(
            sql.SQL("b.{p} <> c.{p}").format(p=sql.Identifier(part)) for part in group.told_by
        )
        value = sql.SQL("case when {no} then b.{x} else coalesce(b.{x}, c.{x}) end").format(
            no=contradicted, x=x
        )
    last = _default(column, incoming)
    return value if last is None else sql.SQL("coalesce({}, {})").format(value, last)


def _derived(column: str, incoming: Incoming) -> sql.Composable:
    """A worked-out value follows what it was worked out from (`follow` says where it does); it
    never replaces what somebody wrote."""
    if column in incoming.told:
        return sql.SQL("case when {name} = any (b.follows) then b.{x} else {told} end").format(
            name=column, x=sql.Identifier(column), told=_one(column, incoming)
        )
    return sql.SQL(
        "case when c.id is null or {name} = any (b.follows) then b.{x} else c.{x} end"
    ).format(name=column, x=sql.Identifier(column))


def _full_name(incoming: Incoming) -> sql.Composable:
    """As the file has it; else put together anew when a part of it changes."""
    first = _value("first_name", incoming)
    last = _value("last_name", incoming)
    parts = {"first": first, "last": last}
    joined = sql.SQL("nullif(btrim(coalesce({}, '') || ' ' || coalesce({}, '')), '')").format(
        first, last
    )
    given = sql.SQL(
        "case when ({first}, {last}) is not distinct from (b.first_name, b.last_name) "
        "then b.full_name end"
    ).format(**parts)
    kept = sql.SQL("c.full_name")
    rebuilt = sql.SQL(
        "case when ({first}, {last}) is distinct from (c.first_name, c.last_name) then {joined} end"
    ).format(**parts, joined=joined)
    order = [kept, given, joined] if "full_name" in incoming.fill_only else [given, rebuilt, kept]
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(order))


def _custom(incoming: Incoming) -> sql.Composable:
    filling = sorted(incoming.custom & incoming.fill_only)
    coming = "coalesce(b.custom, '{{}}')"
    defaults = {k: v for k, v in incoming.defaults.items() if k in incoming.custom}
    if defaults:
        return sql.SQL("{}::jsonb || {}").format(
            msgspec.json.encode(defaults, enc_hook=str).decode(),
            _custom(replace(incoming, defaults={})),
        )
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
    """A consent or a status. Whoever fills blanks only leaves alone what anybody has said, but for
    a refusal, which is always heard."""
    ladder = LADDERS[column]
    tightened = sql.SQL(ladder.tightened_sql(*_both(column)))
    default = _default(column, incoming)
    if column not in incoming.fill_only:
        return sql.SQL("coalesce({}, {})").format(tightened, default)
    current, coming = _both(column)
    stricter = sql.SQL(f"coalesce({ladder.rank_sql(coming)} > {ladder.rank_sql(current)}, false)")
    return sql.SQL(
        "case when c.{x} <> {unsaid} and not {stricter} then c.{x} "
        "else coalesce({tightened}, {default}) end"
    ).format(
        x=sql.Identifier(column), unsaid=DEFAULTS[column], stricter=stricter,
        tightened=tightened, default=default,
    )  # fmt: skip


def _with_consent(column: str, incoming: Incoming) -> sql.Composable:
    """How a consent came about goes with it: a refusal never stands beside the evidence of a
    consent. Where the consent changes it is the row's, be it blank; where the row's is left out, it
    is the contact's."""
    if "consent_status" not in incoming.columns:
        return sql.SQL("case when c.consent_status = 'opted_out' then c.{} else {} end").format(
            sql.Identifier(column), _one(column, incoming)
        )
    default = _default(column, incoming)
    return sql.SQL(
        """
        case
            when c.id is not null and {result} is distinct from c.consent_status then {given}
            when b.consent_status <> c.consent_status
                or c.consent_status = 'opted_out' and b.consent_status is null then c.{x}
            else {one}
        end
        """
    ).format(
        result=_stricter("consent_status", incoming),
        x=sql.Identifier(column),
        given=sql.SQL("b.{}").format(sql.Identifier(column))
        if default is None
        else sql.SQL("coalesce(b.{}, {})").format(sql.Identifier(column), default),
        one=_one(column, incoming),
    )


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


# The batch has found the company already: one of the row's, or the contact's own. (With `coalesce`
# no index would serve the join: under row-level security it counts as telling.)
COMPANY = sql.SQL("b.company_id")


def row_source(catalogue: Catalogue, incoming: Incoming, *, new: bool) -> sql.Composed:
    """The merged rows of the batch as filters see contacts (a Source `m`): what each contact will
    be once written, with its company's columns under `company_`; the new ones or those that are
    here."""
    changing = merged(incoming)
    columns: list[sql.Composable] = [sql.SQL("b.email_key"), sql.SQL("b.contact_id as id")]
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
            left join contact c on {here}
            where b.outcome is null and b.is_new = {new}
        ) as p
        left join company k on k.workspace_id = %(workspace)s and k.id = p.company_id
        """
    ).format(
        companies=sql.SQL(", ").join(companies),
        columns=sql.SQL(", ").join(columns),
        here=sql.SQL("false" if new else "c.workspace_id = %(workspace)s and c.id = b.contact_id"),
        new=new,
    )
