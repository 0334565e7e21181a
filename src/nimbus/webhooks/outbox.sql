-- What a transaction changed that webhooks are to tell of.

-- name: changes
-- What this transaction changed of contacts, by the log, in its order: of those that it names, and
-- of those that it has just made. Earlier changes of others that are found too have their events
-- already. `began` is when it began by the clock of the database, which the ids go by.
-- The contacts are hashed (`is true` keeps them out of the joins): in the middle of an import nobody
-- has counted what it wrote, and a plan for a few rows would compare each change with each contact.
select h.id
from change h
where h.workspace_id = %(workspace)s and h.id >= month_start_id(%(began)s) and h.thing = 'contact'
    and (h.kind = 'created') = any (%(made)s)
    and (h.thing_id in (
        select named.id from unnest(%(ids)s::uuid[]) as named (id)
        union all
        select c.id from contact c
        where %(unnamed)s and c.workspace_id = %(workspace)s and c.updated_at = %(now)s
    )) is true
    and (%(imported)s or exists (
        select from operation o
        where o.workspace_id = h.workspace_id and o.id = h.operation_id and o.kind <> 'import'
    ))
order by h.id
