-- How contacts came into the trash.

-- name: deeds
-- Of each the operation that put it there last, by the log.
select distinct on (h.thing_id) h.thing_id as contact_id, o.actor_name, o.kind, o.why
from change h
join operation o on o.workspace_id = h.workspace_id and o.id = h.operation_id
where h.workspace_id = %(workspace)s and h.thing_id = any (%(ids)s)
    and h.after @> '{"is_deleted": true}'
order by h.thing_id, h.id desc
