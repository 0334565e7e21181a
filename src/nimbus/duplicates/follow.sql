-- Contacts whose duplicates are to be looked for. Samples: workspace = a uuid, now = 2026-01-01,
-- ids, companies = lists of uuids, unnamed = true.

-- name: put_off
-- Those that a transaction names, those that it has just made, and the people of its companies.
insert into duplicate_due (workspace_id, contacts, at)
select %(workspace)s, d.contacts, %(now)s
from (
    select array_agg(distinct c.id) as contacts
    from (
        select named.id from unnest(%(ids)s::uuid[]) as named (id)
        union all
        select made.id from contact made
        where %(unnamed)s and made.workspace_id = %(workspace)s and made.updated_at = %(now)s
        union all
        select theirs.id from contact theirs
        where theirs.workspace_id = %(workspace)s and theirs.company_id = any (%(companies)s)
            and not theirs.is_deleted
    ) as c
) as d
where d.contacts is not null
returning id

-- name: waiting
-- How many are due.
select coalesce(sum(cardinality(contacts) - done), 0) from duplicate_due
where workspace_id = %(workspace)s

-- name: forget
delete from duplicate_due where workspace_id = %(workspace)s
