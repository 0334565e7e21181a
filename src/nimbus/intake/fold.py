"""Repeats of an email within a source: folded into the first, later values win (D-04, G-09)."""

from __future__ import annotations

from psycopg import sql

from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing.incoming import LADDERS, TWINS, Incoming

ARRAYS = ("tags", "company_tech_stack")
# Of these the first row's are kept: they say which row it is.
KEPT = (
    "workspace_id", "import_id", "email_key", "row_no", "line", "email", "email_domain", "detail",
    "domain_derived",
)  # fmt: skip
_LAST = "b.row_no desc"


def fold_statement(columns: list[str], incoming: Incoming) -> sql.Composed:
    """Give the first row of each repeated email the values of all its rows. `columns` are those of
    `import_stage`. Values that belong together stay together: a phone and its normal form, a
    domain and whether it was only worked out, the parts of a name or place that one cell gave, a
    consent and how it came about.

    Of consents and statuses the strictest wins, since no row of a file lifts what another says; a
    looser one said later is noted as protected (G-02).
    """
    plain = [c for c in columns if c not in (*KEPT, *ARRAYS, "custom", "company_domain")]
    taken = [sql.SQL("{} = f.{}").format(sql.Identifier(c), sql.Identifier(c)) for c in plain]
    return sql.SQL(
        """
        with repeated as (
            select email_key, min(row_no) as first from batch
            group by email_key having count(*) > 1
        ), folded as (
            select r.first, {lasts},
                coalesce({told_domain}, {any_domain}) as company_domain,
                {told_domain} is null as domain_derived,
                {loosened} as loosened
            from batch b join repeated r on r.email_key = b.email_key
            group by r.first
        ), sets as (
            select r.first,
                array_agg(distinct t.tag) filter (where t.tag is not null) as tags,
                array_agg(distinct t.tech) filter (where t.tech is not null) as tech
            from repeated r
            join batch b on b.email_key = r.email_key
            cross join lateral (
                select tag, null as tech from unnest(b.tags) as tag
                union all select null, tech from unnest(b.company_tech_stack) as tech
            ) as t
            group by r.first
        ), customs as (
            select r.first, jsonb_object_agg(e.key, e.value order by b.row_no) as custom
            from repeated r
            join batch b on b.email_key = r.email_key
            cross join lateral jsonb_each(b.custom) as e
            group by r.first
        )
        update batch b
        set {taken}, company_domain = f.company_domain, domain_derived = f.domain_derived,
            tags = s.tags, company_tech_stack = s.tech, custom = c.custom,
            detail = case
                when f.loosened
                    then coalesce(b.detail, '{{}}') || '{{"consent_protected": true}}'
                else b.detail
            end
        from folded f
        left join sets s on s.first = f.first
        left join customs c on c.first = f.first
        where b.row_no = f.first
        """
    ).format(
        lasts=sql.SQL(", ").join(
            sql.SQL("{} as {}").format(_folded(c, incoming), sql.Identifier(c)) for c in plain
        ),
        told_domain=_pick(
            "company_domain", "b.company_domain is not null and not b.domain_derived"
        ),
        any_domain=_pick("company_domain", "b.company_domain is not null"),
        loosened=sql.SQL(" or ").join(
            sql.SQL("coalesce({} is distinct from {}, false)").format(
                _rank(column, _strictest(column)), _rank(column, _LAST)
            )
            for column in LADDERS
        ),
        taken=sql.SQL(", ").join(taken),
    )


def _folded(column: str, incoming: Incoming) -> sql.Composable:
    """The last value that is not blank, or the strictest; of what belongs together, that of the
    row which the leading column was taken from."""
    if column in LADDERS:
        return _pick(column, f"b.{column} is not null", _strictest(column))
    if column in STAY_WITH_CONSENT and "consent_status" in incoming.columns:
        evidence = _pick(column, "b.consent_status is not null", _strictest("consent_status"))
        return sql.SQL("case when count(b.consent_status) > 0 then {} else {} end").format(
            evidence, _pick(column, f"b.{column} is not null")
        )
    return _pick(column, _said(column, incoming))


def _said(column: str, incoming: Incoming) -> str:
    """Whether a row says something of a column, be it that it is blank."""
    derived = dict(incoming.derived)
    group = incoming.group_of(column)
    if group is None and column in derived and column not in incoming.told:
        group = incoming.group_of(derived[column][0])
        if group is None and len(derived[column]) == 1:
            return f"b.{derived[column][0]} is not null"
    if group is not None:
        return group.said_sql("b")
    return f"b.{TWINS.get(column, column)} is not null"


def _strictest(column: str) -> str:
    return f"{LADDERS[column].rank_sql('b.' + column)} desc nulls last, b.row_no desc"


def _rank(column: str, order: str) -> sql.Composed:
    """The rank of the value that would be taken in an order."""
    rank = LADDERS[column].rank_sql("b." + column)
    return sql.SQL(
        f"(array_agg({rank} order by {order}) filter (where b.{column} is not null))[1]"
    ).format()


def _pick(column: str, said: str, order: str = _LAST) -> sql.Composed:
    return sql.SQL(f"(array_agg(b.{{c}} order by {order}) filter (where {said}))[1]").format(
        c=sql.Identifier(column)
    )
