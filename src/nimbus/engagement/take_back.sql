-- Taking calls and meetings off the timeline again; see take_back.py. `undo` is that of
-- operations/undo.sql.

-- name: lock
-- Whom they are about, kept as they are: their counters are made anew.
select c.id from contact c
where c.workspace_id = %(workspace)s and c.id in (
    select e.contact_id from engagement_event e
    where e.workspace_id = %(workspace)s and e.id in (select u.thing_id from undo u)
)
order by c.id
for no key update

-- name: told
-- Those that the operation told of and that are there, be it with whoever their contact was merged
-- into since.
select e.id, e.contact_id, e.type from engagement_event e
where e.workspace_id = %(workspace)s
    and e.id in (select u.thing_id from undo u where u.made)
order by e.id

-- name: actor
select o.actor_id from operation o where o.workspace_id = %(workspace)s and o.id = %(operation)s
