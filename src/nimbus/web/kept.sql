-- What is kept for retries of writes, per workspace.

-- name: find
-- The answer kept under a key since then, with the hash of the request that it answered.
select request_hash, answer
from idempotency_key
where workspace_id = %(workspace)s and key_hash = %(key)s and created_at > %(since)s

-- name: keep
-- One that is older is as if it had never been.
insert into idempotency_key (workspace_id, key_hash, request_hash, answer, created_at)
values (%(workspace)s, %(key)s, %(request)s, %(answer)s, %(at)s)
on conflict (workspace_id, key_hash) do update
set request_hash = excluded.request_hash, answer = excluded.answer, created_at = excluded.created_at

-- name: forget
delete from idempotency_key
where workspace_id = %(workspace)s and created_at <= %(before)s

-- name: some
select key_hash, answer
from idempotency_key
where workspace_id = %(workspace)s and key_hash > %(after)s and created_at <> %(but)s
order by key_hash
limit %(some)s

-- name: take
delete from idempotency_key
where workspace_id = %(workspace)s and key_hash = any (%(keys)s::bytea[])
