-- Companies that people and programs make and change.

-- name: became
-- The company of each row, by its domain, else by its name as an import finds it, and what the
-- operation did to it. Of several rows of one new company the first made it.
select r.at, k.id, case
        when g.kind = 'created' and row_number() over (partition by k.id order by r.at) > 1
            then 'updated'
        else g.kind
    end as kind
from unnest(%(at)s::integer[], %(domains)s::text[], %(keys)s::text[]) as r (at, domain, key)
cross join lateral (
    select case
        when r.domain is not null then (
            select c.id from company c
            where c.workspace_id = %(workspace)s and c.domain = r.domain
        )
        else coalesce(
            (
                select c.id from company c
                where c.workspace_id = %(workspace)s and c.name_key = r.key
                    and c.domain is not null
                order by c.id limit 1
            ),
            (
                select c.id from company c
                where c.workspace_id = %(workspace)s and c.name_key = r.key and c.domain is null
            )
        )
    end as id
) as k
left join lateral (
    select h.kind
    from change h
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
        and h.thing_id = k.id
    order by h.id
    limit 1
) as g on true

-- name: taken
select id
from company
where workspace_id = %(workspace)s and id <> %(company)s
    and (
        domain = %(domain)s
        or (%(domain)s::text is null and domain is null and name_key = %(key)s)
    )

-- name: change
with changed as (
    update company k set {sets}, updated_at = %(now)s
    where k.workspace_id = %(workspace)s and k.id = %(company)s
    returning k.id, old as o, new as n
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'company', c.id, 'updated', {before}, {after}
from changed c
on conflict do nothing

-- name: remove
with gone as (
    delete from company k
    where k.workspace_id = %(workspace)s and k.id = %(company)s
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, 'company', gone.id, 'deleted', to_jsonb(gone.o)
from gone
on conflict do nothing
