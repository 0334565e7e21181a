-- Companies going back to what they were before an operation; `undo` and `aim` are those of
-- operations/undo.sql.

-- name: names
select thing_id, goal ->> 'name' as name from aim where goal ? 'name'

-- name: name_keys
update aim a
set goal = a.goal || n.key
from unnest(%(ids)s::uuid[], %(keys)s::jsonb[]) as n (thing_id, key)
where a.thing_id = n.thing_id

-- name: leave_name
-- Of companies without a domain one alone has a name, as it is compared. Where another has it by now
-- neither the name goes back nor the domain, which may be what set the two apart.
with taken as materialized (
    select a.thing_id, array(
        select c.name from unnest('{name,domain}'::text[]) as c (name) where a.goal ? c.name
    ) as columns
    from aim a
    join company k on k.workspace_id = %(workspace)s and k.id = a.thing_id
    cross join lateral jsonb_populate_record(k, a.goal) as n
    where a.goal ?| '{name,domain}' and n.domain is null
        and exists (
            select from company o
            where o.workspace_id = %(workspace)s and o.domain is null
                and o.name_key = n.name_key and o.id <> k.id
        )
), kept as (
    update aim a
    set goal = a.goal - '{name,name_key,domain}'::text[]
    from taken t
    where a.thing_id = t.thing_id
)
insert into unrestored (thing_id, reason, columns)
select thing_id, 'taken', columns from taken
on conflict do nothing

-- name: count
select count(*) from aim where goal <> '{}'

-- name: used
-- Those of some companies that a contact has.
select k.id from unnest(%(made)s::uuid[]) as k (id)
where exists (
    select from contact c where c.workspace_id = %(workspace)s and c.company_id = k.id
)

-- name: others
-- Companies that may be as they were again, and whose people are to be scored by that.
select thing_id from undo where not made

-- name: share
-- Until the end of the transaction no company of the workspace is removed.
select pg_advisory_xact_lock_shared(hashtextextended('company of ' || %(workspace)s::text, 0))

-- name: alone
-- Waits for those who hold the above.
select pg_advisory_xact_lock(hashtextextended('company of ' || %(workspace)s::text, 0))
