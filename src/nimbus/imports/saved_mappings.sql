-- Saved mappings: read as people see them, and deleted.

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
