-- What an undoing operation left as it is.

-- name: page
-- With who changed it since.
select k.thing_id, k.reason, k.thing, k.columns, o.kind as by_kind, o.actor_name as by_name,
    o.why as by_why, o.at as changed_at
from kept k
left join operation o on o.workspace_id = k.workspace_id and o.id = k.by_operation
where k.workspace_id = %(workspace)s and k.operation_id = %(undo)s
    and (%(after)s::uuid is null or (k.thing_id, k.reason) > (%(after)s, %(after_reason)s))
order by k.thing_id, k.reason
limit %(limit)s

-- name: count
select count(*) from kept where workspace_id = %(workspace)s and operation_id = %(undo)s
