-- Contacts `m` as they are shown, with their company `k`.

-- name: page
-- One stretch of a page; the company is joined to the rows of the page alone.
select m.*, {company}
from (
    select {columns}
    from {source}
    where {where}
    order by {order}
    limit %(limit)s
) as m
left join company k on k.workspace_id = %(workspace)s and k.id = m.company_id
order by {order}

-- name: sorted
-- Rows for orders by what is no column of the contact.
select c.*, {made}
from contact c
left join company k on k.workspace_id = c.workspace_id and k.id = c.company_id

-- name: one
select {columns}, {company}
from contact m
left join company k on k.workspace_id = m.workspace_id and k.id = m.company_id
where m.workspace_id = %(workspace)s and m.id = %(id)s
