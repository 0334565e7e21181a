-- Saved views as they are written.

-- name: put
insert into saved_view
    (workspace_id, id, name, owner_id, created_by, is_shared, filter, search, sort, columns,
     widths, created_at, updated_at)
values (%(workspace)s, %(id)s, %(name)s, %(owner)s, %(by)s, %(is_shared)s, %(filter)s, %(search)s,
    %(sort)s, %(columns)s, %(widths)s, %(created)s, %(updated)s)
on conflict (workspace_id, id) do update
set name = excluded.name, is_shared = excluded.is_shared, filter = excluded.filter,
    search = excluded.search, sort = excluded.sort, columns = excluded.columns,
    widths = excluded.widths, updated_at = excluded.updated_at

-- name: delete
delete from saved_view where workspace_id = %(workspace)s and id = %(id)s
