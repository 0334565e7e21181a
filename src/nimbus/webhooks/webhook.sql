-- Subscriptions.

-- name: all
select id, url, description, event_types, filter, mode, skip_own, is_active, stopped, secret,
    old_secret, old_until, owner_kind, owner_id, created_by, created_at, updated_at, failures,
    parked_until
from webhook
where workspace_id = %(workspace)s and (%(id)s::uuid is null or id = %(id)s)
    and (is_active or not %(active)s)
order by id

-- name: lock
select id from webhook where workspace_id = %(workspace)s and id = %(id)s for no key update

-- name: create
-- Under the id that its form had, if it came by one.
insert into webhook
    (workspace_id, id, url, description, event_types, filter, mode, skip_own, is_active, secret,
     owner_kind, owner_id, created_by, created_at, updated_at)
values
    (%(workspace)s, coalesce(%(id)s, uuidv7()), %(url)s, %(description)s, %(event_types)s, %(filter)s, %(mode)s, %(skip_own)s,
     %(is_active)s, ''::bytea, %(owner_kind)s, %(owner_id)s, %(created_by)s, %(now)s, %(now)s)
returning id

-- name: change
-- Whoever saves it anew begins anew: it is not parked, and no reason stands why it was stopped.
update webhook
set url = %(url)s, description = %(description)s, event_types = %(event_types)s,
    filter = %(filter)s, mode = %(mode)s, skip_own = %(skip_own)s, is_active = %(is_active)s,
    stopped = null, failures = 0, parked_until = null, updated_at = %(now)s
where workspace_id = %(workspace)s and id = %(id)s

-- name: seal
update webhook
set secret = %(secret)s, old_secret = %(old_secret)s, old_until = %(old_until)s,
    updated_at = %(now)s
where workspace_id = %(workspace)s and id = %(id)s

-- name: remove
delete from webhook where workspace_id = %(workspace)s and id = %(id)s

-- name: replay
-- Its deliveries of an event, or of a stretch of time, begin anew under the same event ids, in the
-- order in which they happened. What still waits stays as it is, and an erased person's is gone.
update webhook_delivery d
set status = 'pending', attempts = 0, message_id = null, next_at = %(now)s, error = null
from webhook_event e
where d.workspace_id = %(workspace)s and d.webhook_id = %(webhook)s and d.status <> 'pending'
    and (%(status)s::text is null or d.status = %(status)s)
    and e.workspace_id = d.workspace_id and e.id = d.event_id and e.payload is not null
    and (%(event)s::uuid is null or e.id = %(event)s)
    and (%(since)s::timestamptz is null or e.at >= %(since)s)
    and (%(until)s::timestamptz is null or e.at < %(until)s)

-- name: has_event
select exists (
    select from webhook_delivery
    where workspace_id = %(workspace)s and webhook_id = %(webhook)s and event_id = %(event)s
)

-- name: deliveries
-- The log, newest first; `only` names a state in words of its own, so that its index is used.
select d.id, d.event_id, e.type as event_type, d.contact_id, d.status, d.message_id, d.attempts,
    case when d.status = 'pending' then d.next_at end as next_at, d.created_at, d.tried_at,
    d.response_status, d.response, d.error
from webhook_delivery d
join webhook_event e on e.workspace_id = d.workspace_id and e.id = d.event_id
where d.workspace_id = %(workspace)s and d.webhook_id = %(webhook)s {only}
    and (%(before)s::uuid is null or d.id < %(before)s) and (%(id)s::uuid is null or d.id = %(id)s)
order by d.id desc
limit %(limit)s

-- name: count_deliveries
select count(*) from (
    select from webhook_delivery d
    where d.workspace_id = %(workspace)s and d.webhook_id = %(webhook)s {only}
    limit %(limit)s
) as counted

-- name: last_deliveries
-- What became of the newest event of each webhook.
select h.id as webhook_id, d.status, d.created_at, d.tried_at
from webhook h
cross join lateral (
    select l.status, l.created_at, l.tried_at
    from webhook_delivery l
    where l.workspace_id = h.workspace_id and l.webhook_id = h.id
    order by l.id desc
    limit 1
) as d
where h.workspace_id = %(workspace)s

-- name: payload
-- What an event said; an erased person's says nothing any more.
select e.payload
from webhook_event e
where e.workspace_id = %(workspace)s and e.id = %(event)s
