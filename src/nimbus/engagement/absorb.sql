-- What a merge moves from one contact to another, and counts anew.

-- name: move
with moved as (
    update {table} m set contact_id = %(kept)s
    where m.workspace_id = %(workspace)s and m.contact_id = %(gone)s
    returning m.id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, {thing}, m.id, 'updated',
    jsonb_build_object('contact_id', %(gone)s::uuid), jsonb_build_object('contact_id', %(kept)s::uuid)
from moved m
order by m.id
on conflict do nothing

-- name: moved
-- Between whom an operation moved events.
select distinct m.from_id, m.to_id
from moved_event m
where m.workspace_id = %(workspace)s and m.operation_id = %(undone)s

-- name: drop_totals
delete from engagement_total t
where t.workspace_id = %(workspace)s and t.contact_id = any (%(ids)s)

-- name: total
insert into engagement_total (workspace_id, contact_id, type, count, last_at)
select %(workspace)s, t.contact_id, t.type, t.count, t.last_at
from (
    select e.contact_id, e.type, count(*) as count, max(e.at) as last_at
    from engagement_event e
    where e.workspace_id = %(workspace)s and e.contact_id = any (%(ids)s)
    group by e.contact_id, e.type
    union all
    select e.contact_id, 'any', count(*), max(e.at)
    from engagement_event e
    where e.workspace_id = %(workspace)s and e.contact_id = any (%(ids)s)
    group by e.contact_id
) as t
order by t.contact_id, t.type
on conflict do nothing

-- name: counters
-- As `count` of contacts/writing/engaged.sql adds them up, of all events at once.
update contact c
set total_sent = t.sent, total_opened = t.opened, total_clicked = t.clicked,
    total_replied = t.replied, last_contacted_at = t.contacted_at, last_opened_at = t.opened_at,
    last_replied_at = t.replied_at, last_activity_at = t.activity_at
from (
    select e.contact_id,
        count(*) filter (where e.type = 'sent') as sent,
        count(*) filter (where e.type = 'opened') as opened,
        count(*) filter (where e.type = 'clicked') as clicked,
        count(*) filter (where e.type = 'replied') as replied,
        max(e.at) filter (where e.type in ('sent', 'call', 'meeting')) as contacted_at,
        max(e.at) filter (where e.type = 'opened') as opened_at,
        max(e.at) filter (where e.type = 'replied') as replied_at,
        max(e.at) as activity_at
    from engagement_event e
    where e.workspace_id = %(workspace)s and e.contact_id = any (%(ids)s)
    group by e.contact_id
) as t
where c.workspace_id = %(workspace)s and c.id = t.contact_id
