-- Companies as they are shown.

-- name: one
select k.*, (
    select h.id from change h
    where h.workspace_id = k.workspace_id and h.thing_id = k.id
    order by h.id desc limit 1
) as version
from company k
where k.workspace_id = %(workspace)s and k.id = %(company)s

-- name: lock
select id from company where workspace_id = %(workspace)s and id = %(company)s for update

-- name: people
select count(*) from contact
where workspace_id = %(workspace)s and company_id = %(company)s and not is_deleted
