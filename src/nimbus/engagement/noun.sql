-- Notes, tasks and deals, alike but for their `table` and the `columns` of their own.

-- name: page
select m.id, m.contact_id, {columns}, m.created_by, m.created_at, m.updated_at
from {table} m
where m.workspace_id = %(workspace)s and m.contact_id = %(contact)s and {where}
order by {order}
limit %(limit)s

-- name: matching
select from {table} m where m.workspace_id = %(workspace)s and m.contact_id = %(contact)s

-- name: one
select m.id, m.contact_id, {columns}, m.created_by, m.created_at, m.updated_at
from {table} m
where m.workspace_id = %(workspace)s and m.id = %(id)s

-- name: lock
select m.id, m.contact_id, {columns}, m.created_by, m.created_at, m.updated_at
from {table} m
where m.workspace_id = %(workspace)s and m.id = %(id)s
for update

-- name: create
insert into {table} as m
    (workspace_id, contact_id, {names}, created_by, created_at, updated_at)
values (%(workspace)s, %(contact)s, {values}, %(by)s, %(now)s, %(now)s)
returning m.id, m.contact_id, {columns}, m.created_by, m.created_at, m.updated_at

-- name: change
update {table} m
set {assignments}, updated_at = %(now)s
where m.workspace_id = %(workspace)s and m.id = %(id)s
returning m.id, m.contact_id, {columns}, m.created_by, m.created_at, m.updated_at

-- name: remove
delete from {table} m where m.workspace_id = %(workspace)s and m.id = %(id)s
