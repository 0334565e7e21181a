-- Saved mappings: read as people see them, deleted, and back again; `undo` and `unrestored` are those
-- of operations/undo.sql.

-- name: saved
select m.id, m.name, m.source, m.columns, m.created_at, m.updated_at as used_at,
    (
        select count(*) from import_job i
        where i.workspace_id = %(workspace)s and i.field_mapping_id = m.id
    ) as imports
from field_mapping m
where m.workspace_id = %(workspace)s
    and (%(id)s::uuid is null or m.id = %(id)s)
    and (
        %(after)s::uuid is null
        or (m.updated_at, m.id) < (
            select a.updated_at, a.id from field_mapping a
            where a.workspace_id = %(workspace)s and a.id = %(after)s
        )
    )
order by m.updated_at desc, m.id desc
limit %(limit)s

-- name: delete
with removed as (
    delete from field_mapping m
    where m.workspace_id = %(workspace)s and m.id = %(id)s
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, 'field_mapping', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing

-- name: lock
select m.id from field_mapping m
where m.workspace_id = %(workspace)s and m.id in (select thing_id from undo)
order by m.id
for update

-- name: put_back
-- Mappings that the operation deleted come again as they were, under their own ids.
with back as (
    insert into field_mapping
        (workspace_id, id, name, source, fingerprint, columns, created_at, updated_at)
    select %(workspace)s, u.thing_id, u.removed ->> 'name', u.removed ->> 'source',
        u.removed ->> 'fingerprint', u.removed -> 'columns',
        (u.removed ->> 'created_at')::timestamptz, (u.removed ->> 'updated_at')::timestamptz
    from undo u
    where u.removed is not null and not u.made
    order by u.thing_id
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'field_mapping', b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
on conflict do nothing

-- name: taken
-- Another mapping was saved for these columns meanwhile.
insert into unrestored (thing_id, reason)
select u.thing_id, 'mapping_taken'
from undo u
where u.removed is not null and not u.made
    and not exists (
        select from field_mapping m where m.workspace_id = %(workspace)s and m.id = u.thing_id
    )
on conflict do nothing

-- name: remove
with removed as (
    delete from field_mapping m
    using undo u
    where m.workspace_id = %(workspace)s and m.id = u.thing_id and u.made and u.touched_by is null
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, 'field_mapping', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing
