-- Assignments that go from client to client, and their priority (D-25).

-- Gives emails that another client of the bound workspace holds to `client`, from now until
-- `term_end`; nobody can get in between, since the assignment changes hands in its own row. Answers
-- the keys that went over; what is held by others or by nobody stays. In the order of the keys.
create function registry_transfer(
    keys uuid[], client uuid, rank smallint, at timestamptz, term_end timestamptz
)
returns table (email_key uuid, until timestamptz)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    if not exists (select from client c where c.workspace_id = ws and c.id = client) then
        raise exception 'the client is not of the bound workspace' using errcode = '42501';
    end if;

    perform 1 from client_assignment a
    where a.email_key = any (keys) and a.workspace_id = ws
    order by a.email_key
    for update;

    return query
    with moved as (
        update client_assignment a
        set client_id = client, priority = rank,
            valid = tstzrange(greatest(at, lower(a.valid)), term_end)
        where a.email_key = any (keys) and a.workspace_id = ws and a.client_id <> client
            and upper(a.valid) > at
        returning new.email_key, old.client_id as was_client, old.priority as was_rank,
            old.valid as was_valid
    ), kept as (
        insert into past_assignment (email_key, workspace_id, client_id, priority, valid)
        select m.email_key, ws, m.was_client, m.was_rank, tstzrange(lower(m.was_valid), at)
        from moved m
        where lower(m.was_valid) < at
        on conflict do nothing
    )
    select m.email_key, term_end from moved m;
end
$$;

-- Another priority for what the bound workspace holds; answers the one before, of what it changed.
create function registry_prioritise(keys uuid[], ranks smallint[], at timestamptz)
returns table (email_key uuid, before smallint)
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

    return query
    update client_assignment a
    set priority = w.rank
    from unnest(keys, ranks) as w (key, rank)
    where a.email_key = w.key and a.workspace_id = ws and upper(a.valid) > at
        and a.priority <> w.rank
    returning new.email_key, old.priority;
end
$$;

-- As before (0015); who gets an email back has it with the priority of their last assignment of it.
create or replace function registry_set_back(
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

    perform 1 from client_assignment a
    where a.email_key = any (keys) and a.workspace_id = ws
    order by a.email_key
    for update;

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
        select w.key, ws, w.client, coalesce(had.priority, w.rank), tstzrange(at, w.until)
        from unnest(keys, clients, ranks, ends) as w (key, client, rank, until)
        left join lateral (
            select h.priority
            from (
                select * from client_assignment l where l.email_key = w.key
                union all
                select * from past_assignment p where p.email_key = w.key
            ) as h
            where w.until > at and h.workspace_id = ws and h.client_id = w.client
            order by upper(h.valid) desc
            limit 1
        ) as had on true
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
