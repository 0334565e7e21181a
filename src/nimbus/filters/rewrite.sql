-- Stored filters, whatever `table` they lie in. Sample: ids and filters are arrays of one length.

-- name: rewrite
-- New filters for some of its rows, each change logged.
with changed as (
    update {table} t
    set filter = v.filter, updated_at = %(now)s
    from unnest(%(ids)s::uuid[], %(filters)s::jsonb[]) as v (id, filter)
    where t.workspace_id = %(workspace)s and t.id = v.id
    returning t.id, old.filter as was, new.filter as now
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, %(thing)s, c.id, 'updated',
    jsonb_build_object('filter', c.was), jsonb_build_object('filter', c.now)
from changed c
on conflict do nothing
