"""Repeats of an email within a source: folded into the first, later values win (D-04, G-09)."""

from __future__ import annotations

from psycopg import sql

from nimbus.contacts.merging import LADDERS, TWINS

ARRAYS = ("tags", "company_tech_stack")
# Of these the first row's are kept: they say which row it is.
KEPT = (
    "workspace_id", "import_id", "email_key", "row_no", "line", "email", "email_domain", "detail",
    "domain_derived",
)  # fmt: skip


def fold_statement(columns: list[str]) -> sql.Composed:
    """Give the first row of each repeated email the values of all its rows. `columns` are those of
    `import_stage`. Values that belong together stay together: a phone and its normal form, a
    domain and whether it was only worked out."""
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
                {told_domain} is null as domain_derived
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
            tags = s.tags, company_tech_stack = s.tech, custom = c.custom
        from folded f
        left join sets s on s.first = f.first
        left join customs c on c.first = f.first
        where b.row_no = f.first
        """
    ).format(
        lasts=sql.SQL(", ").join(
            sql.SQL("{} as {}").format(_last(c), sql.Identifier(c)) for c in plain
        ),
        told_domain=_last("company_domain", "and not b.domain_derived"),
        any_domain=_last("company_domain"),
        taken=sql.SQL(", ").join(taken),
    )


def _last(column: str, also: str = "") -> sql.Composed:
    """The last value that is not blank; of a consent or status the strictest, since no row of a
    file lifts what another says (G-02)."""
    if column in LADDERS:
        rank = LADDERS[column].rank_sql("b." + column)
        return sql.SQL(
            f"(array_agg(b.{{c}} order by {rank} desc, b.row_no desc) "
            "filter (where b.{c} is not null))[1]"
        ).format(c=sql.Identifier(column))
    return sql.SQL(
        f"(array_agg(b.{{c}} order by b.row_no desc) filter (where b.{{of}} is not null {also}))[1]"
    ).format(c=sql.Identifier(column), of=sql.Identifier(TWINS.get(column, column)))
