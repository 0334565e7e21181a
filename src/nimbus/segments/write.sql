-- Segments as they are written.

-- name: put
insert into segment
    (workspace_id, id, name, description, kind, filter, created_by, created_at, updated_at)
values (%(workspace)s, %(id)s, %(name)s, %(description)s, %(kind)s, %(filter)s, %(by)s,
    %(created)s, %(updated)s)
on conflict (workspace_id, id) do update
set name = excluded.name, description = excluded.description, filter = excluded.filter,
    updated_at = excluded.updated_at

-- name: delete
-- Its members go with it.
delete from segment where workspace_id = %(workspace)s and id = %(id)s

-- name: close
-- Nobody is put on a list any more that is being deleted: whoever comes now would be told of
-- nowhere.
select id from segment where workspace_id = %(workspace)s and id = %(id)s for update

-- name: empty
-- Who is on a list is told of before the list goes, so that an undo can put them on it again.
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, 'segment_member', m.contact_id, 'left',
    jsonb_build_object('segment_id', m.segment_id, 'operation_id', m.operation_id,
        'added_by', m.added_by, 'added_at', m.added_at)
from segment_member m
where m.workspace_id = %(workspace)s and m.segment_id = %(id)s
order by m.contact_id
on conflict do nothing
