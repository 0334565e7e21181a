-- A list of suppressed emails or domains (S1-43, S1-44): reading a page of it, adding, removing,
-- undoing. `table` and `column` are the list's, `thing` is what the log calls a line.

-- name: older
-- A page, newest first, of the lines before an id. `pattern` is '%%' for all, `reasons`, `source`
-- and `since` may be null. Sample: before = 'ffffffff-ffff-ffff-ffff-ffffffffffff', size = 51.
select id, {column} as name, reason, source, note, created_by, created_at
from {table}
where workspace_id = %(workspace)s
    and id < %(before)s
    and (%(patterns)s::text[] is null or {column} like any (%(patterns)s))
    and (%(reasons)s::text[] is null or reason = any(%(reasons)s))
    and (%(source)s::text is null or source = %(source)s)
    and (%(since)s::timestamptz is null or created_at >= %(since)s)
order by id desc
limit %(size)s

-- name: newer
-- The page on the way back: the lines after an id, oldest of them first.
select id, {column} as name, reason, source, note, created_by, created_at
from {table}
where workspace_id = %(workspace)s
    and id > %(after)s
    and (%(patterns)s::text[] is null or {column} like any (%(patterns)s))
    and (%(reasons)s::text[] is null or reason = any(%(reasons)s))
    and (%(source)s::text is null or source = %(source)s)
    and (%(since)s::timestamptz is null or created_at >= %(since)s)
order by id
limit %(size)s

-- name: sought
-- The lines that are asked for, by each of what may be null: `patterns`, `reasons`, `source`, `since`.
-- Planned for the values: few that match are found by an index, many by walking the list.
select
from {table}
where workspace_id = %(workspace)s
    and (%(patterns)s::text[] is null or {column} like any (%(patterns)s))
    and (%(reasons)s::text[] is null or reason = any(%(reasons)s))
    and (%(source)s::text is null or source = %(source)s)
    and (%(since)s::timestamptz is null or created_at >= %(since)s)

-- name: one
select id, {column} as name, reason, source, note, created_by, created_at
from {table}
where workspace_id = %(workspace)s and id = %(id)s

-- name: names
select id, {column} as name
from {table}
where workspace_id = %(workspace)s and id = any(%(ids)s::uuid[])

-- name: add
-- Adds lines under one reason, each with its own note, and logs them. One that is there already stays as it is, unless its
-- reason can be lifted freely and the new one cannot (G-02): then it takes the stricter one.
-- That another operation asks for one that is there already is logged too, since what two have asked
-- for is taken off by no undo; but not where that stands in the log, unless it was undone or its
-- person merged since: so the log does not grow by a list that is sent every day. Comes out with the
-- lines written; `reason_before` is null for the new ones.
with written as (
    insert into {table} as t
        (workspace_id, {column}, reason, source, note, created_by, created_at)
    select %(workspace)s, name, %(reason)s, %(source)s, note, %(by)s, %(now)s
    from unnest(%(names)s::text[], %(notes)s::text[]) as given (name, note)
    order by name
    on conflict (workspace_id, {column}) do update
        set reason = excluded.reason, note = coalesce(excluded.note, t.note)
        where t.reason <> all(%(protected)s::text[])
            and excluded.reason = any(%(protected)s::text[])
    returning new.id, new.{column} as name, new.reason, new.source, new.note, new.created_by,
        new.created_at, old.reason as reason_before, old.note as note_before
),
logged as (
    insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
    select %(workspace)s::uuid, %(operation)s::uuid, {thing}, id,
        case when reason_before is null then 'created' else 'updated' end,
        case when reason_before is not null
            then jsonb_build_object('reason', reason_before, 'note', note_before) end,
        case when reason_before is not null
            then jsonb_build_object('reason', reason, 'note', note)
            else jsonb_build_object({key}, name, 'reason', reason, 'source', source, 'note', note,
                'created_by', created_by, 'created_at', created_at) end
    from written
    union all
    select %(workspace)s, %(operation)s, {thing}, t.id, 'updated',
        jsonb_build_object('reason', t.reason), jsonb_build_object('reason', t.reason)
    from {table} t
    where t.workspace_id = %(workspace)s and t.{column} = any (%(names)s)
        and not exists (select from written w where w.id = t.id)
        -- Line by line, by the index: of a log that grows there is no better plan.
        and (
            select true from change h
            where h.workspace_id = %(workspace)s and h.thing_id = t.id and h.thing = {thing}
                and (h.operation_id = %(operation)s or {again} and not exists (
                    select from contact c
                    join operation m on m.workspace_id = %(workspace)s
                        and m.subject_id in (c.id, c.merged_into)
                        and m.id > h.operation_id and m.kind = 'contact.merge'
                    where c.workspace_id = %(workspace)s and c.email = t.{column}
                ))
            limit 1
        ) is null
    on conflict do nothing
    returning thing_id
)
select id, name, reason_before from written order by name

-- name: remove
-- Takes a line off the list and keeps it in the log, from where it can be put back.
with gone as (
    delete from {table}
    where workspace_id = %(workspace)s and id = %(id)s
    returning id, {column} as name, reason, source, note, created_by, created_at
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, {thing}, id, 'deleted',
    jsonb_build_object({key}, name, 'reason', reason, 'source', source, 'note', note,
        'created_by', created_by, 'created_at', created_at)
from gone
returning thing_id

-- name: put_back
-- Undoes a removal: the lines an operation took away, as they were, but for those that somebody
-- has added again since.
with gone as materialized (
    select thing_id, before
    from change
    where workspace_id = %(workspace)s and operation_id = %(undone)s
        and thing = {thing} and kind = 'deleted'
),
back as (
    insert into {table}
        (workspace_id, id, {column}, reason, source, note, created_by, created_at)
    select %(workspace)s, thing_id, before ->> {key}, before ->> 'reason', before ->> 'source',
        before ->> 'note',
        before ->> 'created_by', (before ->> 'created_at')::timestamptz
    from gone
    order by before ->> {key}
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(operation)s, {thing}, g.thing_id, 'created', g.before
from gone g
join back b on b.id = g.thing_id
returning thing_id

-- name: take_back
-- Undoes an addition: the new lines of an operation go, but for those changed, or asked for by
-- others, since. Lines that it only made stricter stay so.
with gone as (
    delete from {table} t
    using change c
    where t.workspace_id = %(workspace)s and c.workspace_id = t.workspace_id
        and c.operation_id = %(undone)s and c.thing = {thing} and c.kind = 'created'
        and t.id = c.thing_id and t.reason = c.after ->> 'reason'
        and (
            select true from change h
            where h.workspace_id = %(workspace)s and h.thing_id = t.id and h.thing = {thing}
                and {again} and h.operation_id <> %(undone)s
            limit 1
        ) is null
    returning t.id, c.after
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, {thing}, id, 'deleted', after
from gone
returning thing_id
