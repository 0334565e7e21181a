-- Bulk actions, and what became of the members of their selections.

-- name: make
insert into bulk_operation
    (workspace_id, operation_id, selection_id, job_id, client_id, action, options, label, count, at)
values (%(workspace)s, %(operation)s, %(selection)s, %(job)s, %(client)s, %(action)s, %(options)s,
    %(label)s, %(count)s, %(now)s)

-- name: find
-- One, those of some jobs, or the latest before one, as far back as the log goes.
select b.operation_id as id, b.selection_id, b.job_id, b.client_id, b.action, b.options, b.label,
    b.count, b.done, b.unchanged, b.failed, b.reached, b.at, coalesce(j.status, 'done') as status,
    j.message, o.actor_kind, o.actor_id, o.actor_name, o.through,
    case when u.undos %% 2 = 1 then u.undo end as undone_by,
    case when u.undos %% 2 = 1 then coalesce(u.status, 'done') end as undo_status
from bulk_operation b
join operation o on o.workspace_id = b.workspace_id and o.id = b.operation_id
left join job j on j.workspace_id = b.workspace_id and j.id = b.job_id
cross join lateral (
    -- What undid it, what undid that, and so on (operations/undoing.sql).
    with recursive down as (
        select b.operation_id as id, 0 as depth
        union all
        select l.id, d.depth + 1
        from down d
        cross join lateral (
            select n.id from operation n
            where n.workspace_id = %(workspace)s and n.undoes = d.id
            order by n.id desc
            limit 1
        ) as l
    )
    select max(d.depth) as undos, (array_agg(d.id) filter (where d.depth = 1))[1] as undo,
        (array_agg(k.status) filter (where d.depth = 1))[1] as status
    from down d
    left join operation n on n.workspace_id = %(workspace)s and n.id = d.id
    left join job k on k.workspace_id = %(workspace)s and k.id = n.job_id
) as u
where b.workspace_id = %(workspace)s
    and (%(id)s::uuid is null or b.operation_id = %(id)s)
    and (%(jobs)s::uuid[] is null or b.job_id = any(%(jobs)s))
    and (%(before)s::uuid is null or b.operation_id < %(before)s)
    and (%(since)s::timestamptz is null or b.at >= %(since)s)
order by b.operation_id desc
limit %(limit)s

-- name: count
select count(*) from bulk_operation where workspace_id = %(workspace)s and at >= %(since)s

-- name: leave
-- Note whom a batch left as they were.
insert into bulk_row (workspace_id, operation_id, outcome, contact_id, reason)
select %(workspace)s, %(operation)s, r.outcome, r.contact_id, r.reason
from unnest(%(ids)s::uuid[], %(outcomes)s::text[], %(reasons)s::text[])
    as r (contact_id, outcome, reason)
order by r.outcome, r.contact_id
on conflict do nothing

-- name: advance
update bulk_operation
set done = done + %(done)s, unchanged = unchanged + %(unchanged)s, failed = failed + %(failed)s,
    reached = %(reached)s
where workspace_id = %(workspace)s and operation_id = %(operation)s
returning done + unchanged + failed

-- name: left
-- A page of those that it left with an outcome, in the order of their ids.
select r.contact_id, r.outcome, r.reason
from bulk_row r
where r.workspace_id = %(workspace)s and r.operation_id = %(operation)s
    and r.outcome = %(outcome)s and (%(after)s::uuid is null or r.contact_id > %(after)s)
order by r.contact_id
limit %(limit)s

-- name: done
-- A page of those that it changed: the members that it has come to and did not leave.
select m.contact_id, 'done' as outcome, null as reason
from selection_member m
where m.workspace_id = %(workspace)s and m.selection_id = %(selection)s
    and (%(after)s::uuid is null or m.contact_id > %(after)s)
    and m.contact_id <= %(reached)s
    and not exists (
        select from bulk_row r
        where r.workspace_id = %(workspace)s and r.operation_id = %(operation)s
            and r.outcome = any('{unchanged,failed}') and r.contact_id = m.contact_id
    )
order by m.contact_id
limit %(limit)s

-- name: not_done
-- A page of those that it has not come to.
select m.contact_id, 'not_done' as outcome, null as reason
from selection_member m
where m.workspace_id = %(workspace)s and m.selection_id = %(selection)s
    and (%(after)s::uuid is null or m.contact_id > %(after)s)
    and (%(reached)s::uuid is null or m.contact_id > %(reached)s)
order by m.contact_id
limit %(limit)s

-- name: all
-- A page of all members, each with what became of it.
select m.contact_id, coalesce(r.outcome, case when m.contact_id <= %(reached)s then 'done'
    else 'not_done' end) as outcome, r.reason
from selection_member m
left join bulk_row r on r.workspace_id = %(workspace)s and r.operation_id = %(operation)s
    and r.outcome = any('{unchanged,failed}') and r.contact_id = m.contact_id
where m.workspace_id = %(workspace)s and m.selection_id = %(selection)s
    and (%(after)s::uuid is null or m.contact_id > %(after)s)
order by m.contact_id
limit %(limit)s

-- name: count_rows
-- How many there are on all pages of such `rows`.
select count(*) from ({rows}) as r

-- name: names
-- How people know these contacts.
select c.id, coalesce(c.full_name, c.email) as name, c.email
from contact c
where c.workspace_id = %(workspace)s and c.id = any(%(ids)s)

-- name: erase
-- Asked action by action, since the rows have no index by contact.
delete from bulk_row r
using bulk_operation b
where b.workspace_id = %(workspace)s and r.workspace_id = b.workspace_id
    and r.operation_id = b.operation_id and r.outcome = any('{unchanged,failed}')
    and r.contact_id = any(%(ids)s)

-- name: sweep_rows
-- Some of the rows of actions that the log has kept for long enough.
with old as materialized (
    select r.operation_id, r.outcome, r.contact_id
    from bulk_operation b
    join bulk_row r on r.workspace_id = b.workspace_id and r.operation_id = b.operation_id
    where b.workspace_id = %(workspace)s and b.at < %(since)s
    limit %(limit)s
)
delete from bulk_row r
using old o
where r.workspace_id = %(workspace)s and r.operation_id = o.operation_id
    and r.outcome = o.outcome and r.contact_id = o.contact_id

-- name: sweep
delete from bulk_operation where workspace_id = %(workspace)s and at < %(since)s
