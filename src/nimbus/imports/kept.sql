-- What an undoing operation left as it is.

-- name: kept
-- With whom it is about, and who changed it since.
select k.thing_id, k.reason, k.thing, k.columns, o.kind as by_kind, o.actor_name as by_name,
    o.why as by_why, o.at as changed_at,
    coalesce(c.email, m.domain, m.name) as label
from kept k
left join operation o on o.workspace_id = k.workspace_id and o.id = k.by_operation
left join contact c on c.workspace_id = k.workspace_id and c.id = k.thing_id
left join company m on m.workspace_id = k.workspace_id and m.id = k.thing_id
where k.workspace_id = %(workspace)s and k.operation_id = %(undo)s
    and (%(after)s::uuid is null or (k.thing_id, k.reason) > (%(after)s, %(after_reason)s))
order by k.thing_id, k.reason
limit %(limit)s
