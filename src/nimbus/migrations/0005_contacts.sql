-- Custom fields, companies and contacts. Columns of contact and company are those of
-- fields/standard.py; a test compares the two.

create table custom_field (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    label text not null,
    field_type text not null,
    options text[] not null default '{}',
    fallback text,
    position integer not null,
    created_at timestamptz not null default now(),
    constraint custom_field_pkey primary key (workspace_id, id),
    constraint custom_field_name_key unique (workspace_id, name),
    constraint custom_field_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint custom_field_type_check check (
        field_type in ('string', 'number', 'boolean', 'date', 'dropdown', 'multi_select')
    )
);

select distribute('custom_field', 'workspace_id', 'workspace');

select secure('custom_field');

create table company (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text,
    name_key text,
    domain text,
    website text,
    industry text,
    employee_count integer,
    revenue_band text,
    tech_stack text[] not null default '{}',
    phone text,
    linkedin_url text,
    city text,
    state text,
    country text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint company_pkey primary key (workspace_id, id),
    constraint company_domain_key unique (workspace_id, domain),
    constraint company_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

-- A company without a domain is found by its name; there is one per name.
create unique index company_name_key on company (workspace_id, name_key) where domain is null;

create index company_named on company (workspace_id, name_key) where domain is not null;

create index company_search on company using gin (fold(name) gin_trgm_ops, domain gin_trgm_ops);

select distribute('company', 'workspace_id', 'workspace');

select secure('company');

-- No foreign keys: the workspace is proven by the policy, the client by the registry's claim, and
-- the company is one that the same transaction has read; each check would cost an import 35 µs a
-- row.
create table contact (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    email text not null,
    email_domain text not null,
    email_key uuid not null,
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
    status text not null default 'active',
    lead_source text,
    external_id text,
    owner_id uuid,
    consent_status text not null default 'unknown',
    consent_type text,
    consent_date date,
    consent_source text,
    gdpr_basis text,
    verification_status text not null default 'unknown',
    enrichment_status text not null default 'never_attempted',
    enriched_at timestamptz,
    tags text[] not null default '{}',
    custom jsonb not null default '{}',
    company_id uuid,
    lead_score smallint,
    icp_tier text,
    grade text,
    score_fit smallint,
    score_engagement smallint,
    score_intent smallint,
    tier_rule_id uuid,
    scoring_model_id uuid,
    score_rules smallint[],
    client_id uuid,
    assigned_until timestamptz,
    is_deleted boolean not null default false,
    deleted_at timestamptz,
    deletion_reason text,
    merged_into uuid,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    search_text text generated always as (
        fold(coalesce(full_name, '') || ' ' || email || ' ' || coalesce(title, '')
            || ' ' || coalesce(phone_e164, '') || ' ' || coalesce(mobile_e164, ''))
    ) stored,
    constraint contact_pkey primary key (workspace_id, id)
);

-- The trash never holds a unique key (G-08).
create unique index contact_email_key on contact (workspace_id, email) where not is_deleted;

create index contact_trashed on contact (workspace_id, email) where is_deleted;

create index contact_company on contact (workspace_id, company_id);

create index contact_score on contact (workspace_id, lead_score desc nulls last, id);

create index contact_tier on contact (workspace_id, icp_tier, id);

create index contact_updated on contact (workspace_id, updated_at desc, id);

create index contact_name on contact (workspace_id, full_name, id);

create index contact_tags on contact using gin (tags);

create index contact_custom on contact using gin (custom jsonb_path_ops);

create index contact_search on contact using gin (search_text gin_trgm_ops);

select distribute('contact', 'workspace_id', 'workspace');

select secure('contact');
