-- How a contact came to be on a static list.

-- name: joined
select added_by, added_at
from segment_member
where workspace_id = %(workspace)s and segment_id = %(segment)s and contact_id = %(contact)s
