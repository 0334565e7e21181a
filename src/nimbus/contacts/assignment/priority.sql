-- The priority of assignments, which the registry keeps; the log has it as things of their own.

-- name: back
-- What goes back, by the plan in `undo` (operations/undo_log.sql).
select u.thing_id, c.email_key, (u.before ->> 'priority')::smallint as priority
from undo u
join contact c on c.workspace_id = %(workspace)s and c.id = u.thing_id
where u.before ? 'priority'

-- name: log
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'assignment', p.contact_id, 'updated',
    jsonb_build_object('priority', p.before), jsonb_build_object('priority', p.after)
from unnest(%(contacts)s::uuid[], %(befores)s::smallint[], %(afters)s::smallint[])
    as p (contact_id, before, after)
on conflict do nothing
