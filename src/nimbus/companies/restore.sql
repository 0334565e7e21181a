-- Companies going back to what they were before an operation; `undo`, `aim` and `unrestored` are
-- those of operations/undo.sql.

-- name: lock
select k.id from company k
where k.workspace_id = %(workspace)s and k.id in (select thing_id from undo)
order by k.id
for update

-- name: put_back
-- Companies that the operation removed come again as they were, under their own ids.
with back as (
    insert into company
    select n.*
    from undo u
    cross join lateral jsonb_populate_record(null::company, u.removed) as n
    where u.removed is not null and not u.made and n.workspace_id = %(workspace)s
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'company', b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: taken
-- Another company has the domain, or the name, by now.
insert into unrestored (thing_id, reason)
select u.thing_id, 'taken'
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from company k where k.workspace_id = %(workspace)s and k.id = u.thing_id
    )
on conflict do nothing

-- name: domain_taken
with taken as (
    update aim a
    set goal = a.goal - 'domain'
    where exists (
        select from company k
        where k.workspace_id = %(workspace)s and k.domain = a.goal ->> 'domain'
            and k.id <> a.thing_id
    )
    returning a.thing_id
)
insert into unrestored (thing_id, reason, columns)
select thing_id, 'taken', array['domain'] from taken
on conflict do nothing

-- name: names
select thing_id, goal ->> 'name' as name from aim where goal ? 'name'

-- name: name_keys
update aim a
set goal = a.goal || n.key
from unnest(%(ids)s::uuid[], %(keys)s::jsonb[]) as n (thing_id, key)
where a.thing_id = n.thing_id

-- name: count
select count(*) from aim where goal <> '{}'

-- name: remove
-- Companies that the operation made, that nobody has changed since and that no contact has.
with removed as (
    delete from company k
    using undo u
    where k.workspace_id = %(workspace)s and k.id = u.thing_id
        and u.made and u.touched_by is null
        and not exists (
            select from contact c where c.workspace_id = %(workspace)s and c.company_id = k.id
        )
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, 'company', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing

-- name: in_use
insert into unrestored (thing_id, reason)
select u.thing_id, 'in_use'
from undo u
join company k on k.workspace_id = %(workspace)s and k.id = u.thing_id
where u.made and u.touched_by is null
on conflict do nothing

-- name: others
-- Companies that may be as they were again, and whose people are to be scored by that.
select thing_id from undo where not made

-- name: share
-- Until the end of the transaction no company of the workspace is removed.
select pg_advisory_xact_lock_shared(hashtextextended('company of ' || %(workspace)s::text, 0))

-- name: alone
-- Waits for those who hold the above.
select pg_advisory_xact_lock(hashtextextended('company of ' || %(workspace)s::text, 0))
