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

-- name: keep
-- Contacts that stay with the company they have.
update batch b set company_id = c.company_id
from contact c
where c.workspace_id = %(workspace)s and c.id = b.contact_id and b.outcome is null
    and not b.is_new and c.company_id is not null
    and (%(keeps)s or b.company_domain is null or b.domain_derived)

-- name: keys
-- The companies that the rows are about: those that they will be given, and that of a contact which
-- keeps its own when the row names it. A row that has only a name is also about the one with a
-- domain that other rows of the source give the same name.
select distinct found.key
from (
    select case
        when b.company_domain is not null then 'domain:' || b.company_domain
        else 'name:' || b.company_name_key
    end as key
    from batch b
    left join company k on k.workspace_id = %(workspace)s and k.id = b.company_id
    where b.outcome is null and coalesce(b.company_domain, b.company_name_key) is not null
        and (b.company_id is null or k.domain = b.company_domain
            or (b.company_domain is null and k.domain is null and k.name_key = b.company_name_key))
    union all
    select i.key
    from batch b
    join import_company i on i.workspace_id = %(workspace)s and i.import_id = %(import)s
        and i.name_key = b.company_name_key and i.domain is not null
    where b.outcome is null and b.company_id is null and b.company_domain is null
) as found
order by found.key

-- name: insert
with made as (
    insert into company (workspace_id, id, domain {columns}, created_at, updated_at)
    select %(workspace)s, uuidv7(), i.domain {values}, %(now)s, %(now)s
    from import_company i
    where i.workspace_id = %(workspace)s and i.import_id = %(import)s
        and i.key = any (%(keys)s)
        and i.domain {kind} and i.{key} is not null
        and not exists (
            select from company k where k.workspace_id = %(workspace)s and k.{key} = i.{key}
        )
    order by i.key
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind)
select %(workspace)s, %(operation)s, 'company', made.id, 'created'
from made
on conflict do nothing

-- name: update
with changed as (
    update company k set {sets}, updated_at = %(now)s
    from import_company i
    where i.workspace_id = %(workspace)s and i.import_id = %(import)s
        and i.key = any (%(keys)s)
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
-- Looked up row by row: a join would be planned for the few companies of before this batch.
update batch b set company_id = (
    select k.id from company k
    where k.workspace_id = %(workspace)s and k.domain = b.company_domain
)
where b.outcome is null and b.company_id is null and b.company_domain is not null

-- name: assign_by_name
-- One that has a domain comes before the one that has none; the oldest before later ones.
update batch b set company_id = k.id
from (
    select distinct on (k.name_key) k.name_key, k.id
    from company k
    where k.workspace_id = %(workspace)s and k.name_key in (
        select company_name_key from batch
        where company_domain is null and company_name_key is not null and outcome is null
            and company_id is null
    )
    order by k.name_key, (k.domain is null), k.id
) as k
where k.name_key = b.company_name_key and b.company_domain is null and b.outcome is null
    and b.company_id is null
