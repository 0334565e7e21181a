-- Erasing people for good (D-09, G-43): a log that says when and why without saying who, and a keyed
-- hash that keeps whoever was erased from being brought in again.

-- `contact_ids` name nobody once the contacts are gone; they say which changes may be emptied.
create table erasure_log (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    operation_id uuid not null,
    contact_ids uuid[] not null,
    why text,
    by_name text not null,
    at timestamptz not null,
    constraint erasure_log_pkey primary key (workspace_id, id),
    constraint erasure_log_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('erasure_log', 'workspace_id', 'workspace');

select secure('erasure_log');

create table erasure_tombstone (
    workspace_id uuid not null,
    email_key uuid not null,
    erasure_id uuid not null,
    at timestamptz not null,
    constraint erasure_tombstone_pkey primary key (workspace_id, email_key),
    constraint erasure_tombstone_workspace_fkey foreign key (workspace_id)
        references workspace (id) on delete cascade
);

select distribute('erasure_tombstone', 'workspace_id', 'workspace');

select secure('erasure_tombstone');

-- Empties what the log has of the contacts of an erasure of the bound workspace: that something was
-- changed stays, the values go. Nobody else may change the log.
create function redact_changes(erasure uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
    erased uuid[];
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    select e.contact_ids into erased from erasure_log e where e.workspace_id = ws and e.id = erasure;
    update change c
    set before = case when c.before is not null then '{}'::jsonb end,
        after = case when c.after is not null then '{}'::jsonb end
    where c.workspace_id = ws and c.thing_id = any (erased);
end
$$;

-- Takes out of the registry what the bound workspace has there of these emails: its assignments, now
-- and in the past. What no workspace refers to any more goes altogether, but for an opt-out, which
-- holds for everybody.
create function registry_forget(keys uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    perform 1 from client_assignment a
    where a.email_key = any (keys) and a.workspace_id = ws
    order by a.email_key
    for update;
    delete from client_assignment a where a.email_key = any (keys) and a.workspace_id = ws;
    delete from past_assignment p where p.email_key = any (keys) and p.workspace_id = ws;
    delete from global_contact g
    where g.email_key = any (keys) and not g.is_globally_suppressed
        and not exists (select from client_assignment a where a.email_key = g.email_key)
        and not exists (select from past_assignment p where p.email_key = g.email_key);
end
$$;
