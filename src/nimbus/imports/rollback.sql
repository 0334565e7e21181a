-- Rolling an import back; `undo` is that of operations/undo.sql.

-- name: has_written
select exists (
    select from change where workspace_id = %(workspace)s and operation_id = %(own)s
)

-- name: lock
select i.id from import_job i
where i.workspace_id = %(workspace)s and i.id in (select thing_id from undo)
order by i.id
for update

-- name: statuses
-- Imports whose status is still what the operation made it, with both.
select i.id, u.before, u.after
from undo u
join import_job i on i.workspace_id = %(workspace)s and i.id = u.thing_id
where i.status = u.after ->> 'status'
