-- Merging contacts: archived ones are found by their old id and email, and events move with them.

-- Who was merged into a contact. Made in the migration's transaction: nobody was merged yet, so it
-- is empty.
-- squawk-ignore require-concurrent-index-creation
create index contact_merged on contact (workspace_id, merged_into) where merged_into is not null;

-- Whose email an archived contact had. Likewise.
-- squawk-ignore require-concurrent-index-creation
create index contact_archived on contact (workspace_id, email) where merged_into is not null;

-- The events that a merge took from one contact to another, until it is for good.
create table moved_event (
    workspace_id uuid not null,
    operation_id uuid not null,
    event_id uuid not null,
    from_id uuid not null,
    to_id uuid not null,
    constraint moved_event_pkey primary key (workspace_id, operation_id, event_id),
    constraint moved_event_operation_fkey foreign key (workspace_id, operation_id)
        references operation (workspace_id, id) on delete cascade,
    constraint moved_event_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('moved_event', 'workspace_id', 'workspace');

select secure('moved_event');

-- Gives the events of a contact of the bound workspace to another one of it, which nobody may but
-- whoever merges them; answers how many.
create function move_events(operation uuid, gone uuid, kept uuid) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
    moved integer;
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    if (select count(*) from contact c where c.workspace_id = ws and c.id in (gone, kept)) <> 2 then
        raise exception 'the contacts are not of the bound workspace' using errcode = '42501';
    end if;
    with taken as (
        update engagement_event e set contact_id = kept
        where e.workspace_id = ws and e.contact_id = gone
        returning e.id
    )
    insert into moved_event (workspace_id, operation_id, event_id, from_id, to_id)
    select ws, operation, t.id, gone, kept from taken t
    on conflict do nothing;
    get diagnostics moved = row_count;
    return moved;
end
$$;

-- Gives back what an operation moved in the bound workspace, as far as it is still there.
create function return_events(operation uuid) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
    returned integer;
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    update engagement_event e set contact_id = m.from_id
    from moved_event m
    where m.workspace_id = ws and m.operation_id = operation
        and e.workspace_id = ws and e.id = m.event_id and e.contact_id = m.to_id;
    get diagnostics returned = row_count;
    delete from moved_event m where m.workspace_id = ws and m.operation_id = operation;
    return returned;
end
$$;
