-- Whether the log is what was sealed (verifying.py).

-- name: seals
select number, since, until, operations, changes, content, previous, digest, at
from seal
where workspace_id = %(workspace)s and number > %(after)s
order by number
limit 100

-- name: lines
select operation_id, own_digest, changes, changes_digest, marks
from sealed_operation
where workspace_id = %(workspace)s and number = %(number)s

-- name: stray
-- A seal after the last one of which only lines are left.
select number from sealed_operation
where workspace_id = %(workspace)s and number > %(last)s
order by number
limit 1

-- name: marks
-- The changes of an operation in a stretch, with the beginning of the digest of each.
select d.id, substr(d.digest, 1, 4) as mark
from ({digests} and c.operation_id = %(operation)s) as d
order by d.id

-- name: blanked
-- Values that are gone though nobody was erased whose they were, or that are there again; by what
-- was taken from.
with gone as materialized (
    select c.id, c.operation_id, c.thing, c.thing_id, c.salt, c.before, c.after
    from change c
    where c.workspace_id = %(workspace)s and c.id >= %(since)s and c.id < %(until)s
        and c.erased_digest is not null
)
select g.operation_id, g.id as change_id
from gone g
where g.salt is not null or g.before is not null or g.after is not null
    or not exists (
        select from change e
        where e.workspace_id = %(workspace)s and e.thing = 'contact' and e.kind = 'erased'
            and (e.thing_id = g.thing_id or e.thing_id in (
                select o.subject_id
                from change h
                join operation o on o.workspace_id = h.workspace_id and o.id = h.operation_id
                where h.workspace_id = %(workspace)s and h.thing_id = g.thing_id
                    and g.thing in ('note', 'task', 'deal', 'personalization')
                    and o.subject = 'contact'
            ))
    )
union all
select o.id, null
from operation o
where o.workspace_id = %(workspace)s and o.id >= %(since)s and o.id < %(until)s
    and o.erased_digest is not null
    and (o.salt is not null or o.why is not null or o.subject is distinct from 'contact'
        or not exists (
            select from change e
            where e.workspace_id = %(workspace)s and e.thing = 'contact' and e.kind = 'erased'
                and e.thing_id = o.subject_id
        ))

-- name: unsealed
-- What is not under seal yet, from the end of the last one on.
select
    (select count(*) from operation o
        where o.workspace_id = %(workspace)s and o.id >= %(since)s) as operations,
    (select count(*) from change c
        where c.workspace_id = %(workspace)s and c.id >= %(since)s) as changes,
    least(
        (select o.id from operation o
            where o.workspace_id = %(workspace)s and o.id >= %(since)s order by o.id limit 1),
        (select c.id from change c
            where c.workspace_id = %(workspace)s and c.id >= %(since)s order by c.id limit 1)
    ) as oldest
