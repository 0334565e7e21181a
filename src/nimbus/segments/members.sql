-- Who is meant when somebody is put on a list.

-- name: by_email
select id, email
from contact
where workspace_id = %(workspace)s and email = any(%(emails)s) and not is_deleted
