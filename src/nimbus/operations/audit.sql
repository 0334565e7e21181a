-- The whole log, newest first; see audit.py.

-- name: page
-- `m` are its changes; which of them are asked for is told by audit.py.
select m.id, m.thing, m.thing_id, m.kind, m.before, m.after,
    m.erased_digest is not null as is_erased, m.operation_id,
    coalesce(o.kind, 'unknown') as operation, coalesce(o.actor_kind, 'system') as actor_kind,
    o.actor_id, coalesce(o.actor_name, 'Unknown') as actor_name,
    coalesce(o.through, 'unknown') as through, o.why, o.undoes
{matching} and {stretch}
order by {order}
limit %(limit)s
