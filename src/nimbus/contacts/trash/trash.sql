-- Contacts coming back from the trash.

-- name: twins
-- Who of them has the email of another contact that is live, or an email that leads to one since a
-- merge (G-14).
select c.id, coalesce(o.merged_into, o.id) as other
from contact c
join contact o on o.workspace_id = c.workspace_id and o.email = c.email and o.id <> c.id
    and (not o.is_deleted or o.merged_into <> c.id)
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
order by o.is_deleted desc

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
