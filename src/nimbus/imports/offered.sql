-- Who belongs to an import.

-- name: members
-- The contacts that it made or changed.
select r.contact_id
from import_row r
where r.workspace_id = %(workspace)s and r.import_id = {id}
    and r.status in ('imported', 'updated') and r.contact_id is not null

-- name: recent
select id, name
from import_job
where workspace_id = %(workspace)s
order by created_at desc
limit %(most)s
