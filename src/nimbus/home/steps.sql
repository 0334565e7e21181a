-- What of the first steps is done. Sample: first = 'First key'.

-- name: done
select
    exists (
        select from import_job i where i.workspace_id = %(workspace)s and i.status = 'complete'
    ) as imported,
    exists (
        select from api_key k
        where k.workspace_id = %(workspace)s and k.revoked_at is null and k.name <> %(first)s
    ) as has_key,
    exists (
        select from api_key k
        where k.workspace_id = %(workspace)s and k.last_used_at is not null
    ) as called
