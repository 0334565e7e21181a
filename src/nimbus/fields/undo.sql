-- Fields going back to what they were before an operation; `undo`, `aim` and `unrestored` are those
-- of operations/undo.sql.

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

-- name: lock
select f.id from custom_field f
where f.workspace_id = %(workspace)s and f.id in (select thing_id from undo)
order by f.id
for update

-- name: coming
-- How many fields come back.
select count(*)
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from custom_field f where f.workspace_id = %(workspace)s and f.id = u.thing_id
    )

-- name: put_back
-- Fields that the operation took away come again as they were, under their own ids.
with back as (
    insert into custom_field
        (workspace_id, id, name, label, field_type, options, fallback, position, created_at,
         stored_as)
    select %(workspace)s, u.thing_id, u.removed ->> 'name', u.removed ->> 'label',
        u.removed ->> 'field_type',
        array(select jsonb_array_elements_text(u.removed -> 'options')),
        u.removed ->> 'fallback', (u.removed ->> 'position')::integer,
        (u.removed ->> 'created_at')::timestamptz, (u.removed ->> 'stored_as')::uuid
    from undo u
    where u.removed is not null and not u.made and u.removed ? 'position'
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'custom_field', b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: taken
insert into unrestored (thing_id, reason)
select u.thing_id, 'name_taken'
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from custom_field f where f.workspace_id = %(workspace)s and f.id = u.thing_id
    )
on conflict do nothing

-- name: name_taken
with taken as (
    update aim a
    set goal = a.goal - 'name'
    where exists (
        select from custom_field f
        where f.workspace_id = %(workspace)s and f.name = a.goal ->> 'name' and f.id <> a.thing_id
    )
    returning a.thing_id
)
insert into unrestored (thing_id, reason, columns)
select thing_id, 'name_taken', array['name'] from taken
on conflict do nothing

-- name: made
-- Fields that the operation made, and nobody has changed since.
select f.id
from undo u
join custom_field f on f.workspace_id = %(workspace)s and f.id = u.thing_id
where u.made and u.touched_by is null
order by f.id

-- name: unmake
with removed as (
    delete from custom_field f
    where f.workspace_id = %(workspace)s and f.id = any (%(unused)s::uuid[])
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, 'custom_field', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing

-- name: in_use
insert into unrestored (thing_id, reason)
select id, 'in_use' from unnest(%(used)s::uuid[]) as n (id)
on conflict do nothing

-- name: labels
select id, label from custom_field
where workspace_id = %(workspace)s and id = any (%(ids)s::uuid[])
