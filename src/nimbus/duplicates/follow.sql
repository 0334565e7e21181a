-- Contacts whose duplicates are to be looked for. Samples: workspace = a uuid, now = 2026-01-01,
-- ids, companies = lists of uuids, unnamed = true, size = 500, id = a uuid, done = 1.

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

-- name: since
-- When the first and the last of them were put off.
select min(at) as first, max(at) as last from duplicate_due where workspace_id = %(workspace)s

-- name: next
select id, contacts[done + 1 : done + %(size)s] as contacts, cardinality(contacts) as total, done
from duplicate_due
where workspace_id = %(workspace)s
order by id
limit 1
for update

-- name: advance
update duplicate_due set done = %(done)s where workspace_id = %(workspace)s and id = %(id)s

-- name: finish
delete from duplicate_due where workspace_id = %(workspace)s and id = %(id)s
