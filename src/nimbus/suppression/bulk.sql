-- The contacts whose emails are to be held back. This room is below theirs, and reads only this.

-- name: emails
select c.id, c.email
from contact c
where c.workspace_id = %(workspace)s and c.id = any(%(ids)s::uuid[])
order by c.id
