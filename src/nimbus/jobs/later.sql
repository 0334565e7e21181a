-- Lists of things to be gone over later; `table` holds them for a room, `items` is its column of ids.

-- name: since
-- When the first and the last of them were put off.
select min(at) as first, max(at) as last from {table} where workspace_id = %(workspace)s

-- name: next
select id, {items}[done + 1 : done + %(size)s] as items, at, cardinality({items}) as total, done
from {table}
where workspace_id = %(workspace)s
order by id
limit 1
for update

-- name: advance
update {table} set done = %(done)s where workspace_id = %(workspace)s and id = %(id)s

-- name: finish
delete from {table} where workspace_id = %(workspace)s and id = %(id)s
