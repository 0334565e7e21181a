-- What Home shows over time: how many contacts there were on a day, by what one asks of them.

-- `whose` is a client's, or the workspace's own id where all of them are meant; `value` is blank
-- where a contact has none. A day is that of UTC, and is counted anew until it is over.
create table daily_count (
    workspace_id uuid not null,
    whose uuid not null,
    day date not null,
    kind text not null,
    value text not null,
    contacts integer not null,
    counted_at timestamptz not null,
    constraint daily_count_pkey primary key (workspace_id, whose, day, kind, value),
    constraint daily_count_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint daily_count_kind_check check (
        kind in ('total', 'new', 'tier', 'grade', 'source', 'score')
    )
);

select distribute('daily_count', 'workspace_id', 'workspace');

select secure('daily_count');

-- Imports that have ended since the day was counted.
create table daily_count_due (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    imports uuid[] not null,
    done integer not null default 0,
    at timestamptz not null,
    constraint daily_count_due_pkey primary key (workspace_id, id),
    constraint daily_count_due_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('daily_count_due', 'workspace_id', 'workspace');

select secure('daily_count_due');
