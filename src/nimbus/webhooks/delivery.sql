-- What is due to one webhook, and what came of it.

-- name: composed
-- The oldest batch that is to be tried again, as it was sent before.
select d.id, d.contact_id, d.attempts, d.message_id, e.payload
from webhook_delivery d
join webhook_event e on e.workspace_id = d.workspace_id and e.id = d.event_id
where d.workspace_id = %(workspace)s and d.webhook_id = %(webhook)s and d.status = 'pending'
    and d.message_id = (
        select f.message_id
        from webhook_delivery f
        where f.workspace_id = %(workspace)s and f.webhook_id = %(webhook)s
            and f.status = 'pending' and f.message_id is not null and f.next_at <= %(now)s
        order by f.id
        limit 1
    )
order by d.id

-- name: due
-- The oldest events that are in no batch, but for those whose contact waits with an earlier one.
select d.id, d.contact_id, d.attempts, d.event_id as message_id, e.payload
from webhook_delivery d
join webhook_event e on e.workspace_id = d.workspace_id and e.id = d.event_id
where d.workspace_id = %(workspace)s and d.webhook_id = %(webhook)s and d.status = 'pending'
    and d.message_id is null and d.next_at <= %(now)s and not exists (
        select
        from webhook_delivery f
        where f.workspace_id = %(workspace)s and f.webhook_id = %(webhook)s
            and f.status = 'pending' and f.contact_id = d.contact_id and f.id < d.id
            and (f.next_at > %(now)s or f.message_id is not null)
    )
order by d.id
limit %(limit)s

-- name: compose
-- From now on they are one message.
update webhook_delivery
set message_id = %(message)s
where workspace_id = %(workspace)s and id = any (%(ids)s) and status = 'pending'

-- name: note
-- What came of an attempt. One that was noted, replayed or dropped meanwhile stays as it is.
update webhook_delivery
set status = %(status)s, attempts = attempts + 1, next_at = %(next)s, tried_at = %(now)s,
    response_status = %(answered)s, response = %(response)s, error = %(error)s
where workspace_id = %(workspace)s and id = any (%(ids)s) and status = 'pending'
    and attempts = %(attempts)s

-- name: next_at
select min(next_at)
from webhook_delivery
where workspace_id = %(workspace)s and webhook_id = %(webhook)s and status = 'pending'

-- name: is_well
update webhook
set failures = 0, parked_until = null
where workspace_id = %(workspace)s and id = %(webhook)s and failures > 0

-- name: has_failed
update webhook
set failures = failures + 1
where workspace_id = %(workspace)s and id = %(webhook)s
returning failures

-- name: park
update webhook
set parked_until = %(until)s
where workspace_id = %(workspace)s and id = %(webhook)s

-- name: stop
update webhook
set is_active = false, stopped = %(why)s
where workspace_id = %(workspace)s and id = %(webhook)s and is_active

-- name: give_up
update webhook_delivery
set status = 'dead', error = %(why)s
where workspace_id = %(workspace)s and webhook_id = %(webhook)s and status = 'pending'

-- name: forget_deliveries
delete from webhook_delivery where workspace_id = %(workspace)s and created_at < %(before)s

-- name: forget_events
delete from webhook_event where workspace_id = %(workspace)s and at < %(before)s
