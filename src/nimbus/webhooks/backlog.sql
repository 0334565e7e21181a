-- Changes of which no event is written yet.

-- name: put_off
insert into webhook_backlog (workspace_id, changes, at)
values (%(workspace)s, %(changes)s, %(now)s)

-- name: since
-- When the first and the last of them were put off.
select min(at) as first, max(at) as last
from webhook_backlog
where workspace_id = %(workspace)s

-- name: is_behind
-- Whether any of the contacts of these changes waits in the backlog with an earlier one: an
-- operation with which an entry begins or ends has changed it. A transaction has hardly more: what
-- was meant, and the scoring that follows.
select exists (
    select
    from change mine
    join change h on h.workspace_id = mine.workspace_id and h.thing_id = mine.thing_id
    where mine.workspace_id = %(workspace)s and mine.id = any (%(changes)s)
        and h.operation_id in (
            select its.operation_id
            from webhook_backlog b
            join change its on its.workspace_id = b.workspace_id
                and its.id in (b.changes[1], b.changes[cardinality(b.changes)])
            where b.workspace_id = %(workspace)s
        )
)

-- name: next
select id, changes[done + 1 : done + %(size)s] as changes, at, cardinality(changes) as total, done
from webhook_backlog
where workspace_id = %(workspace)s
order by id
limit 1
for update

-- name: advance
update webhook_backlog
set done = %(done)s
where workspace_id = %(workspace)s and id = %(id)s

-- name: finish
delete from webhook_backlog
where workspace_id = %(workspace)s and id = %(id)s
