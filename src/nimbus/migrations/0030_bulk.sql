-- Bulk actions: the contacts that one is about, as they were found when it was confirmed, and what
-- became of each.

-- How they were chosen: by name, or by what the list asked for then. It is swept once nobody keeps
-- it any more.
create table selection (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    is_named boolean not null,
    filter jsonb,
    search text not null default '',
    shown text not null default 'all',
    count integer not null default 0,
    made_by text not null,
    made_at timestamptz not null,
    kept_until timestamptz not null,
    constraint selection_pkey primary key (workspace_id, id),
    constraint selection_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint selection_shown_check check (shown in ('all', 'live', 'deleted'))
);

create index selection_kept on selection (workspace_id, kept_until);

select distribute('selection', 'workspace_id', 'workspace');

select secure('selection');

-- In the order of the contacts' ids, which is that of every batch that writes them. No foreign keys:
-- a million members are frozen in one statement, and each check would cost more than the row.
create table selection_member (
    workspace_id uuid not null,
    selection_id uuid not null,
    contact_id uuid not null,
    constraint selection_member_pkey primary key (workspace_id, selection_id, contact_id)
);

select distribute('selection_member', 'workspace_id', 'workspace');

select secure('selection_member');

-- A bulk action: its operation, what it was to do, and how far it is. Every member up to `reached`
-- was dealt with; those of them that are not in `bulk_row` were changed. `client_id` is the only one
-- whose contacts it may change, where a key that is limited to a client asked for it.
create table bulk_operation (
    workspace_id uuid not null,
    operation_id uuid not null,
    selection_id uuid not null,
    job_id uuid,
    client_id uuid,
    action text not null,
    options jsonb not null,
    label text not null,
    count integer not null,
    done integer not null default 0,
    unchanged integer not null default 0,
    failed integer not null default 0,
    reached uuid,
    at timestamptz not null,
    constraint bulk_operation_pkey primary key (workspace_id, operation_id),
    constraint bulk_operation_operation_fkey foreign key (workspace_id, operation_id)
        references operation (workspace_id, id),
    constraint bulk_operation_job_fkey foreign key (workspace_id, job_id)
        references job (workspace_id, id)
);

select distribute('bulk_operation', 'workspace_id', 'workspace');

select secure('bulk_operation');

-- The members that a bulk action did not change, and why. No foreign key, as with the members.
create table bulk_row (
    workspace_id uuid not null,
    operation_id uuid not null,
    outcome text not null,
    contact_id uuid not null,
    reason text,
    constraint bulk_row_pkey primary key (workspace_id, operation_id, outcome, contact_id),
    constraint bulk_row_outcome_check check (outcome in ('unchanged', 'failed'))
);

select distribute('bulk_row', 'workspace_id', 'workspace');

select secure('bulk_row');

-- Every room has reasons of its own for what an undo keeps, and words for them (operations/kept.py).
-- squawk-ignore ban-drop-constraint
alter table kept drop constraint kept_reason_check;
