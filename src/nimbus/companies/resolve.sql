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

-- name: next_keys
select key from import_company
where workspace_id = %(workspace)s and import_id = %(import)s
    and (%(after)s::text is null or key > %(after)s)
order by key
limit %(limit)s

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

-- name: missing_keys
-- Companies that rows of the batch name and that are not there (any more): whoever made them may
-- have been rolled back since. An array, so that the few are looked up: joined, each row of the
-- batch would be held against each company of the source.
select i.key
from import_company i
where i.workspace_id = %(workspace)s and i.import_id = %(import)s
    and i.key = any (array(
        select distinct case
            when b.company_domain is not null then 'domain:' || b.company_domain
            else 'name:' || b.company_name_key
        end
        from batch b
        where b.outcome is null and b.company_id is null
            and (b.company_domain is not null or b.company_name_key is not null)
            and (b.is_new or {says})
    ))
order by i.key

-- name: settle
-- The ids of new contacts, and the company of each row: a contact keeps its own unless the row names
-- the domain of another, and goes without one where the row says nothing of any. Of companies of one
-- name, one that has a domain comes before the one that has none, and the oldest before later ones.
-- One statement, since each writes all rows anew.
update batch b set
    contact_id = coalesce(b.contact_id, uuidv7()),
    is_new = b.is_new or b.contact_id is null,
    company_id = coalesce(
        case when b.contact_id is not null
            and (%(keeps)s or b.company_domain is null or b.domain_derived)
            then (
                select c.company_id from contact c
                where c.workspace_id = %(workspace)s and c.id = b.contact_id
            )
        end,
        case
            when not (b.is_new or b.contact_id is null or {says}) then null
            when b.company_domain is not null then (
                select k.id from company k
                where k.workspace_id = %(workspace)s and k.domain = b.company_domain
            )
            else coalesce(
                (
                    select k.id from company k
                    where k.workspace_id = %(workspace)s and k.name_key = b.company_name_key
                        and k.domain is not null
                    order by k.id limit 1
                ),
                (
                    select k.id from company k
                    where k.workspace_id = %(workspace)s and k.name_key = b.company_name_key
                        and k.domain is null
                )
            )
        end
    )
where b.outcome is null

-- name: sweep
-- Companies that the operation made for rows which were kept out after all.
with gone as (
    delete from company k
    using change g
    where g.workspace_id = %(workspace)s and g.operation_id = %(operation)s
        and g.thing = 'company' and g.kind = 'created'
        and k.workspace_id = %(workspace)s and k.id = g.thing_id
        and not exists (
            select from contact c where c.workspace_id = %(workspace)s and c.company_id = k.id
        )
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, 'company', gone.id, 'deleted', to_jsonb(gone.o)
from gone
on conflict do nothing
