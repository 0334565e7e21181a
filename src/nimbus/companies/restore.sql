-- Companies going back to what they were before an operation; `undo` and `aim` are those of
-- operations/undo.sql.

-- name: names
select thing_id, goal ->> 'name' as name from aim where goal ? 'name'

-- name: name_keys
update aim a
set goal = a.goal || n.key
from unnest(%(ids)s::uuid[], %(keys)s::jsonb[]) as n (thing_id, key)
where a.thing_id = n.thing_id

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
