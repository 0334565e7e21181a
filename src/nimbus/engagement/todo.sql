-- Tasks of a whole workspace, of contacts that are not in the trash.

-- name: page
-- One stretch of them, from the index of their order, with whom they are about.
select m.id, m.contact_id, m.title, m.status, m.due_at, m.completed_at, m.created_by, m.created_at,
    m.updated_at, coalesce(c.full_name, c.email) as name
from task m
join contact c on c.workspace_id = %(workspace)s and c.id = m.contact_id and not c.is_deleted
where m.workspace_id = %(workspace)s and {asked} and {where}
order by {order}
limit %(limit)s

-- name: matching
select from task m
join contact c on c.workspace_id = %(workspace)s and c.id = m.contact_id and not c.is_deleted
where m.workspace_id = %(workspace)s and {asked}

-- name: some
-- How many there are, up to `most`.
select count(*) from ({matching} limit %(most)s) as counted
