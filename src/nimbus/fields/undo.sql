-- Fields going back to what they were before an operation; `undo` is that of operations/undo.sql.

-- name: beyond
-- Whether an operation changed what no undo takes back: rules by which everybody is scored, what is
-- sent elsewhere, and what is required of everybody.
select exists (
    select from change h
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
        and h.thing in ('icp_tier_rule', 'scoring_model', 'webhook', 'workspace')
)

-- name: fields
-- The fields that an operation changed.
select distinct h.thing_id from change h
where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
    and h.thing = 'custom_field'

-- name: coming
-- How many fields come back.
select count(*)
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from custom_field f where f.workspace_id = %(workspace)s and f.id = u.thing_id
    )

-- name: labels
select id, label from custom_field
where workspace_id = %(workspace)s and id = any (%(ids)s::uuid[])
