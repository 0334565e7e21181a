-- What was changed of a thing since a state that somebody has seen.

-- name: known
-- The states among these that are states of the thing.
select id from change
where workspace_id = %(workspace)s and thing_id = %(thing)s and id = any (%(versions)s::uuid[])

-- name: version
select id from change
where workspace_id = %(workspace)s and thing_id = %(thing)s
order by id desc limit 1

-- name: since
select c.before, c.after, o.actor_name as by, o.at
from change c
join operation o on o.workspace_id = c.workspace_id and o.id = c.operation_id
where c.workspace_id = %(workspace)s and c.thing_id = %(thing)s and c.id > %(since)s
order by c.id
