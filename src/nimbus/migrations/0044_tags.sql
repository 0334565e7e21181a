-- Tags that have a colour, or that are there before anybody carries them. What contacts carry lies
-- with them (`contact.tags`): a tag without a row here is one like any other, in the plain colour.
create table tag (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    colour text not null,
    created_by text not null,
    created_at timestamptz not null,
    constraint tag_pkey primary key (workspace_id, id),
    constraint tag_name_key unique (workspace_id, name),
    constraint tag_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint tag_colour_check check (
        colour in ('grey', 'blue', 'green', 'amber', 'orange', 'red', 'violet')
    )
);

select distribute('tag', 'workspace_id', 'workspace');

select secure('tag');
