-- Companies on their way in: `import_company` holds them folded, one line per domain or name.

-- name: forget
delete from import_company where workspace_id = %(workspace)s and import_id = %(import)s

-- name: fold
-- One line per domain, and one per name of the rows that have no domain.
with named as materialized (
    select 'domain:' || company_domain as key, company_domain as domain,
        bool_and(domain_derived) as derived {lasts}
    from ({rows}) as s
    where company_domain is not null
    group by company_domain
    union all
    select 'name:' || company_name_key, null, false {lasts}
    from ({rows}) as s
    where company_domain is null and company_name_key is not null
    group by company_name_key
)
insert into import_company (workspace_id, import_id, key, domain, derived {columns})
select %(workspace)s, %(import)s, key, domain, derived {columns}
from named
order by key
on conflict do nothing

-- name: bound
-- The last key of the next chunk; null when the chunk reaches to the end.
select key from import_company
where workspace_id = %(workspace)s and import_id = %(import)s and key > %(after)s
order by key
offset %(size)s limit 1

-- name: insert
with made as (
    insert into company (workspace_id, id, domain {columns}, created_at, updated_at)
    select %(workspace)s, uuidv7(), i.domain {values}, %(now)s, %(now)s
    from import_company i
    where i.workspace_id = %(workspace)s and i.import_id = %(import)s
        and i.key > %(after)s and (%(bound)s::text is null or i.key <= %(bound)s)
        and i.domain {kind} and i.{key} is not null
        and not exists (
            select from company k where k.workspace_id = %(workspace)s and k.{key} = i.{key}
        )
    order by i.key
    on conflict do nothing
    returning id, domain {columns}
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(operation)s, 'company', made.id, 'created', {logged}
from made
on conflict do nothing

-- name: update
with changed as (
    update company k set {sets}, updated_at = %(now)s
    from import_company i
    where i.workspace_id = %(workspace)s and i.import_id = %(import)s
        and i.key > %(after)s and (%(bound)s::text is null or i.key <= %(bound)s)
        and i.domain {kind}
        and k.workspace_id = %(workspace)s and k.{key} = i.{key}
        and ({differs}) and {sure}
    returning k.id, old as o, new as n
), logged as (
    insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
    select %(workspace)s, %(operation)s, 'company', c.id, 'updated', {before}, {after}
    from changed c
    on conflict do nothing
    returning thing_id
)
select thing_id from logged

-- name: assign_by_domain
update batch b set company_id = k.id
from company k
where k.workspace_id = %(workspace)s and k.domain = b.company_domain and b.outcome is null

-- name: assign_by_name
-- One that has a domain comes before the one that has none; the oldest before later ones.
update batch b set company_id = k.id
from (
    select distinct on (k.name_key) k.name_key, k.id
    from company k
    where k.workspace_id = %(workspace)s and k.name_key in (
        select company_name_key from batch
        where company_domain is null and company_name_key is not null and outcome is null
    )
    order by k.name_key, (k.domain is null), k.id
) as k
where k.name_key = b.company_name_key and b.company_domain is null and b.outcome is null
