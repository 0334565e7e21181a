-- Tags that are kept by themselves (`tag`); `undo`, `aim` and `unrestored` are those of
-- operations/undo.sql.

-- name: find
select t.id, t.name, t.colour from tag t where t.workspace_id = %(workspace)s and t.name = %(name)s

-- name: colours
select t.name, t.colour from tag t
where t.workspace_id = %(workspace)s and t.name = any (%(names)s::text[]) and t.colour <> 'grey'

-- name: add
insert into tag (workspace_id, name, colour, created_by, created_at)
values (%(workspace)s, %(name)s, %(colour)s, %(by)s, %(now)s)
returning id

-- name: colour
update tag set colour = %(colour)s where workspace_id = %(workspace)s and id = %(id)s

-- name: rename
update tag set name = %(name)s where workspace_id = %(workspace)s and id = %(id)s

-- name: remove
with removed as (
    delete from tag t
    where t.workspace_id = %(workspace)s and t.id = %(id)s
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, 'tag', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing

-- name: names
select id, name from tag where workspace_id = %(workspace)s and id = any (%(ids)s::uuid[])

-- name: beyond
-- Whether an operation changed what no undo takes back: rules by which everybody is scored, and
-- what is sent elsewhere.
select exists (
    select from change h
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
        and h.thing in ('icp_tier_rule', 'scoring_model', 'webhook')
)

-- name: lock
select t.id from tag t
where t.workspace_id = %(workspace)s and t.id in (select thing_id from undo)
order by t.id
for update

-- name: put_back
-- Tags that the operation took away come again as they were, under their own ids.
with back as (
    insert into tag (workspace_id, id, name, colour, created_by, created_at)
    select %(workspace)s, u.thing_id, u.removed ->> 'name', u.removed ->> 'colour',
        u.removed ->> 'created_by', (u.removed ->> 'created_at')::timestamptz
    from undo u
    where u.removed is not null and not u.made
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'tag', b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: taken
insert into unrestored (thing_id, reason)
select u.thing_id, 'name_taken'
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from tag t where t.workspace_id = %(workspace)s and t.id = u.thing_id
    )
on conflict do nothing

-- name: name_taken
with taken as (
    update aim a
    set goal = a.goal - 'name'
    where exists (
        select from tag t
        where t.workspace_id = %(workspace)s and t.name = a.goal ->> 'name' and t.id <> a.thing_id
    )
    returning a.thing_id
)
insert into unrestored (thing_id, reason, columns)
select thing_id, 'name_taken', array['name'] from taken
on conflict do nothing

-- name: unmake
with removed as (
    delete from tag t
    using undo u
    where t.workspace_id = %(workspace)s and t.id = u.thing_id and u.made and u.touched_by is null
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, 'tag', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing
