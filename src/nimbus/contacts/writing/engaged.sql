-- The counters of contacts that something happened to, and their status; see engaged.py.

-- name: lock
select c.id, c.email, c.email_key
from contact c
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
order by c.id
for no key update

-- name: count
-- Adds to the counters. `updated_at` stays: what somebody does changes nothing that is known of them.
update contact c
set total_sent = coalesce(c.total_sent, 0) + t.sent,
    total_opened = coalesce(c.total_opened, 0) + t.opened,
    total_clicked = coalesce(c.total_clicked, 0) + t.clicked,
    total_replied = coalesce(c.total_replied, 0) + t.replied,
    last_contacted_at = greatest(c.last_contacted_at, t.contacted_at),
    last_opened_at = greatest(c.last_opened_at, t.opened_at),
    last_replied_at = greatest(c.last_replied_at, t.replied_at),
    last_activity_at = greatest(c.last_activity_at, t.activity_at)
from unnest(
    %(contact_id)s::uuid[], %(sent)s::integer[], %(opened)s::integer[], %(clicked)s::integer[],
    %(replied)s::integer[], %(contacted_at)s::timestamptz[], %(opened_at)s::timestamptz[],
    %(replied_at)s::timestamptz[], %(activity_at)s::timestamptz[]
) as t (contact_id, sent, opened, clicked, replied, contacted_at, opened_at, replied_at, activity_at)
where c.workspace_id = %(workspace)s and c.id = t.contact_id

-- name: tighten_status
-- Gives contacts a status where theirs is not stricter; comes out with those changed. That one has
-- it already is logged too, as before it: nobody's undo takes back what was said again since (G-02).
with changed as (
    update contact c
    set status = %(status)s, updated_at = %(now)s
    where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
        and c.status = any (%(looser)s::text[])
    returning c.id, old.status as before
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'contact', c.id, 'updated',
    jsonb_build_object('status', c.before), jsonb_build_object('status', %(status)s::text)
from (
    select id, before from changed
    union all
    select c.id, c.status from contact c
    where c.workspace_id = %(workspace)s and c.id = any (%(ids)s) and c.status = %(status)s
) as c
on conflict do nothing
returning thing_id, before ->> 'status' <> %(status)s as is_changed

-- name: forget
-- Takes the counters of contacts back, together with their events.
update contact c
set total_sent = null, total_opened = null, total_clicked = null, total_replied = null,
    last_contacted_at = null, last_opened_at = null, last_replied_at = null,
    last_activity_at = null
where c.workspace_id = %(workspace)s and c.id = any (%(ids)s)
