-- What was found out about a person to write to them with; see personalization.py.

-- name: find
select p.id, p.contact_id, p.status, p.lines, p.source, p.error, p.created_by, p.created_at,
    p.updated_at
from personalization p
where p.workspace_id = %(workspace)s and p.contact_id = %(contact)s

-- name: move
-- From one contact to another that has none.
with moved as (
    update personalization p set contact_id = %(kept)s
    where p.workspace_id = %(workspace)s and p.contact_id = %(gone)s
        and not exists (
            select from personalization o
            where o.workspace_id = %(workspace)s and o.contact_id = %(kept)s
        )
    returning p.id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'personalization', m.id, 'updated',
    jsonb_build_object('contact_id', %(gone)s::uuid), jsonb_build_object('contact_id', %(kept)s::uuid)
from moved m
on conflict do nothing

-- name: erase
delete from personalization p
where p.workspace_id = %(workspace)s and p.contact_id = any (%(ids)s)
