-- The operation log, long jobs with their progress, and files.

-- One per intent: who did what, through what, why, when (design idea 4).
create table operation (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    kind text not null,
    actor_kind text not null,
    actor_id uuid,
    actor_name text not null,
    through text not null,
    subject text,
    subject_id uuid,
    why text,
    at timestamptz not null,
    constraint operation_pkey primary key (workspace_id, id),
    constraint operation_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create index operation_subject on operation (workspace_id, subject_id, id);

select distribute('operation', 'workspace_id', 'workspace');

select secure('operation');

-- What an operation changed: the values before and after of exactly the columns that differ.
-- Append-only for the application's role. Partitioned by month of the id, whose first 48 bits
-- are the time of writing.
create table change (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    operation_id uuid not null,
    thing text not null,
    thing_id uuid not null,
    kind text not null,
    before jsonb,
    after jsonb,
    constraint change_pkey primary key (workspace_id, id)
) partition by range (id);

create index change_thing on change (workspace_id, thing_id, id);

create index change_operation on change (workspace_id, operation_id);

select distribute('change', 'workspace_id', 'workspace');

select secure('change');

create function month_start_id(month timestamptz) returns uuid
language sql immutable strict as $$
    select (lpad(to_hex((extract(epoch from month) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
$$;

-- Makes the partitions of a month and the three after it, walled like their parent.
create function ensure_partitions(at timestamptz default now()) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    parent text;
    month timestamptz;
    part text;
begin
    perform pg_advisory_xact_lock(hashtext('ensure_partitions'));
    foreach parent in array array['change'] loop
        for ahead in 0..3 loop
            month := date_trunc('month', at, 'UTC') + make_interval(months => ahead);
            part := parent || to_char(month at time zone 'UTC', '_YYYY_MM');
            if to_regclass(part) is null then
                execute format(
                    'create table %I partition of %I for values from (%L) to (%L)', part, parent,
                    month_start_id(month), month_start_id(month + interval '1 month')
                );
                perform secure(part::regclass);
                execute format('revoke all on %I from nimbus_app', part);
            end if;
        end loop;
    end loop;
end
$$;

select ensure_partitions();

-- Long work in batches: progress, cursor and the token of the one runner that may advance it.
-- A long job knows its task, `{"name", "lock", "arguments"}`: one whose entry in the queue was lost
-- is deferred again.
create table job (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    kind text not null,
    label text not null,
    href text,
    status text not null default 'queued',
    done bigint not null default 0,
    total bigint,
    message text,
    task jsonb,
    cursor jsonb not null default '{}',
    runner uuid,
    started_by text not null,
    created_at timestamptz not null default now(),
    beat_at timestamptz,
    finished_at timestamptz,
    constraint job_pkey primary key (workspace_id, id),
    constraint job_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint job_status_check
        check (status in ('queued', 'running', 'paused', 'done', 'failed', 'cancelled'))
);

create index job_recent on job (workspace_id, created_at desc);

select distribute('job', 'workspace_id', 'workspace');

select secure('job');

-- An uploaded or produced file; its bytes lie in the files folder under the same id.
create table file (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    size bigint not null,
    sha256 bytea not null,
    media_type text not null,
    created_at timestamptz not null default now(),
    constraint file_pkey primary key (workspace_id, id),
    constraint file_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('file', 'workspace_id', 'workspace');

select secure('file');
