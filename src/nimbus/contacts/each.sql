-- Several contacts written at once, each with its own outcome.

-- name: lock
-- The contacts as they are, and stay until the end of the transaction.
select c.id, c.email, c.email_key, c.client_id, c.assigned_until, c.is_deleted, c.deleted_at,
    c.merged_into
from contact c
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
order by c.id
for no key update

-- name: twins
-- Who of them has the email of another contact that is live, or an email that leads to one since a
-- merge (G-14).
select c.id, coalesce(o.merged_into, o.id) as other
from contact c
join contact o on o.workspace_id = c.workspace_id and o.email = c.email and o.id <> c.id
    and (not o.is_deleted or o.merged_into <> c.id)
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
order by o.is_deleted desc

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

-- name: restore
-- Out of the trash, with the claims that bring them back.
with changed as (
    update contact c
    set is_deleted = false, deleted_at = null, deletion_reason = null,
        client_id = g.client_id, assigned_until = g.assigned_until, updated_at = %(now)s
    from unnest(%(ids)s::uuid[], %(clients)s::uuid[], %(untils)s::timestamptz[])
        as g (id, client_id, assigned_until)
    where c.workspace_id = %(workspace)s and c.id = g.id
    returning c.id, old as o, new as n
), differences as materialized (
    select c.id, {before} as before, {after} as after from changed c
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', d.id, 'updated', d.before, d.after
from differences d
on conflict do nothing
