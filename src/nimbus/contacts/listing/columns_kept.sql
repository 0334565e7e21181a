-- The columns of the list of contacts, as a person has chosen them.

-- name: kept
select columns, widths from list_columns
where workspace_id = %(workspace)s and user_id = %(user)s and list = %(list)s

-- name: keep
insert into list_columns (workspace_id, user_id, list, columns, widths)
values (%(workspace)s, %(user)s, %(list)s, %(columns)s, %(widths)s)
on conflict (workspace_id, user_id, list) do update
set columns = excluded.columns, widths = excluded.widths

-- name: forget
delete from list_columns
where workspace_id = %(workspace)s and user_id = %(user)s and list = %(list)s

-- name: bounces
select email_key, bounce_status from registry_totals(%(keys)s::uuid[])
