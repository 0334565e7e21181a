-- Who of a segment may be written to.

-- name: people
-- The `members` of a segment, each held against the two suppression lists of the workspace by their
-- own check, which goes over `batch`.
with batch as materialized (
    {members}
)
select b.email_key, b.client_id, b.is_unwilling, held.row_no is not null as is_held
from batch b
left join ({check}) as held on held.row_no = b.row_no

-- name: platform
-- Which of the keys have opted out of the platform; asked on its own, as the registry must be.
select t.email_key
from registry_totals(%(keys)s::uuid[]) as t
where t.is_globally_suppressed

-- name: elsewhere
-- Which of the keys somebody else holds than this client; likewise.
select p.email_key
from registry_peek(%(keys)s::uuid[], %(client)s, %(now)s) as p
where p.state = 'elsewhere'

-- name: trashed
-- How many of a static list are in the trash.
select count(*)
from segment_member s
join contact c on c.workspace_id = s.workspace_id and c.id = s.contact_id
where s.workspace_id = %(workspace)s and s.segment_id = %(segment)s and c.is_deleted
