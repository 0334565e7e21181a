-- Notes, tasks and deals going back to what they were before an operation; `undo`, `aim` and
-- `unrestored` are those of operations/undo.sql. They are alike but for their `table` and the
-- `columns` of their own.

-- name: put_back
-- Those that the operation took away come again as they were, under their own ids, with whoever the
-- contact was merged into since.
with back as (
    insert into {table}
        (workspace_id, id, contact_id, {names}, created_by, created_at, updated_at)
    select %(workspace)s, u.thing_id, coalesce(c.merged_into, c.id), {columns}, m.created_by,
        m.created_at, %(now)s
    from undo u
    cross join lateral jsonb_populate_record(null::{table}, u.removed) as m
    join contact c on c.workspace_id = %(workspace)s and c.id = m.contact_id
    where u.removed is not null and not u.made
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, {thing}, b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: not_put_back
-- Those that could not come: their contact is gone, or has another of which there is but one.
insert into unrestored (thing_id, reason)
select u.thing_id, case when c.id is null then 'contact_gone' else 'another' end
from undo u
left join contact c
    on c.workspace_id = %(workspace)s and c.id = (u.removed ->> 'contact_id')::uuid
where u.removed is not null and not u.made
    and not exists (
        select from {table} m where m.workspace_id = %(workspace)s and m.id = u.thing_id
    )
on conflict do nothing

-- name: is_homeless
-- Whether an operation took something away of which the log does not say whose it was.
select exists (
    select from change h
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
        and h.thing in ('note', 'task', 'deal') and h.kind = 'deleted'
        and not h.before ? 'contact_id'
)
