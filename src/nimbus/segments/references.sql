-- What refers to things, and columns of what is gone.

-- name: lists
select s.id, s.name
from segment_member m
join segment s on s.workspace_id = m.workspace_id and s.id = m.segment_id
where m.workspace_id = %(workspace)s and m.contact_id = %(contact)s
order by s.name, s.id

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
