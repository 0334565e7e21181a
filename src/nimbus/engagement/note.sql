-- Who may do what with a note; see note.py.

-- name: author
-- Whoever made it, a person or a key, by the first that the log has of it.
select o.actor_id
from change c
join operation o on o.workspace_id = c.workspace_id and o.id = c.operation_id
where c.workspace_id = %(workspace)s and c.thing_id = %(id)s and c.thing = 'note'
    and c.kind = 'created'
order by c.id
limit 1

-- name: changed_by
-- The note that an operation made, changed or took away.
select c.thing_id from change c
where c.workspace_id = %(workspace)s and c.operation_id = %(operation)s and c.thing = 'note'
limit 1
