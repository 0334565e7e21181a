-- What was changed of a thing since a state that somebody has seen.

-- name: known
-- The states among these that are states of the thing.
select id from change
where workspace_id = %(workspace)s and thing_id = %(thing)s and id = any (%(versions)s::uuid[])

-- name: since
select before, after from change
where workspace_id = %(workspace)s and thing_id = %(thing)s and id > %(since)s
order by id
