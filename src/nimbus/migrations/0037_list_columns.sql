-- The columns of the list of contacts as a person has chosen them, for the list itself (`contacts`)
-- or for a saved view by its shown id. Columns are named by the refs of their fields; `widths` are
-- those that differ from the usual, by ref.
create table list_columns (
    workspace_id uuid not null,
    user_id uuid not null,
    list text not null,
    columns text[] not null,
    widths jsonb not null,
    constraint list_columns_pkey primary key (workspace_id, user_id, list),
    constraint list_columns_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('list_columns', 'workspace_id', 'workspace');

select secure('list_columns');

alter table saved_view add column widths jsonb not null default '{}';
