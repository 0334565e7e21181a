-- What questions say of one contact.

-- name: answers
-- Each question is a pair of columns: whether it holds, and the contact's value.
select {columns}
from {source}
where m.workspace_id = %(workspace)s and m.id = %(contact)s
