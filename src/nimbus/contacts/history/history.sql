-- What one value of a thing was: of a column, or of a `key` in the column `custom`.

-- name: changes
-- Newest first; that the thing was made counts as a change of every value.
select h.id, h.kind, h.was, h.now, o.id as operation_id, o.kind as operation, o.actor_kind,
    o.actor_name, o.through, o.subject, o.subject_id, o.why, o.at, h.after
from ({of}) as h
join operation o on o.workspace_id = %(workspace)s and o.id = h.operation_id
where %(before)s::uuid is null or h.id < %(before)s
order by h.id desc
limit %(limit)s

-- name: count
select count(*) from ({of}) as h

-- name: of
select c.id, c.kind, c.operation_id, {was} as was, {now} as now, c.after
from change c
where c.workspace_id = %(workspace)s and c.thing_id = %(thing_id)s and c.thing = %(thing)s
    and (c.kind = 'created' or (c.kind = 'updated' and {was} is distinct from {now}))

-- name: began
-- What the value was when the thing was made: as the first change of it found it.
select h.was
from ({of}) as h
where h.kind = 'updated'
order by h.id
limit 1
