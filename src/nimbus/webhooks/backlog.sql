-- Changes of which no event is written yet.

-- name: put_off
insert into webhook_backlog (workspace_id, changes, at)
values (%(workspace)s, %(changes)s, %(now)s)

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
