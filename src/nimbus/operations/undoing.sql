-- An operation as who undoes it sees it.

-- name: alone
-- Two that undo the same wait for each other.
select pg_advisory_xact_lock(hashtextextended('undo of ' || %(id)s::text, 0))

-- name: under_way
-- Whether a job is at undoing an operation of some kinds, or at undoing the undo of one, and so on.
with recursive up as (
    select o.undoes, o.kind
    from job j
    join operation o on o.workspace_id = %(workspace)s
        and o.id = (j.task -> 'arguments' ->> 'operation_id')::uuid
    where j.workspace_id = %(workspace)s and j.kind = 'undo'
        and j.status in ('queued', 'running', 'paused')
    union
    select o.undoes, o.kind
    from up u
    join operation o on o.workspace_id = %(workspace)s and o.id = u.undoes
)
select exists (select from up where kind = any (%(kinds)s::text[]))

-- name: paused
-- The undo of an operation that waits for somebody, and its job.
select o.id, o.job_id, j.label
from operation o
join job j on j.workspace_id = %(workspace)s and j.id = o.job_id
where o.workspace_id = %(workspace)s and o.undoes = %(id)s and j.status = 'paused'
order by o.id desc
limit 1

-- name: of_paused_jobs
-- What is undone by jobs that wait for somebody.
select o.job_id, o.undoes
from operation o
join job j on j.workspace_id = %(workspace)s and j.id = o.job_id
where o.workspace_id = %(workspace)s and o.job_id = any (%(jobs)s::uuid[])
    and o.undoes is not null and j.status = 'paused'

-- name: find
-- What undid it is undone itself when the last that undid that is not, and so on down the chain:
-- each undoes the one before, so the number of those after it tells.
with recursive up as (
    select o.id, o.undoes, o.kind, o.at, 0 as depth
    from operation o where o.workspace_id = %(workspace)s and o.id = %(id)s
    union all
    select o.id, o.undoes, o.kind, o.at, u.depth + 1
    from up u
    join operation o on o.workspace_id = %(workspace)s and o.id = u.undoes
), down as (
    select %(id)s::uuid as id, 0 as depth
    union all
    select l.id, d.depth + 1
    from down d
    cross join lateral (
        select o.id from operation o
        where o.workspace_id = %(workspace)s and o.undoes = d.id
        order by o.id desc
        limit 1
    ) as l
)
select o.id, o.kind, r.kind as root, r.at as root_at, o.actor_kind, o.actor_id, o.actor_name,
    o.through, o.subject, o.subject_id, o.why, o.at, o.undoes,
    case when (select max(depth) from down) %% 2 = 1 then (select id from down where depth = 1) end
        as undone_by,
    o.job_id, j.status as job_status,
    %(told)s::jsonb ->> o.kind is null or exists (
        select from change h
        where h.workspace_id = %(workspace)s and h.operation_id = o.id
            and h.thing = %(told)s::jsonb ->> o.kind
    ) as is_told
from operation o
cross join lateral (select u.kind, u.at from up u order by u.depth desc limit 1) as r
left join job j on j.workspace_id = %(workspace)s and j.id = o.job_id
where o.workspace_id = %(workspace)s and o.id = %(id)s
