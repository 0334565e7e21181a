-- Exports: which contacts went into which file. A row goes with its file, a week later or when
-- somebody in it is erased; that there was one stays in the operation log.

create table export (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    selection_id uuid not null,
    job_id uuid not null,
    file_id uuid not null,
    format text not null,
    columns text[] not null,
    words text not null,
    name text not null,
    selected integer not null,
    rows integer,
    made_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint export_pkey primary key (workspace_id, id),
    constraint export_job_fkey foreign key (workspace_id, job_id)
        references job (workspace_id, id),
    constraint export_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint export_format_check check (format in ('csv', 'jsonl'))
);

create index export_expires on export (workspace_id, expires_at);

select distribute('export', 'workspace_id', 'workspace');

select secure('export');
