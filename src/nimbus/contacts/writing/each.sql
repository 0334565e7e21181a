-- Several contacts written at once, each with its own outcome.

-- name: lock
-- The contacts as they are, and stay until the end of the transaction.
select c.id, c.email, c.email_key, c.client_id, c.assigned_until, c.is_deleted, c.deleted_at,
    c.merged_into
from contact c
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
order by c.id
for no key update
