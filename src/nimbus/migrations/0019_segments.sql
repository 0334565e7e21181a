-- Segments, the members of those that are lists, and saved views of the contact list.

-- Dynamic: whoever its filter finds, asked anew at every reading. Static: whoever was put on it.
create table segment (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    description text not null default '',
    kind text not null,
    filter jsonb,
    created_by text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint segment_pkey primary key (workspace_id, id),
    constraint segment_name_key unique (workspace_id, name),
    constraint segment_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint segment_kind_check check (kind in ('dynamic', 'static')),
    constraint segment_filter_check check ((kind = 'dynamic') = (filter is not null))
);

select distribute('segment', 'workspace_id', 'workspace');

select secure('segment');

-- No foreign key to the contact: a list takes ten thousand at once, and a check would cost each of
-- them more than the row. The room is asked when contacts are erased.
create table segment_member (
    workspace_id uuid not null,
    segment_id uuid not null,
    contact_id uuid not null,
    operation_id uuid not null,
    added_by text not null,
    added_at timestamptz not null,
    constraint segment_member_pkey primary key (workspace_id, segment_id, contact_id),
    constraint segment_member_segment_fkey foreign key (workspace_id, segment_id)
        references segment (workspace_id, id) on delete cascade
);

create index segment_member_contact on segment_member (workspace_id, contact_id);

select distribute('segment_member', 'workspace_id', 'workspace');

select secure('segment_member');

-- A state of the contact list under a name: for whoever made it or, when shared, for everybody.
-- Columns are named by the refs of their fields.
create table saved_view (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    owner_id uuid,
    created_by text not null,
    is_shared boolean not null,
    filter jsonb,
    search text not null,
    sort text not null,
    columns text[] not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint saved_view_pkey primary key (workspace_id, id),
    constraint saved_view_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('saved_view', 'workspace_id', 'workspace');

select secure('saved_view');
