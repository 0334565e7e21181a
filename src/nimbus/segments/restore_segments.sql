-- Segments going back to what they were before an operation; `undo`, `aim` and `unrestored` are
-- those of operations/undo.sql.

-- name: lock
select s.id from segment s
where s.workspace_id = %(workspace)s and s.id in (select thing_id from undo)
order by s.id
for update

-- name: put_back
-- Segments that the operation removed come again as they were, under their own ids.
with back as (
    insert into segment
        (workspace_id, id, name, description, kind, filter, created_by, created_at, updated_at)
    select %(workspace)s, u.thing_id, u.removed ->> 'name', u.removed ->> 'description',
        u.removed ->> 'kind', nullif(u.removed -> 'filter', 'null'),
        coalesce(u.removed ->> 'created_by', ''),
        coalesce((u.removed ->> 'created_at')::timestamptz, %(now)s), %(now)s
    from undo u
    where u.removed is not null and not u.made
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'segment', b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: taken
-- Another segment has the name by now.
insert into unrestored (thing_id, reason)
select u.thing_id, 'name_taken'
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from segment s where s.workspace_id = %(workspace)s and s.id = u.thing_id
    )
on conflict do nothing

-- name: name_taken
with taken as (
    update aim a
    set goal = a.goal - 'name'
    where exists (
        select from segment s
        where s.workspace_id = %(workspace)s and s.name = a.goal ->> 'name' and s.id <> a.thing_id
    )
    returning a.thing_id
)
insert into unrestored (thing_id, reason, columns)
select thing_id, 'name_taken', array['name'] from taken
on conflict do nothing

-- name: here
-- The segments of the plan that are there now.
select s.id
from undo u
join segment s on s.workspace_id = %(workspace)s and s.id = u.thing_id
order by s.id

-- name: made
-- Segments that the operation made, and nobody has changed since.
select s.id
from undo u
join segment s on s.workspace_id = %(workspace)s and s.id = u.thing_id
where u.made and u.touched_by is null
order by s.id

-- name: remove
-- Those that nothing asks for and on which nobody is.
with removed as (
    delete from segment s
    where s.workspace_id = %(workspace)s and s.id = any (%(unused)s::uuid[])
        and not exists (
            select from segment_member m
            where m.workspace_id = %(workspace)s and m.segment_id = s.id
        )
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, 'segment', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing

-- name: in_use
-- Those of them that are still there.
insert into unrestored (thing_id, reason)
select s.id, 'in_use'
from segment s
where s.workspace_id = %(workspace)s and s.id = any (%(made)s::uuid[])
on conflict do nothing
