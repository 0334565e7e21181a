-- The contacts of a workspace as they are counted once a day. Samples: day, since = 2026-01-01,
-- sources = 20.

-- name: is_due
-- Whether the day was not counted yet, or anybody was written since. Who writes may commit a while
-- after the moment that it notes, hence `margin`.
select not exists (
    select from daily_count d
    where d.workspace_id = %(workspace)s and d.whose = %(workspace)s and d.day = %(day)s
        and d.kind = 'total' and d.counted_at >= (
            select coalesce(max(c.updated_at), '-infinity') + %(margin)s::interval
            from contact c
            where c.workspace_id = %(workspace)s
        )
)

-- name: count
-- Everybody who is not in the trash, in one pass: by client and each of the kinds; then all clients
-- together, and of the sources the largest alone, since anything may be a source.
with passed as materialized (
    select m.client_id,
        case
            when grouping(m.icp_tier) = 0 then 'tier'
            when grouping(m.grade) = 0 then 'grade'
            when grouping(m.lead_source) = 0 then 'source'
            when grouping(m.tenth) = 0 then 'score'
            when grouping(m.made) = 0 then 'new'
            else 'total'
        end as kind,
        coalesce(m.icp_tier, m.grade, m.lead_source, m.tenth, m.made, '') as value,
        count(*) as contacts
    from (
        select c.client_id, c.icp_tier, c.grade, c.lead_source,
            least(9, c.lead_score / 10)::text as tenth,
            case
                when c.created_at >= %(since)s::timestamptz
                then (c.created_at at time zone 'UTC')::date::text
            end as made
        from contact c
        where c.workspace_id = %(workspace)s and not c.is_deleted
    ) as m
    group by grouping sets (
        (m.client_id), (m.client_id, m.icp_tier), (m.client_id, m.grade),
        (m.client_id, m.lead_source), (m.client_id, m.tenth), (m.client_id, m.made)
    )
    union all
    -- Also who has nobody left is counted.
    select null, 'total', '', 0
    union all
    select l.id, 'total', '', 0 from client l where l.workspace_id = %(workspace)s
),
told as (
    select case when grouping(p.client_id) = 1 then %(workspace)s else p.client_id end as whose,
        p.kind, p.value, sum(p.contacts) as contacts
    from passed p
    where p.kind <> 'new' or p.value <> ''
    group by grouping sets ((p.kind, p.value), (p.client_id, p.kind, p.value))
    having grouping(p.client_id) = 1 or p.client_id is not null and %(agency)s
),
ranked as (
    select t.*, row_number() over (
        partition by t.whose, t.kind order by t.contacts desc, t.value
    ) as place
    from told t
)
insert into daily_count as d (workspace_id, whose, day, kind, value, contacts, counted_at)
select %(workspace)s, r.whose, %(day)s, r.kind, r.value, r.contacts, %(now)s
from ranked r
where r.kind <> 'source' or r.place <= %(sources)s
order by r.whose, r.kind, r.value
on conflict (workspace_id, whose, day, kind, value) do update
set contacts = excluded.contacts, counted_at = excluded.counted_at
where d.counted_at < excluded.counted_at

-- name: forget
-- What was counted of the day before that, and of days that nobody asks for any more.
delete from daily_count
where workspace_id = %(workspace)s
    and (day = %(day)s and counted_at < %(now)s or day < %(oldest)s)

-- name: put_off
insert into daily_count_due (workspace_id, imports, at)
values (%(workspace)s, %(imports)s, %(now)s)

-- name: done
delete from daily_count_due where workspace_id = %(workspace)s

-- name: read
-- The days from one on; of the kinds that nobody looks at over time the last day alone.
select d.day, d.kind, d.value, d.contacts, d.counted_at
from daily_count d
where d.workspace_id = %(workspace)s and d.whose = %(whose)s and d.day >= %(since)s
    and (
        d.kind in ('total', 'tier', 'grade')
        or d.day = (
            select max(l.day) from daily_count l
            where l.workspace_id = %(workspace)s and l.whose = %(whose)s
        )
    )
order by d.day, d.kind, d.contacts desc, d.value
