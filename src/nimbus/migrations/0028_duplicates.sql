-- Pairs of contacts who may be one person, and what finding them stands on.

-- A pair, its contacts in the order of their ids. Of each compared field `marks` has a digest of
-- both values; of a pair that somebody dismissed `dismissed_marks` are those of the fields that
-- spoke for it: it stays dismissed until one of these changes. It is shown while both are live.
create table duplicate_pair (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    one_id uuid not null,
    other_id uuid not null,
    score numeric(6, 1) not null,
    verdict text not null,
    reasons jsonb not null,
    marks jsonb not null,
    state text not null default 'open',
    dismissed_marks jsonb,
    decided_by text,
    decided_at timestamptz,
    found_at timestamptz not null,
    seen_at timestamptz not null,
    updated_at timestamptz not null,
    constraint duplicate_pair_pkey primary key (workspace_id, id),
    constraint duplicate_pair_contacts_key unique (workspace_id, one_id, other_id),
    constraint duplicate_pair_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint duplicate_pair_order_check check (one_id < other_id),
    constraint duplicate_pair_verdict_check check (verdict in ('certain', 'likely', 'possible')),
    constraint duplicate_pair_state_check check (state in ('open', 'dismissed', 'merged'))
);

create index duplicate_pair_other on duplicate_pair (workspace_id, other_id);

create index duplicate_pair_score on duplicate_pair (workspace_id, state, score desc, id);

select distribute('duplicate_pair', 'workspace_id', 'workspace');

select secure('duplicate_pair');

-- Under which keys each contact is filed. One row a contact: a row per key would be six times as
-- many, with an index twice their size.
create table duplicate_keys (
    workspace_id uuid not null,
    contact_id uuid not null,
    keys bigint[] not null,
    constraint duplicate_keys_pkey primary key (workspace_id, contact_id),
    constraint duplicate_keys_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create index duplicate_keys_keys on duplicate_keys using gin (keys);

select distribute('duplicate_keys', 'workspace_id', 'workspace');

select secure('duplicate_keys');

-- Contacts whose duplicates are still to be looked for, of which `done` are.
create table duplicate_due (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    contacts uuid[] not null,
    done integer not null default 0,
    at timestamptz not null,
    constraint duplicate_due_pkey primary key (workspace_id, id),
    constraint duplicate_due_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('duplicate_due', 'workspace_id', 'workspace');

select secure('duplicate_due');

-- The blocks of a scan of the whole workspace: who shares a key, numbered by their first contact.
create table duplicate_block (
    workspace_id uuid not null,
    number bigint not null,
    key bigint not null,
    contacts uuid[] not null,
    constraint duplicate_block_pkey primary key (workspace_id, number),
    constraint duplicate_block_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('duplicate_block', 'workspace_id', 'workspace');

select secure('duplicate_block');
