-- Files with emails or domains to suppress: each with what came of its lines. The file itself goes
-- once it is read.
create table suppression_file (
    workspace_id uuid not null,
    job_id uuid not null,
    operation_id uuid not null,
    file_id uuid not null,
    list text not null,
    name text not null,
    reason text not null,
    note text,
    lines integer not null default 0,
    added integer not null default 0,
    tightened integer not null default 0,
    already integer not null default 0,
    refused integer not null default 0,
    errors jsonb not null default '[]',
    created_by text not null,
    created_at timestamptz not null,
    constraint suppression_file_pkey primary key (workspace_id, job_id),
    constraint suppression_file_job_fkey foreign key (workspace_id, job_id)
        references job (workspace_id, id) on delete cascade,
    constraint suppression_file_list_check check (list in ('emails', 'domains'))
);

select distribute('suppression_file', 'workspace_id', 'workspace');

select secure('suppression_file');
