-- The words of a workspace's contacts and companies, to find a piece from their middle and those
-- that somebody mistyped. It is far smaller than the contacts, and learnt after they are written
-- (decision 0026).

create extension if not exists btree_gin;

create extension if not exists fuzzystrmatch;

-- `back` is the word read backwards: an index serves how words begin.
create table search_word (
    workspace_id uuid not null,
    word text collate "C" not null,
    back text collate "C" not null,
    constraint search_word_pkey primary key (workspace_id, word),
    constraint search_word_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

create index search_word_back on search_word (workspace_id, back);

create index search_word_part on search_word using gin (workspace_id, word gin_trgm_ops);

select distribute('search_word', 'workspace_id', 'workspace');

select secure('search_word');

-- Everything that was changed up to then is learnt.
create table search_learnt (
    workspace_id uuid not null,
    upto timestamptz not null,
    constraint search_learnt_pkey primary key (workspace_id),
    constraint search_learnt_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('search_learnt', 'workspace_id', 'workspace');

select secure('search_learnt');
