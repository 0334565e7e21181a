-- Values of contacts `c` that get another name or type, or go.

-- name: busy
-- Whether a job that is not over rewrites these values, or brings them back: an undo finds them by
-- where they lay, and only once their definition is there again.
select exists (
    select from job j
    where j.workspace_id = %(workspace)s and j.kind = 'contacts.values'
        and j.status in ('queued', 'running', 'paused')
        and j.task -> 'arguments' ->> 'subject' = %(subject)s
) or exists (
    select from job j
    join operation o on o.workspace_id = %(workspace)s
        and o.id = (j.task -> 'arguments' ->> 'operation_id')::uuid
    where j.workspace_id = %(workspace)s and j.kind = 'undo'
        and j.status in ('queued', 'running', 'paused')
        and o.subject_id::text = %(subject)s
)

-- name: holding
select count(*) from contact c where c.workspace_id = %(workspace)s and {has} and {live}

-- name: having
select from contact c where c.workspace_id = %(workspace)s and {has}

-- name: since
-- Contacts that hold what they do since somebody else gave it to them.
select count(*)
from contact c
where c.workspace_id = %(workspace)s and {has} and not exists (
    select from change h
    where h.workspace_id = %(workspace)s and h.thing = 'contact' and h.thing_id = c.id
        and h.operation_id = any (%(operations)s::uuid[])
        and h.after -> 'custom' -> %(key)s::text = c.custom -> %(key)s::text
)

-- name: next
-- Contacts that have the value, in the order of their ids, with what they hold under the key.
select c.id, c.custom -> %(key)s::text as value
from contact c
where c.workspace_id = %(workspace)s and {has} and (%(after)s::uuid is null or c.id > %(after)s)
order by c.id
limit %(limit)s
{lock}

-- name: rewrite
-- The new values are worked out first: what PostgreSQL does with JSON is STABLE (rule 19).
with future as materialized (
    select c.id, {value} as value
    from contact c
    where c.workspace_id = %(workspace)s and c.id = any (%(ids)s::uuid[])
), changed as (
    update contact c
    set {column} = f.value, updated_at = %(now)s
    from future f
    where c.workspace_id = %(workspace)s and c.id = f.id and c.{column} is distinct from f.value
    returning c.id, old as o, new as n
), logged as (
    insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
    select %(workspace)s, %(operation)s, 'contact', c.id, 'updated', {before}, {after}
    from changed c
    on conflict do nothing
    returning thing_id
)
select thing_id from logged
