-- Things that come again or go as a whole, all alike but for their `table`; `undo`, `aim` and
-- `unrestored` are those of undo.sql.

-- name: lock
select c.id from {table} c
where c.workspace_id = %(workspace)s and c.id in (select thing_id from undo)
order by c.id
for update

-- name: coming
select count(*)
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from {table} c where c.workspace_id = %(workspace)s and c.id = u.thing_id
    )

-- name: put_back
-- The log of an earlier version may not have every column: `defaults` stand in for those, and
-- without the `needed` ones nothing comes.
with back as (
    insert into {table}
    select n.*
    from undo u
    cross join lateral jsonb_populate_record(
        null::{table},
        %(defaults)s::jsonb || u.removed || %(given)s::jsonb
        || jsonb_build_object('workspace_id', %(workspace)s::uuid, 'id', u.thing_id)
    ) as n
    where u.removed is not null and not u.made and u.removed ?& %(needed)s::text[]
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, %(thing)s, b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: not_put_back
insert into unrestored (thing_id, reason)
select u.thing_id, %(reason)s
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from {table} c where c.workspace_id = %(workspace)s and c.id = u.thing_id
    )
on conflict do nothing

-- name: leave_taken
with taken as (
    update aim a
    set goal = a.goal - %(column)s::text
    where exists (
        select from {table} c
        where c.workspace_id = %(workspace)s and c.{column} = a.goal ->> %(column)s::text
            and c.id <> a.thing_id
    )
    returning a.thing_id
)
insert into unrestored (thing_id, reason, columns)
select thing_id, %(reason)s, array[%(column)s::text] from taken
on conflict do nothing

-- name: made
select c.id
from undo u
join {table} c on c.workspace_id = %(workspace)s and c.id = u.thing_id
where u.made and u.touched_by is null
order by c.id

-- name: unmake
with removed as (
    delete from {table} c
    where c.workspace_id = %(workspace)s and c.id = any (%(ids)s::uuid[])
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, %(thing)s, r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing

-- name: stay
insert into unrestored (thing_id, reason)
select id, %(reason)s from unnest(%(ids)s::uuid[]) as n (id)
on conflict do nothing
