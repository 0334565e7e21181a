-- Contacts `m` as they are shown, with their company `k`.

-- name: page
-- One stretch of a page; the company is joined to the rows of the page alone.
select m.*, {company}
from (
    select {columns}
    from {source}
    where {where} and {stretch}
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
-- With its latest change, which its ETag is made of.
select {columns}, {company}, (
    select h.id from change h
    where h.workspace_id = m.workspace_id and h.thing_id = m.id
    order by h.id desc limit 1
) as version
from contact m
left join company k on k.workspace_id = m.workspace_id and k.id = m.company_id
where m.workspace_id = %(workspace)s and m.id = %(id)s

-- name: these
select {columns}, {company}
from contact m
left join company k on k.workspace_id = m.workspace_id and k.id = m.company_id
where m.workspace_id = %(workspace)s and m.id = any (%(ids)s)

-- name: merged
select m.id, m.merged_into
from contact m
where m.workspace_id = %(workspace)s and m.id = any (%(ids)s) and m.merged_into is not null

-- name: matching
select m.id
from {source}
where m.workspace_id = %(workspace)s and m.id = any (%(ids)s) and {where}
