-- Lists having on them again whom an operation took off, and off them whom it put there; `undo`,
-- `past` and `unrestored` are those of operations/undo.sql. A contact may be on several lists.

-- name: lock
-- The contacts stay, so that none is erased meanwhile.
select c.id from contact c
where c.workspace_id = %(workspace)s and c.id in (select thing_id from undo)
order by c.id
for key share

-- name: make_listed
-- What goes back of each contact and list: how it came to be on it before the first change of the
-- operation (null: it was not), and who has changed that since.
create temporary table if not exists listed (
    contact_id uuid not null,
    segment_id uuid not null,
    was jsonb,
    changed_by uuid
) on commit delete rows

-- name: plan
insert into listed (contact_id, segment_id, was, changed_by)
select o.thing_id, o.segment_id, o.was, (
    select p.operation_id from past p
    where p.thing_id = o.thing_id and not p.is_own and p.id > o.id
        and coalesce(p.after, p.before) ->> 'segment_id' = o.segment_id::text
    order by p.id desc
    limit 1
)
from (
    select distinct on (p.thing_id, coalesce(p.after, p.before) ->> 'segment_id')
        p.thing_id, (coalesce(p.after, p.before) ->> 'segment_id')::uuid as segment_id, p.id,
        case when p.kind = 'left' then p.before end as was
    from past p
    where p.is_own
    order by p.thing_id, coalesce(p.after, p.before) ->> 'segment_id', p.id
) as o
on conflict do nothing

-- name: edited
insert into unrestored (thing_id, reason, columns, by_operation)
select contact_id, 'edited', array['segment'], changed_by
from listed
where changed_by is not null
on conflict do nothing

-- name: gone
insert into unrestored (thing_id, reason, columns)
select l.contact_id, case when s.id is null then 'list_gone' else 'gone' end, array['segment']
from listed l
left join segment s on s.workspace_id = %(workspace)s and s.id = l.segment_id
left join contact c on c.workspace_id = %(workspace)s and c.id = l.contact_id
where l.was is not null and l.changed_by is null
    and (s.id is null or c.id is null)
on conflict do nothing

-- name: take_off
with removed as (
    delete from segment_member m
    using listed l
    where m.workspace_id = %(workspace)s and m.segment_id = l.segment_id
        and m.contact_id = l.contact_id and l.was is null and l.changed_by is null
    returning m.contact_id, m.segment_id, m.operation_id, m.added_by, m.added_at
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, 'segment_member', r.contact_id, 'left',
    jsonb_build_object('segment_id', r.segment_id, 'operation_id', r.operation_id,
        'added_by', r.added_by, 'added_at', r.added_at)
from removed r
order by r.contact_id
on conflict do nothing

-- name: put_back
-- Those in the trash too: they were on it, and are again when they come back.
with back as (
    insert into segment_member
        (workspace_id, segment_id, contact_id, operation_id, added_by, added_at)
    select %(workspace)s, l.segment_id, l.contact_id, (l.was ->> 'operation_id')::uuid,
        l.was ->> 'added_by', (l.was ->> 'added_at')::timestamptz
    from listed l
    join segment s on s.workspace_id = %(workspace)s and s.id = l.segment_id
    join contact c on c.workspace_id = %(workspace)s and c.id = l.contact_id
    where l.was ? 'added_at' and l.changed_by is null
    order by l.segment_id, l.contact_id
    on conflict do nothing
    returning segment_id, contact_id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'segment_member', b.contact_id, 'joined',
    jsonb_build_object('segment_id', b.segment_id)
from back b
order by b.contact_id
on conflict do nothing
