-- Imports: the saved mappings, the job, its staged rows and the ledger of what became of each row.

create table field_mapping (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    source text not null,
    fingerprint text not null,
    columns jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint field_mapping_pkey primary key (workspace_id, id),
    constraint field_mapping_key unique (workspace_id, source, fingerprint),
    constraint field_mapping_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('field_mapping', 'workspace_id', 'workspace');

select secure('field_mapping');

create table import_job (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    job_id uuid not null,
    file_id uuid not null,
    client_id uuid not null,
    field_mapping_id uuid,
    operation_id uuid,
    name text not null,
    source text not null,
    status text not null default 'queued',
    stage text,
    message text,
    options jsonb not null,
    dialect jsonb,
    mapping jsonb,
    stages jsonb not null default '{}',
    warnings jsonb not null default '[]',
    total integer not null default 0,
    imported integer not null default 0,
    updated integer not null default 0,
    unchanged integer not null default 0,
    skipped integer not null default 0,
    suppressed integer not null default 0,
    errored integer not null default 0,
    cancel_asked boolean not null default false,
    created_by text not null,
    created_by_kind text not null,
    created_by_id uuid,
    created_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    constraint import_job_pkey primary key (workspace_id, id),
    constraint import_job_job_fkey foreign key (workspace_id, job_id)
        references job (workspace_id, id),
    constraint import_job_file_fkey foreign key (workspace_id, file_id)
        references file (workspace_id, id),
    constraint import_job_client_fkey foreign key (workspace_id, client_id)
        references client (workspace_id, id),
    constraint import_job_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint import_job_status_check check (
        status in ('queued', 'parsing', 'awaiting_mapping', 'deduplicating', 'enriching',
            'suppressing', 'segmenting', 'scoring', 'complete', 'paused', 'cancelled', 'failed',
            'rolled_back')
    )
);

create index import_job_recent on import_job (workspace_id, created_at desc);

select distribute('import_job', 'workspace_id', 'workspace');

select secure('import_job');

-- The ledger: every row of the file has exactly one line here with exactly one outcome (G-03).
-- Rows that brought nothing new are `updated` with the reason `unchanged` (D-05). No foreign key:
-- rows are only ever written beside their locked job, and half a million checks cost seconds.
create table import_row (
    workspace_id uuid not null,
    import_id uuid not null,
    row_no integer not null,
    line integer not null,
    status text not null,
    reason text,
    email text,
    contact_id uuid,
    duplicate_of_row integer,
    detail jsonb,
    constraint import_row_pkey primary key (workspace_id, import_id, row_no),
    constraint import_row_status_check check (
        status in ('imported', 'updated', 'skipped', 'suppressed', 'errored')
    )
);

create index import_row_contact on import_row (workspace_id, contact_id)
    where contact_id is not null;

select distribute('import_row', 'workspace_id', 'workspace');

select secure('import_row');

-- Parsed rows on their way, by the catalogue's columns. Unlogged: after a crash of the database
-- the kept file is parsed again. Ordered by the key of the email, so that each batch holds all
-- rows of its emails and claims them in order.
create unlogged table import_stage (
    workspace_id uuid not null,
    import_id uuid not null,
    email_key uuid not null,
    row_no integer not null,
    line integer not null,
    email text not null,
    email_domain text not null,
    first_name text,
    last_name text,
    full_name text,
    name_prefix text,
    name_suffix text,
    title text,
    department text,
    seniority text,
    phone text,
    phone_e164 text,
    mobile text,
    mobile_e164 text,
    linkedin_url text,
    twitter_url text,
    city text,
    state text,
    country text,
    time_zone text,
    role text,
    status text,
    lead_source text,
    external_id text,
    consent_status text,
    consent_type text,
    consent_date date,
    consent_source text,
    gdpr_basis text,
    verification_status text,
    tags text[],
    custom jsonb,
    company_name text,
    company_name_key text,
    company_domain text,
    domain_derived boolean not null default false,
    company_website text,
    company_industry text,
    company_employee_count integer,
    company_revenue_band text,
    company_tech_stack text[],
    company_phone text,
    company_linkedin_url text,
    company_city text,
    company_state text,
    company_country text,
    detail jsonb,
    constraint import_stage_pkey primary key (workspace_id, import_id, email_key, row_no)
);

select distribute('import_stage', 'workspace_id', 'workspace');

select secure('import_stage');

-- The companies that the rows of an import name, folded over the whole file: `key` is `domain:…`,
-- or `name:…` for those without a domain. Unlogged like the rows they come from.
create unlogged table import_company (
    workspace_id uuid not null,
    import_id uuid not null,
    key text collate "C" not null,
    domain text,
    derived boolean not null,
    name text,
    name_key text,
    website text,
    industry text,
    employee_count integer,
    revenue_band text,
    tech_stack text[],
    phone text,
    linkedin_url text,
    city text,
    state text,
    country text,
    constraint import_company_pkey primary key (workspace_id, import_id, key)
);

select distribute('import_company', 'workspace_id', 'workspace');

select secure('import_company');

-- Fresh statistics of what an import reads and writes. Autovacuum comes too late for the first
-- large import into an empty workspace, whose plans would be those for empty tables.
create function refresh_statistics() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    analyze contact (workspace_id, id, email, company_id);
    analyze company (workspace_id, id, domain, name_key);
    analyze global_contact (email_key);
    analyze client_assignment (email_key, workspace_id, client_id);
    analyze import_stage (workspace_id, import_id, email_key, row_no);
    analyze import_company (workspace_id, import_id, key);
    analyze import_row (workspace_id, import_id, row_no);
end
$$;
