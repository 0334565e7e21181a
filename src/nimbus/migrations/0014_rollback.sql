-- Undoing operations: which one undoes which, what could not go back, and the registry set back.

-- The operation that this one undoes, and the long job that carries it out. The
-- index is made in the migration's transaction: nothing undoes anything yet, so it is empty.
alter table operation add column undoes uuid;

alter table operation add column job_id uuid;

-- squawk-ignore require-concurrent-index-creation
create index operation_undoes on operation (workspace_id, undoes) where undoes is not null;

-- What an undoing operation left as it is, and why: the columns that somebody changed since, or
-- none where the whole thing stays. `by_operation` is the one that changed them, where it is known.
create table kept (
    workspace_id uuid not null,
    operation_id uuid not null,
    thing_id uuid not null,
    reason text not null,
    thing text not null,
    columns text[] not null,
    by_operation uuid,
    constraint kept_pkey primary key (workspace_id, operation_id, thing_id, reason),
    constraint kept_operation_fkey foreign key (workspace_id, operation_id)
        references operation (workspace_id, id) on delete cascade,
    constraint kept_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint kept_reason_check check (
        reason in ('edited', 'gone', 'email_taken', 'assigned_elsewhere', 'opted_out',
            'company_gone', 'in_use', 'taken')
    )
);

select distribute('kept', 'workspace_id', 'workspace');

select secure('kept');

-- Sets assignments of the bound workspace back to what held before `since`: per key the client and
-- the end then, both null where nothing was held. What began since then is released; what is older
-- ends when it ended then, and what is missing is claimed again as far as it is free. Answers per
-- key: `mine` (held as asked for; without a client: held since before), `released`, `over` (it would
-- have ended by now), `elsewhere`, `opted_out`. Keys are worked on in their order.
create function registry_set_back(
    keys uuid[], clients uuid[], ranks smallint[], ends timestamptz[], since timestamptz,
    at timestamptz
)
returns table (email_key uuid, state text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    if exists (
        select from unnest(clients) as asked (id)
        where asked.id is not null
            and not exists (select from client c where c.workspace_id = ws and c.id = asked.id)
    ) then
        raise exception 'the client is not of the bound workspace' using errcode = '42501';
    end if;

    -- One that is released in its first instant is deleted: a range cannot be empty.
    delete from client_assignment a
    using unnest(keys) as w (key)
    where a.email_key = w.key and a.workspace_id = ws
        and lower(a.valid) >= since and lower(a.valid) >= at;

    update client_assignment a
    set valid = tstzrange(lower(a.valid), at)
    from unnest(keys) as w (key)
    where a.email_key = w.key and a.workspace_id = ws
        and lower(a.valid) >= since and upper(a.valid) > at;

    update client_assignment a
    set valid = tstzrange(lower(a.valid), w.until)
    from unnest(keys, clients, ends) as w (key, client, until)
    where a.email_key = w.key and a.workspace_id = ws and a.client_id = w.client
        and upper(a.valid) > at and lower(a.valid) < w.until;

    with put as (
        insert into client_assignment as a (email_key, workspace_id, client_id, priority, valid)
        select w.key, ws, w.client, w.rank, tstzrange(at, w.until)
        from unnest(keys, clients, ranks, ends) as w (key, client, rank, until)
        where w.until > at
            and not exists (
                select from global_contact g where g.email_key = w.key and g.is_globally_suppressed
            )
        order by w.key
        on conflict on constraint client_assignment_pkey do update
        set workspace_id = excluded.workspace_id, client_id = excluded.client_id,
            priority = excluded.priority, valid = excluded.valid
        where upper(a.valid) <= at
        returning old.email_key as was_key, old.workspace_id as was_ws,
            old.client_id as was_client, old.priority as was_rank, old.valid as was_valid
    )
    insert into past_assignment (email_key, workspace_id, client_id, priority, valid)
    select p.was_key, p.was_ws, p.was_client, p.was_rank, p.was_valid
    from put p
    where p.was_key is not null
    on conflict do nothing;

    return query
    select
        w.key,
        case
            when w.client is null and active.workspace_id = ws then 'mine'
            when w.client is null then 'released'
            when w.until <= at then 'over'
            when active.workspace_id = ws and active.client_id = w.client then 'mine'
            when active.workspace_id is not null then 'elsewhere'
            else 'opted_out'
        end
    from unnest(keys, clients, ends) as w (key, client, until)
    left join client_assignment active on active.email_key = w.key and upper(active.valid) > at;
end
$$;
