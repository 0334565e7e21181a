-- Companies as they are shown.

-- name: one
select k.*, (
    select h.id from change h
    where h.workspace_id = k.workspace_id and h.thing_id = k.id
    order by h.id desc limit 1
) as version
from company k
where k.workspace_id = %(workspace)s and k.id = %(company)s

-- name: lock
select id from company where workspace_id = %(workspace)s and id = %(company)s for update

-- name: people
select count(*) from contact
where workspace_id = %(workspace)s and company_id = %(company)s and not is_deleted

-- name: peopled
-- The companies with how many contacts that are not in the trash have each.
select k.*, coalesce(p.people, 0) as people
from company k
left join (
    select c.company_id, count(*) as people
    from contact c
    where c.workspace_id = %(workspace)s and c.company_id is not null and not c.is_deleted
    group by c.company_id
) as p on p.company_id = k.id
where k.workspace_id = %(workspace)s

-- name: people_of
-- The same of some companies; those that nobody has are left out.
select c.company_id as id, count(*) as people
from contact c
where c.workspace_id = %(workspace)s and c.company_id = any(%(ids)s) and not c.is_deleted
group by c.company_id

-- name: like
-- Some whose name or domain is like a pattern, in any order: to sort them would mean to find all.
select k.id, k.name, k.domain
from company k
where k.workspace_id = %(workspace)s
    and (fold(k.name) like fold(%(pattern)s) or k.domain like fold(%(pattern)s))
limit %(limit)s
