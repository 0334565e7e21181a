-- What is counted for the page of limits: kept figures, and rows of which there are few.

-- name: counts
-- Imports are counted while they run, look-ups of the registry up to their limit.
-- Sample: running = array['parsing'], asked = 'registry.ask', asks = 300.
select
    (
        select count(*) from import_job
        where workspace_id = %(workspace)s and status = any (%(running)s)
    ) as imports,
    (select count(*) from file where workspace_id = %(workspace)s) as files,
    (select coalesce(sum(size), 0)::bigint from file where workspace_id = %(workspace)s) as bytes,
    (select count(*) from saved_view where workspace_id = %(workspace)s) as views,
    (select count(*) from api_key where workspace_id = %(workspace)s and revoked_at is null) as keys,
    (
        select count(*) from (
            select at from operation
            where workspace_id = %(workspace)s and subject_id = %(workspace)s and kind = %(asked)s
            order by id desc
            limit %(asks)s
        ) as asks
        where at > %(since)s
    ) as asked
