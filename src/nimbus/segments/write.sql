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
