-- Who is on a static list. Members are written in the order of the contacts' ids.

-- name: hold
-- A list stays while somebody is put on it or taken off it; its deletion is waited for.
select id from segment where workspace_id = %(workspace)s and id = %(segment)s for key share

-- name: add
-- Puts contacts on a list. Comes out with a line per contact that is there: whether it is in the
-- trash, and whether it was put on the list now. Contacts are held until the end, so that none is
-- erased meanwhile. Sample: ids = an array of uuids.
with found as materialized (
    select c.id, c.is_deleted
    from contact c
    where c.workspace_id = %(workspace)s and c.id = any(%(ids)s)
    order by c.id
    for key share
),
added as (
    insert into segment_member
        (workspace_id, segment_id, contact_id, operation_id, added_by, added_at)
    select %(workspace)s, %(segment)s, f.id, %(operation)s, %(by)s, %(now)s
    from found f
    where not f.is_deleted
    order by f.id
    on conflict do nothing
    returning contact_id
),
logged as (
    insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
    select %(workspace)s, %(operation)s, 'segment_member', a.contact_id, 'joined', %(what)s
    from added a
    order by a.contact_id
    on conflict do nothing
)
select f.id, f.is_deleted, a.contact_id is not null as done
from found f
left join added a on a.contact_id = f.id

-- name: remove
-- Takes contacts off a list; the log keeps how they came to be on it. Comes out with a line per contact that is there: whether it was on it.
with removed as (
    delete from segment_member s
    where s.workspace_id = %(workspace)s and s.segment_id = %(segment)s
        and s.contact_id = any(%(ids)s)
    returning s.contact_id, s.operation_id, s.added_by, s.added_at
),
logged as (
    insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
    select %(workspace)s, %(operation)s, 'segment_member', r.contact_id, 'left',
        %(what)s || jsonb_build_object('operation_id', r.operation_id, 'added_by', r.added_by,
            'added_at', r.added_at)
    from removed r
    order by r.contact_id
    on conflict do nothing
)
select c.id, c.is_deleted, r.contact_id is not null as done
from contact c
left join removed r on r.contact_id = c.id
where c.workspace_id = %(workspace)s and c.id = any(%(ids)s)

-- name: erase
delete from segment_member s
where s.workspace_id = %(workspace)s and s.contact_id = any(%(ids)s)
