-- Segments going back to what they were before an operation; `undo` is that of operations/undo.sql.

-- name: here
-- The segments of the plan that are there now.
select s.id
from undo u
join segment s on s.workspace_id = %(workspace)s and s.id = u.thing_id
order by s.id

-- name: listing
-- Those of some segments on which anybody is.
select s.id from unnest(%(made)s::uuid[]) as s (id)
where exists (
    select from segment_member m where m.workspace_id = %(workspace)s and m.segment_id = s.id
)
