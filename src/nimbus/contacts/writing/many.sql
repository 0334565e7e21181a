-- Many contacts as one action writes them, a batch at a time, in the order of their ids.

-- name: lock
-- The contacts of a batch as they are, and stay until the end of the transaction.
select c.id, c.is_deleted, c.merged_into is not null as is_merged, c.client_id, c.assigned_until
    {more}
from contact c
where c.workspace_id = %(workspace)s and c.id = any(%(ids)s::uuid[])
order by c.id
for no key update

-- name: tag
-- Of locked contacts. New tags come last, in their order. With `replacing` only for those who lose
-- one of the others.
with future as materialized (
    select c.id, array(
        select k.tag from unnest(c.tags) with ordinality as k (tag, at)
        where k.tag <> all(%(remove)s::text[]) order by k.at
    ) || array(
        select a.tag from unnest(%(add)s::text[]) with ordinality as a (tag, at)
        where a.tag <> all(c.tags) order by a.at
    ) as tags
    from contact c
    where c.workspace_id = %(workspace)s and c.id = any(%(ids)s::uuid[])
        and (not %(replacing)s or c.tags && %(remove)s::text[])
), changed as (
    update contact c
    set tags = f.tags, updated_at = %(now)s
    from future f
    where c.workspace_id = %(workspace)s and c.id = f.id and c.tags <> f.tags
    returning c.id, old.tags as was, new.tags as now
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', c.id, 'updated',
    jsonb_build_object('tags', c.was), jsonb_build_object('tags', c.now)
from changed c
on conflict do nothing
returning thing_id

-- name: trash
with changed as (
    update contact c
    set is_deleted = true, deleted_at = %(now)s, deletion_reason = %(reason)s, updated_at = %(now)s
    where c.workspace_id = %(workspace)s and c.id = any(%(ids)s::uuid[]) and not c.is_deleted
    returning c.id, old as o, new as n
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', c.id, 'updated', {before}, {after}
from changed c
on conflict do nothing
returning thing_id

-- name: write
-- Of locked contacts: each has the values of its `goal`, by column.
with future as materialized (
    select n.id, {columns}
    from unnest(%(ids)s::uuid[], %(goals)s::jsonb[]) as g (id, goal)
    join contact c on c.workspace_id = %(workspace)s and c.id = g.id
    cross join lateral jsonb_populate_record(c, g.goal) as n
), changed as (
    update contact c
    set {assignments}, updated_at = %(now)s
    from future f
    where c.workspace_id = %(workspace)s and c.id = f.id
    returning c.id, old as o, new as n
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', c.id, 'updated', {before}, {after}
from changed c
on conflict do nothing
returning thing_id
