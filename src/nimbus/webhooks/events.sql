-- Events and their deliveries, written set-based.

-- name: read
select h.id, h.thing_id, h.kind, h.before, h.after, h.operation_id, o.kind as operation,
    o.actor_kind, o.actor_id, o.actor_name
from change h
join operation o on o.workspace_id = h.workspace_id and o.id = h.operation_id
where h.workspace_id = %(workspace)s and h.id = any (%(changes)s)
order by h.id

-- name: count_on
-- The next numbers of contacts, in the order of their ids; answers each one's last before.
insert into webhook_sequence as s (workspace_id, contact_id, last)
select %(workspace)s, n.contact_id, n.events
from unnest(%(contacts)s::uuid[], %(events)s::bigint[]) as n (contact_id, events)
order by n.contact_id
on conflict (workspace_id, contact_id) do update set last = s.last + excluded.last
returning s.contact_id, s.last

-- name: write
insert into webhook_event (workspace_id, id, source_id, type, contact_id, at, payload)
select %(workspace)s, e.id, e.source_id, e.type, e.contact_id, %(at)s, e.payload
from unnest(
    %(ids)s::uuid[], %(sources)s::uuid[], %(types)s::text[], %(contacts)s::uuid[],
    %(payloads)s::text[]
) as e (id, source_id, type, contact_id, payload)
on conflict (workspace_id, source_id, type) do nothing
returning id

-- name: send
-- In the order given, which is that of their ids.
insert into webhook_delivery (workspace_id, webhook_id, event_id, contact_id, next_at, created_at)
select %(workspace)s, d.webhook_id, d.event_id, d.contact_id, %(now)s, %(now)s
from unnest(%(webhooks)s::uuid[], %(events)s::uuid[], %(contacts)s::uuid[]) with ordinality
    as d (webhook_id, event_id, contact_id, nth)
order by d.nth
on conflict (workspace_id, webhook_id, event_id) do nothing

-- name: redact
update webhook_event
set payload = null
where workspace_id = %(workspace)s and contact_id = any (%(contacts)s)

-- name: drop_redacted
update webhook_delivery
set status = 'dead', error = 'The person was erased before this was delivered.'
where workspace_id = %(workspace)s and contact_id = any (%(contacts)s) and status = 'pending'

-- name: unsay
-- What receivers answered to messages about these contacts, which may repeat what was sent: of a
-- batch that had one of them it is the answer to all.
with about as (
    select d.webhook_id, d.event_id, d.message_id
    from webhook h
    join webhook_event e on e.workspace_id = h.workspace_id and e.contact_id = any (%(contacts)s)
    join webhook_delivery d on d.workspace_id = h.workspace_id and d.webhook_id = h.id
        and d.event_id = e.id
    where h.workspace_id = %(workspace)s and d.response is not null
)
update webhook_delivery d
set response = null
from about a
where d.workspace_id = %(workspace)s and d.webhook_id = a.webhook_id
    and (d.event_id = a.event_id or d.message_id = a.message_id)
