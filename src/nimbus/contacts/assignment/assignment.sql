-- Assignments that end.

-- name: outlived
-- Those in the trash whose email another contact lives with: its own, or that of a contact which was
-- merged into it (D-29).
select c.id
from contact c
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s) and c.is_deleted
    and exists (
        select from contact o
        where o.workspace_id = %(workspace)s and o.email = c.email and o.id <> c.id
            and (not o.is_deleted or o.merged_into is not null)
    )

-- name: release
with changed as (
    update contact c
    set client_id = null, assigned_until = null, updated_at = %(now)s
    where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
    returning c.id, old as o, new as n
), differences as materialized (
    select c.id, {before} as before, {after} as after from changed c
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', d.id, 'updated', d.before, d.after
from differences d
on conflict do nothing
