-- The log of a webhook by what became of its events: one of a million has few that were given up,
-- and they are what people look for. What still waits has such an index already. Neither costs
-- anything when an event is written, since it waits then. Made in the migration's transaction: it
-- is a month's log at most, and deliveries that wait for it go on afterwards.
-- squawk-ignore require-concurrent-index-creation
create index webhook_delivery_dead on webhook_delivery (workspace_id, webhook_id, id)
    where status = 'dead';

-- Likewise.
-- squawk-ignore require-concurrent-index-creation
create index webhook_delivery_delivered on webhook_delivery (workspace_id, webhook_id, id)
    where status = 'delivered';
