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

-- name: aimed
select thing_id, goal from aim order by thing_id

-- name: goals
-- The same by the log alone: what the fields that an operation changed still have as it left it, and
-- would go back to.
select f.id as thing_id, jsonb_object_agg(b.key, b.value) as goal
from change h
join custom_field f on f.workspace_id = %(workspace)s and f.id = h.thing_id
cross join lateral jsonb_each(h.before) as b
where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
    and h.thing = 'custom_field' and h.kind = 'updated'
    and to_jsonb(f) -> b.key = h.after -> b.key
group by f.id
order by f.id

-- name: changed_since
-- Fields whose type or options an operation changed, and that have not both of them any more as it
-- left them.
select f.label
from change h
join custom_field f on f.workspace_id = %(workspace)s and f.id = h.thing_id
cross join lateral jsonb_each(h.after) as a
where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
    and h.thing = 'custom_field' and h.kind = 'updated'
    and h.after ?| '{field_type,stored_as,options}'
    and a.key in ('field_type', 'stored_as', 'options') and to_jsonb(f) -> a.key <> a.value
order by f.label
limit 1

-- name: asking
-- What asks by filters, and was last changed by one of some operations.
select o.thing, o.thing_id
from (
    select distinct h.thing, h.thing_id from change h
    where h.workspace_id = %(workspace)s and h.operation_id = any (%(own)s::uuid[])
        and h.thing in ('segment', 'saved_view')
) as o
cross join lateral (
    select h.operation_id from change h
    where h.workspace_id = %(workspace)s and h.thing_id = o.thing_id and h.thing = o.thing
    order by h.id desc
    limit 1
) as l
where l.operation_id = any (%(own)s::uuid[])

-- name: labels
select id, label from custom_field
where workspace_id = %(workspace)s and id = any (%(ids)s::uuid[])
