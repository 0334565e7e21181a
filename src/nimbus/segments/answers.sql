-- What questions say of one contact.

-- name: answers
-- Each question is a pair of columns: whether it holds, and the contact's value.
select {columns}
from (
    select c.*, {company}
    from contact c
    left join company k on k.workspace_id = c.workspace_id and k.id = c.company_id
) as m
where m.workspace_id = %(workspace)s and m.id = %(contact)s
