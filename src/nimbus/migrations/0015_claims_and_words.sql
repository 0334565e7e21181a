-- Mends what came with 0010, 0012 and 0014: search by punctuation, and claims that another import
-- took away, or waited for in another order, while one was written.

-- The folded words of a text as it is searched: parted at blanks and punctuation.
create or replace function search_words(words text) returns text[]
language plpgsql immutable strict parallel safe as $$
declare
    -- Folding takes longest, and ASCII has no accents.
    folded text := case
        when octet_length(words) = char_length(words) then lower(words) else public.fold(words)
    end;
    found text[];
begin
    -- By one sign at a time, which is quicker than `translate` for all.
    folded := replace(replace(replace(replace(folded, '@', ' '), '.', ' '), '-', ' '), '_', ' ');
    folded := replace(replace(replace(replace(folded, '/', ' '), ',', ' '), '(', ' '), ')', ' ');
    folded := replace(replace(replace(replace(folded, '+', ' '), '&', ' '), '"', ' '), '''', ' ');
    folded := replace(replace(replace(replace(folded, ';', ' '), ':', ' '), '|', ' '), '*', ' ');
    folded := replace(replace(replace(replace(folded, '[', ' '), ']', ' '), '<', ' '), '>', ' ');
    folded := replace(replace(replace(folded, '!', ' '), e'\t', ' '), e'\n', ' ');
    found := array_remove(string_to_array(folded, ' '), '');
    if char_length(folded) > 100 then  -- An index takes no word of any length.
        found := array(select left(word, 100) from unnest(found) as word);
    end if;
    return found;
end
$$;

-- The words of contacts that are there already, which only a written column makes anew.
update contact c set email = c.email from workspace w where c.workspace_id = w.id;

-- As before (0012); what the client held in the past also counts where nobody holds the email now.
create or replace function registry_peek(keys uuid[], client uuid, at timestamptz)
returns table (email_key uuid, state text, until timestamptz, holder uuid)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    return query
    select
        k.key,
        case
            when a.active and not a.mine then 'elsewhere'
            when g.is_globally_suppressed then 'opted_out'
            when a.active then 'mine'
            when a.mine or past.until is not null then 'mine_expired'
            else 'free'
        end,
        case
            when a.active and a.workspace_id <> ws
                then date_trunc('day', upper(a.valid), 'UTC') + interval '1 day'
            when a.active or a.mine then upper(a.valid)
            else past.until
        end,
        case when a.active and a.workspace_id = ws then a.client_id end
    from unnest(keys) as k (key)
    left join global_contact g on g.email_key = k.key
    left join lateral (
        -- Also one that begins a moment later than `at`: whoever made it was quicker to claim.
        select c.workspace_id, c.client_id, c.valid, upper(c.valid) > at as active,
            c.workspace_id = ws and c.client_id = client as mine
        from client_assignment c
        where c.email_key = k.key
    ) as a on true
    left join lateral (
        select max(upper(p.valid)) as until
        from past_assignment p
        where (a.workspace_id is null or not (a.active or a.mine))
            and p.email_key = k.key and p.workspace_id = ws and p.client_id = client
    ) as past on true;
end
$$;

-- As before (0012): claims the keys, or renews what the client holds when that adds more than a day
-- (D-29), in the order of the keys.
create or replace function registry_claim(
    keys uuid[], client uuid, rank smallint, at timestamptz, term_end timestamptz
)
returns table (email_key uuid, state text, until timestamptz, holder uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ws uuid := current_ws();
    sorted uuid[];
    claimed uuid[];
    renewed uuid[];
begin
    if ws is null then
        raise exception 'no workspace is bound' using errcode = '42501';
    end if;
    if not exists (select from client c where c.workspace_id = ws and c.id = client) then
        raise exception 'the client is not of the bound workspace' using errcode = '42501';
    end if;
    select coalesce(array_agg(k order by k), '{}') into sorted
    from (select distinct unnest(keys) as k) as once;

    insert into global_contact (email_key)
    select k from unnest(sorted) as k
    where not exists (select from global_contact g where g.email_key = k)
    order by k
    on conflict do nothing;

    -- What is ours for long enough stays ours until the end of the transaction.
    perform 1
    from client_assignment a
    where a.email_key = any (sorted) and a.workspace_id = ws and a.client_id = client
        and upper(a.valid) > at and upper(a.valid) + interval '1 day' >= term_end
    order by a.email_key
    for share;

    -- That and what another holds is left alone: to wait for its lock out of order would deadlock.
    with put as (
        insert into client_assignment as a (email_key, workspace_id, client_id, priority, valid)
        select g.email_key, ws, client, rank, tstzrange(at, term_end)
        from unnest(sorted) as k
        join global_contact g on g.email_key = k and not g.is_globally_suppressed
        where not exists (
            select from client_assignment held
            where held.email_key = k and upper(held.valid) > at
                and not (held.workspace_id = ws and held.client_id = client
                    and upper(held.valid) + interval '1 day' < term_end)
        )
        order by g.email_key
        on conflict on constraint client_assignment_pkey do update
        set workspace_id = excluded.workspace_id, client_id = excluded.client_id,
            priority = case when upper(a.valid) <= at then excluded.priority else a.priority end,
            valid = case
                when upper(a.valid) <= at then excluded.valid
                else tstzrange(lower(a.valid), term_end)
            end
        where upper(a.valid) <= at
            or (a.workspace_id = ws and a.client_id = client
                and upper(a.valid) + interval '1 day' < term_end)
        returning new.email_key, old.workspace_id as was_ws, old.client_id as was_client,
            old.priority as was_rank, old.valid as was_valid
    ), kept as (
        insert into past_assignment (email_key, workspace_id, client_id, priority, valid)
        select p.email_key, p.was_ws, p.was_client, p.was_rank, p.was_valid
        from put p
        where upper(p.was_valid) <= at
        on conflict do nothing
    )
    select
        coalesce(array_agg(p.email_key) filter (
            where p.was_valid is null or upper(p.was_valid) <= at
        ), '{}'),
        coalesce(array_agg(p.email_key) filter (where upper(p.was_valid) > at), '{}')
    into claimed, renewed
    from put p;

    return query
    select c.key, 'claimed', term_end, client from unnest(claimed) as c (key)
    union all
    select r.key, 'renewed', term_end, client from unnest(renewed) as r (key);
    if cardinality(claimed) + cardinality(renewed) < cardinality(sorted) then
        return query
        select p.email_key, case when p.state = 'mine' then 'held' else p.state end, p.until,
            p.holder
        from registry_peek(
            array(
                select k from unnest(sorted) as k
                except all (select unnest(claimed) union all select unnest(renewed))
            ),
            client, at
        ) as p;
    end if;
end
$$;

-- As before (0014), the assignments locked in the order of their keys first.
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
