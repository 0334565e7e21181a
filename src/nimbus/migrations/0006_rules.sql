-- Suppression, ICP tier rules, scoring models, enrichment keys and cache.

-- Emails this workspace has marked as do not contact (S1-43).
create table suppression (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    email text not null,
    reason text not null,
    source text not null,
    note text,
    created_by text not null,
    created_at timestamptz not null,
    constraint suppression_pkey primary key (workspace_id, id),
    constraint suppression_email_key unique (workspace_id, email),
    constraint suppression_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint suppression_reason_check check (
        reason in ('opt_out', 'hard_bounce', 'spam_complaint', 'unsubscribe', 'manual', 'compliance')
    )
);

select distribute('suppression', 'workspace_id', 'workspace');

select secure('suppression');

-- Whole domains (S1-44).
create table suppression_domain (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    domain text not null,
    reason text not null,
    source text,
    note text,
    created_by text not null,
    created_at timestamptz not null,
    constraint suppression_domain_pkey primary key (workspace_id, id),
    constraint suppression_domain_key unique (workspace_id, domain),
    constraint suppression_domain_workspace_fkey foreign key (workspace_id)
        references workspace (id) on delete cascade
);

select distribute('suppression_domain', 'workspace_id', 'workspace');

select secure('suppression_domain');

-- A filter and a tier, tried in order of position, the first match wins (D-07). Rules of a client
-- replace the workspace's for its contacts (D-30).
create table icp_tier_rule (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    client_id uuid,
    name text not null,
    tier text not null,
    filter jsonb not null,
    position integer not null,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint icp_tier_rule_pkey primary key (workspace_id, id),
    constraint icp_tier_rule_client_fkey foreign key (workspace_id, client_id)
        references client (workspace_id, id),
    constraint icp_tier_rule_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint icp_tier_rule_tier_check check (tier in ('A', 'B', 'C', 'D'))
);

select distribute('icp_tier_rule', 'workspace_id', 'workspace');

select secure('icp_tier_rule');

-- Every saved version stays, so that a stored score can always be explained (G-30).
create table scoring_model (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    client_id uuid,
    version integer not null,
    weights jsonb not null,
    thresholds jsonb not null,
    rules jsonb not null,
    is_current boolean not null default true,
    created_by text not null,
    created_at timestamptz not null,
    constraint scoring_model_pkey primary key (workspace_id, id),
    constraint scoring_model_client_fkey foreign key (workspace_id, client_id)
        references client (workspace_id, id),
    constraint scoring_model_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create unique index scoring_model_current on scoring_model (workspace_id, client_id)
    nulls not distinct where is_current;

select distribute('scoring_model', 'workspace_id', 'workspace');

select secure('scoring_model');

-- A provider's own key, encrypted with the instance's Fernet key (S1-41).
create table enrichment_provider_key (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    provider text not null,
    position integer not null,
    ciphertext bytea not null,
    created_by text not null,
    created_at timestamptz not null,
    constraint enrichment_provider_key_pkey primary key (workspace_id, id),
    constraint enrichment_provider_key_key unique (workspace_id, provider),
    constraint enrichment_provider_key_ws_fkey foreign key (workspace_id)
        references workspace (id) on delete cascade
);

select distribute('enrichment_provider_key', 'workspace_id', 'workspace');

select secure('enrichment_provider_key');

-- What a provider answered, by hash of the email, so that no credit is spent twice (S1-36, S1-39).
create table enrichment_cache (
    workspace_id uuid not null,
    email_key uuid not null,
    provider text not null,
    answer jsonb not null,
    fetched_at timestamptz not null,
    constraint enrichment_cache_pkey primary key (workspace_id, email_key, provider),
    constraint enrichment_cache_workspace_fkey foreign key (workspace_id)
        references workspace (id) on delete cascade
);

select distribute('enrichment_cache', 'workspace_id', 'workspace');

select secure('enrichment_cache');
