-- Saved views going back to what they were before an operation; `undo` is that of
-- operations/undo.sql.

-- name: is_anothers
-- Whether an operation changed a view of somebody else that is private now, or was when it was made
-- or taken away, or changed whether it is shared.
select exists (
    select from change h
    left join saved_view v on v.workspace_id = h.workspace_id and v.id = h.thing_id
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
        and h.thing = 'saved_view'
        and coalesce(
            v.owner_id, (h.before ->> 'owner_id')::uuid, (h.after ->> 'owner_id')::uuid
        ) is distinct from %(who)s::uuid
        and (
            not v.is_shared
            or h.kind = 'updated' and (h.before ? 'is_shared' or h.after ? 'is_shared')
            or h.kind <> 'updated' and coalesce(h.before, h.after) ->> 'is_shared' <> 'true'
        )
)

-- name: lock
select v.id from saved_view v
where v.workspace_id = %(workspace)s and v.id in (select thing_id from undo)
order by v.id
for update

-- name: put_back
-- Views that the operation removed come again as they were, under their own ids.
with back as (
    insert into saved_view
        (workspace_id, id, name, owner_id, created_by, is_shared, filter, search, sort, columns,
         widths, created_at, updated_at)
    select %(workspace)s, u.thing_id, u.removed ->> 'name', (u.removed ->> 'owner_id')::uuid,
        coalesce(u.removed ->> 'created_by', ''), (u.removed ->> 'is_shared')::boolean,
        nullif(u.removed -> 'filter', 'null'), u.removed ->> 'search', u.removed ->> 'sort',
        array(select jsonb_array_elements_text(u.removed -> 'columns')),
        coalesce(u.removed -> 'widths', '{}'),
        coalesce((u.removed ->> 'created_at')::timestamptz, %(now)s), %(now)s
    from undo u
    where u.removed is not null and not u.made
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'saved_view', b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: remove
-- Views that the operation made and that nobody has changed since.
with removed as (
    delete from saved_view v
    using undo u
    where v.workspace_id = %(workspace)s and v.id = u.thing_id and u.made and u.touched_by is null
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, 'saved_view', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing
