-- A person taken out for good.

-- name: person
-- Every contact of an email, and those that were merged into one of them, locked in their order.
with recursive person as (
    select c.id from contact c where c.workspace_id = %(workspace)s and c.email = %(email)s
    union
    select c.id
    from person p
    join contact c on c.workspace_id = %(workspace)s and c.merged_into = p.id
)
select c.id, c.email, c.email_key
from contact c
where c.workspace_id = %(workspace)s and c.id in (select id from person)
order by c.id
for update

-- name: keep
-- When, why and by whom; of whom, nobody can tell any more.
insert into erasure_log (workspace_id, operation_id, contact_ids, why, by_name, at)
values (%(workspace)s, %(operation)s, %(contacts)s, %(why)s, %(by)s, %(now)s)
returning id

-- name: entomb
insert into erasure_tombstone (workspace_id, email_key, erasure_id, at)
select %(workspace)s, key, %(erasure)s, %(now)s
from unnest(%(keys)s::uuid[]) as key
order by key
on conflict do nothing

-- name: remove
delete from contact where workspace_id = %(workspace)s and id = any (%(contacts)s)

-- name: gone
insert into change (workspace_id, operation_id, thing, thing_id, kind)
select %(workspace)s, %(operation)s, 'contact', id, 'erased'
from unnest(%(contacts)s::uuid[]) as id
on conflict do nothing
