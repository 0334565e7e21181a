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
insert into webhook
    (workspace_id, url, description, event_types, filter, mode, skip_own, is_active, secret,
     owner_kind, owner_id, created_by, created_at, updated_at)
values
    (%(workspace)s, %(url)s, %(description)s, %(event_types)s, %(filter)s, %(mode)s, %(skip_own)s,
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
-- The log, newest first.
select d.id, d.event_id, e.type as event_type, d.contact_id, d.status, d.message_id, d.attempts,
    case when d.status = 'pending' then d.next_at end as next_at, d.created_at, d.tried_at,
    d.response_status, d.response, d.error
from webhook_delivery d
join webhook_event e on e.workspace_id = d.workspace_id and e.id = d.event_id
where d.workspace_id = %(workspace)s and d.webhook_id = %(webhook)s
    and (%(status)s::text is null or d.status = %(status)s)
    and (%(before)s::uuid is null or d.id < %(before)s) and (%(id)s::uuid is null or d.id = %(id)s)
order by d.id desc
limit %(limit)s

-- name: count_deliveries
select count(*) from (
    select from webhook_delivery
    where workspace_id = %(workspace)s and webhook_id = %(webhook)s
        and (%(status)s::text is null or status = %(status)s)
    limit %(limit)s
) as counted
