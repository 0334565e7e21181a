-- Appending events; see append.py.

-- name: is_missing
-- Whether the partition of this month, by the real time of writing, is not there yet.
select to_regclass(to_char(clock_timestamp() at time zone 'UTC', '"engagement_event_"YYYY_MM'))
    is null

-- name: make
select ensure_partitions(clock_timestamp())

-- name: append
-- Events as columns come in; those whose key was told before are left out. Comes out with the
-- written ones.
with given as materialized (
    select *
    from unnest(
        %(contact)s::uuid[], %(type)s::text[], %(at)s::timestamptz[], %(source)s::text[],
        %(actor)s::text[], %(subject)s::text[], %(subject_id)s::uuid[], %(data)s::jsonb[],
        %(key)s::uuid[]
    ) with ordinality as g (contact_id, type, at, source, actor, subject, subject_id, data, key, nth)
),
told as (
    insert into engagement_key (workspace_id, key)
    select %(workspace)s, g.key from given g where g.key is not null order by g.key
    on conflict do nothing
    returning key
)
insert into engagement_event
    (workspace_id, contact_id, operation_id, type, at, source, actor, subject, subject_id, data)
select %(workspace)s, g.contact_id, %(operation)s, g.type, g.at, g.source, g.actor, g.subject,
    g.subject_id, g.data
from given g
where g.key is null or g.key in (select t.key from told t)
order by g.nth
returning id, contact_id, type, at, source, actor, subject, subject_id, data

-- name: add_up
-- Adds to the totals by contact and type, in the order of their key.
insert into engagement_total as t (workspace_id, contact_id, type, count, last_at)
select %(workspace)s, g.contact_id, g.type, g.count, g.last_at
from unnest(%(contact)s::uuid[], %(type)s::text[], %(count)s::integer[], %(last_at)s::timestamptz[])
    as g (contact_id, type, count, last_at)
order by g.contact_id, g.type
on conflict (workspace_id, contact_id, type) do update
set count = t.count + excluded.count, last_at = greatest(t.last_at, excluded.last_at)
