-- Webhooks: subscriptions, the events written with every change, and their delivery.

-- Where the changes of a workspace go. `owner` is the key or person that made it, whose own changes
-- `skip_own` leaves out; `stopped` says why Nimbus turned it off. The secrets are sealed; the one
-- before counts until `old_until`. `failures` are those since an answer was last good.
create table webhook (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    url text not null,
    description text,
    event_types text[] not null,
    filter jsonb,
    mode text not null,
    skip_own boolean not null,
    is_active boolean not null,
    stopped text,
    secret bytea not null,
    old_secret bytea,
    old_until timestamptz,
    owner_kind text not null,
    owner_id uuid,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    failures integer not null default 0,
    parked_until timestamptz,
    constraint webhook_pkey primary key (workspace_id, id),
    constraint webhook_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint webhook_mode_check check (mode in ('each', 'batched', 'digest'))
);

select distribute('webhook', 'workspace_id', 'workspace');

select secure('webhook');

-- What happened, as it is sent. `source_id` is the change of the log that it tells of: of one change
-- there is one event of a type, however often it is looked at. An erased person's payload is null.
create table webhook_event (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    source_id uuid not null,
    type text not null,
    contact_id uuid,
    at timestamptz not null,
    payload text,
    constraint webhook_event_pkey primary key (workspace_id, id),
    constraint webhook_event_source_key unique (workspace_id, source_id, type),
    constraint webhook_event_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create index webhook_event_contact on webhook_event (workspace_id, contact_id)
    where contact_id is not null;

create index webhook_event_at on webhook_event (workspace_id, at);

select distribute('webhook_event', 'workspace_id', 'workspace');

select secure('webhook_event');

-- The number of each contact's last event.
create table webhook_sequence (
    workspace_id uuid not null,
    contact_id uuid not null,
    last bigint not null,
    constraint webhook_sequence_pkey primary key (workspace_id, contact_id),
    constraint webhook_sequence_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('webhook_sequence', 'workspace_id', 'workspace');

select secure('webhook_sequence');

-- An event on its way to one subscription, and then the log of it. Those of one contact are sent in
-- the order of their ids. `message_id` is that of a batch that was sent, or is being tried. No key
-- to the event, which goes on the same day: a million checks cost seconds.
create table webhook_delivery (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    webhook_id uuid not null,
    event_id uuid not null,
    contact_id uuid,
    status text not null default 'pending',
    message_id uuid,
    attempts integer not null default 0,
    next_at timestamptz not null,
    created_at timestamptz not null,
    tried_at timestamptz,
    response_status integer,
    response text,
    error text,
    constraint webhook_delivery_pkey primary key (workspace_id, id),
    constraint webhook_delivery_event_key unique (workspace_id, webhook_id, event_id),
    constraint webhook_delivery_webhook_fkey foreign key (workspace_id, webhook_id)
        references webhook (workspace_id, id) on delete cascade,
    constraint webhook_delivery_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint webhook_delivery_status_check check (status in ('pending', 'delivered', 'dead'))
);

create index webhook_delivery_log on webhook_delivery (workspace_id, webhook_id, id);

create index webhook_delivery_pending on webhook_delivery (workspace_id, webhook_id, id)
    where status = 'pending';

create index webhook_delivery_contact on webhook_delivery (workspace_id, webhook_id, contact_id, id)
    where status = 'pending';

create index webhook_delivery_created on webhook_delivery (workspace_id, created_at);

select distribute('webhook_delivery', 'workspace_id', 'workspace');

select secure('webhook_delivery');

-- Changes of which no event is written yet, since a transaction had too many: ids of `change`, of
-- which `done` are.
create table webhook_backlog (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    changes uuid[] not null,
    done integer not null default 0,
    at timestamptz not null,
    constraint webhook_backlog_pkey primary key (workspace_id, id),
    constraint webhook_backlog_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('webhook_backlog', 'workspace_id', 'workspace');

select secure('webhook_backlog');
