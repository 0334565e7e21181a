-- Tags that are kept by themselves (`tag`).

-- name: find
select t.id, t.name, t.colour from tag t where t.workspace_id = %(workspace)s and t.name = %(name)s

-- name: colours
select t.name, t.colour from tag t
where t.workspace_id = %(workspace)s and t.name = any (%(names)s::text[]) and t.colour <> 'grey'

-- name: add
insert into tag (workspace_id, name, colour, created_by, created_at)
values (%(workspace)s, %(name)s, %(colour)s, %(by)s, %(now)s)
returning id

-- name: colour
update tag set colour = %(colour)s where workspace_id = %(workspace)s and id = %(id)s

-- name: rename
update tag set name = %(name)s where workspace_id = %(workspace)s and id = %(id)s

-- name: remove
with removed as (
    delete from tag t
    where t.workspace_id = %(workspace)s and t.id = %(id)s
    returning old as o, old.id as id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(operation)s, 'tag', r.id, 'deleted', to_jsonb(r.o)
from removed r
on conflict do nothing

-- name: names
select id, name from tag where workspace_id = %(workspace)s and id = any (%(ids)s::uuid[])

-- name: beyond
-- Whether an operation changed what no undo takes back: rules by which everybody is scored, and
-- what is sent elsewhere.
select exists (
    select from change h
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s
        and h.thing in ('icp_tier_rule', 'scoring_model', 'webhook')
)
