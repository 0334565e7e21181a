-- Merging contacts.

-- name: lock
select * from contact c
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
order by c.id
for update

-- name: lead_on
-- Who was merged into one that goes now leads to the one that is kept, in one step.
with led as (
    update contact c set merged_into = %(kept)s
    where c.workspace_id = %(workspace)s and c.merged_into = any (%(gone)s)
    returning c.id, old.merged_into as was
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', l.id, 'updated',
    jsonb_build_object('merged_into', l.was), jsonb_build_object('merged_into', %(kept)s::uuid)
from led l
order by l.id
on conflict do nothing
