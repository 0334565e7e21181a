-- What refers to things, and new names in it. Sample: ids and filters are arrays of one length.

-- name: lists
select s.id, s.name
from segment_member m
join segment s on s.workspace_id = m.workspace_id and s.id = m.segment_id
where m.workspace_id = %(workspace)s and m.contact_id = %(contact)s
order by s.name, s.id

-- name: rewrite_segments
with changed as (
    update segment s
    set filter = v.filter, updated_at = %(now)s
    from unnest(%(ids)s::uuid[], %(filters)s::jsonb[]) as v (id, filter)
    where s.workspace_id = %(workspace)s and s.id = v.id
    returning s.id, old.filter as was, new.filter as now
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'segment', c.id, 'updated',
    jsonb_build_object('filter', c.was), jsonb_build_object('filter', c.now)
from changed c
on conflict do nothing

-- name: rewrite_views
with changed as (
    update saved_view s
    set filter = v.filter, updated_at = %(now)s
    from unnest(%(ids)s::uuid[], %(filters)s::jsonb[]) as v (id, filter)
    where s.workspace_id = %(workspace)s and s.id = v.id
    returning s.id, old.filter as was, new.filter as now
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'saved_view', c.id, 'updated',
    jsonb_build_object('filter', c.was), jsonb_build_object('filter', c.now)
from changed c
on conflict do nothing

-- name: drop_column
with changed as (
    update saved_view s
    set columns = array_remove(s.columns, %(field)s), updated_at = %(now)s
    where s.workspace_id = %(workspace)s and %(field)s = any(s.columns)
    returning s.id, old.columns as was, new.columns as now
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'saved_view', c.id, 'updated',
    jsonb_build_object('columns', c.was), jsonb_build_object('columns', c.now)
from changed c
on conflict do nothing
