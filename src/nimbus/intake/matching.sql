-- Contacts by the id that they have in another system (F-24).

-- name: one_after_another
-- Whoever brings contacts under the same ids of another system does it one after the other, so that
-- the second sees what the first has made. In the order of the locks, so that none deadlocks.
select pg_advisory_xact_lock(k.key)
from (
    select distinct hashtextextended('external ' || %(workspace)s::text || ' ' || e.id, 0) as key
    from unnest(%(ids)s::text[]) as e (id)
    order by 1
) as k

-- name: find
-- The emails that each id stands for: of the live contacts, else of the one into which its contact
-- was merged, with the id that this has, else of the one that was put into the trash last.
select e.id as external_id, array(
    select c.email from contact c
    where c.workspace_id = %(workspace)s and c.external_id = e.id and not c.is_deleted
    order by c.id limit 2
) as live, (
    select array[k.email, k.external_id]
    from contact c
    join contact k on k.workspace_id = %(workspace)s and k.id = c.merged_into
    where c.workspace_id = %(workspace)s and c.external_id = e.id and c.merged_into is not null
        and not k.is_deleted
    order by c.deleted_at desc limit 1
) as merged, (
    select c.email from contact c
    where c.workspace_id = %(workspace)s and c.external_id = e.id and c.is_deleted
        and c.merged_into is null and c.deletion_reason is distinct from 'import_rollback'
    order by c.deleted_at desc limit 1
) as trashed
from unnest(%(ids)s::text[]) as e (id)
