-- Who is on a static list, when contacts are merged.

-- name: join
with added as (
    insert into segment_member
        (workspace_id, segment_id, contact_id, operation_id, added_by, added_at)
    select m.workspace_id, m.segment_id, %(kept)s, %(operation)s, %(by)s, %(now)s
    from segment_member m
    where m.workspace_id = %(workspace)s and m.contact_id = %(gone)s
    order by m.segment_id
    on conflict do nothing
    returning segment_id, contact_id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(operation)s, 'segment_member', a.contact_id, 'joined',
    jsonb_build_object('segment_id', a.segment_id)
from added a
on conflict do nothing
