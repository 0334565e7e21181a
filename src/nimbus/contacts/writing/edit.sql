-- One contact as it is written by somebody who looks at it.

-- name: lock
-- The contact as it is, and stays until the end of the transaction.
select * from contact where workspace_id = %(workspace)s and id = %(id)s for update

-- name: holder_of_email
-- The other live contact that has an email, or to which it leads since a merge (G-14).
select coalesce(merged_into, id) from contact
where workspace_id = %(workspace)s and email = %(email)s
    and (not is_deleted or merged_into <> %(id)s) and id <> %(id)s
order by is_deleted
limit 1

-- name: trashed
-- What those in the trash refused who had an email, but for those that an import brought by mistake.
select consent_status, consent_type, consent_date, consent_source, gdpr_basis, status
from contact
where workspace_id = %(workspace)s and email = %(email)s and is_deleted and merged_into is null
    and id <> %(id)s and deletion_reason is distinct from 'import_rollback'
order by deleted_at desc

-- name: change
with changed as (
    update contact c
    set {sets}, updated_at = %(now)s
    where c.workspace_id = %(workspace)s and c.id = %(id)s
    returning c.id, old as o, new as n
), differences as materialized (
    select c.id, {before} as before, {after} as after from changed c
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', d.id, 'updated', d.before, d.after
from differences d
on conflict do nothing

-- name: count_alone
-- Whoever brings contacts under a limit counts what others have brought before: one after the other.
select pg_advisory_xact_lock(hashtextextended('contacts ' || %(workspace)s::text, 0))
