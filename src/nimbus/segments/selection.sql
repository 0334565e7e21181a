-- The contacts that an action or an export is about, frozen when it was confirmed.

-- name: make
insert into selection
    (workspace_id, is_named, filter, search, shown, made_by, made_at, kept_until)
values (%(workspace)s, %(named)s, %(filter)s, %(search)s, %(shown)s, %(by)s, %(now)s, %(until)s)
returning id

-- name: fill
-- Its members: those that `matching` finds.
insert into selection_member (workspace_id, selection_id, contact_id)
select %(workspace)s, %(selection)s, f.id
from ({matching}) as f
order by f.id
on conflict do nothing

-- name: count
select count(*) from ({matching}) as f

-- name: is_any_here
select exists (
    select from contact where workspace_id = %(workspace)s and id = any(%(ids)s::uuid[])
)

-- name: counted
update selection set count = %(count)s where workspace_id = %(workspace)s and id = %(selection)s

-- name: find
select id, is_named, filter, search, shown, count, made_by, made_at
from selection
where workspace_id = %(workspace)s and id = %(selection)s

-- name: members
-- The next members after one, in the order of their ids.
select contact_id
from selection_member
where workspace_id = %(workspace)s and selection_id = %(selection)s
    and (%(after)s::uuid is null or contact_id > %(after)s)
order by contact_id
limit %(limit)s

-- name: keep
update selection set kept_until = %(until)s
where workspace_id = %(workspace)s and id = %(selection)s

-- name: erase
-- Asked selection by selection, since the members have no index by contact.
delete from selection_member m
using selection s
where s.workspace_id = %(workspace)s and m.workspace_id = s.workspace_id and m.selection_id = s.id
    and m.contact_id = any(%(ids)s)

-- name: sweep_members
-- Some of the members of selections that nobody keeps any more.
with old as materialized (
    select m.selection_id, m.contact_id
    from selection s
    join selection_member m on m.workspace_id = s.workspace_id and m.selection_id = s.id
    where s.workspace_id = %(workspace)s and s.kept_until < %(now)s
    limit %(limit)s
)
delete from selection_member m
using old o
where m.workspace_id = %(workspace)s and m.selection_id = o.selection_id
    and m.contact_id = o.contact_id

-- name: sweep
delete from selection where workspace_id = %(workspace)s and kept_until < %(now)s
