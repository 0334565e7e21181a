-- The platform-wide registry: who holds which email, told apart by a keyed hash of it. The
-- application's role has no right on these tables; it asks the functions below, on their own.

create table global_contact (
    email_key uuid not null,
    total_sent integer not null default 0,
    total_responses integer not null default 0,
    bounce_status text,
    is_globally_suppressed boolean not null default false,
    suppressed_reason text,
    suppressed_at timestamptz,
    created_at timestamptz not null default now(),
    constraint global_contact_pkey primary key (email_key)
);

select distribute('global_contact', 'email_key');

-- Two active assignments of one email cannot exist: the ranges of a key may not overlap (D-14).
create table client_assignment (
    email_key uuid not null,
    workspace_id uuid not null,
    client_id uuid not null,
    priority smallint not null,
    valid tstzrange not null,
    constraint client_assignment_pkey primary key (email_key, valid without overlaps)
);

create index client_assignment_key on client_assignment (email_key);

select distribute('client_assignment', 'email_key', 'global_contact');

-- Per key, as seen by a client of the bound workspace at a time: `elsewhere` (which comes before all
-- else, D-29), `opted_out`, `mine`, `mine_expired`, or `free` (nobody's, or another's expired).
-- `until` is the end of the assignment that counts: of another workspace's only the day, rounded
-- up, since the moment would tell claims apart. `holder` names the client only within the bound
-- workspace, and why somebody opted out is nobody's business (D-15).
create function registry_peek(keys uuid[], client uuid, at timestamptz)
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
            when active.client_id is not null
                and (active.workspace_id <> ws or active.client_id <> client) then 'elsewhere'
            when g.is_globally_suppressed then 'opted_out'
            when active.client_id is not null then 'mine'
            when last.client_id is not null then 'mine_expired'
            else 'free'
        end,
        case
            when active.workspace_id <> ws
                then date_trunc('day', upper(active.valid), 'UTC') + interval '1 day'
            else coalesce(upper(active.valid), last.until)
        end,
        case when active.workspace_id = ws then active.client_id end
    from unnest(keys) as k (key)
    left join global_contact g on g.email_key = k.key
    left join lateral (
        -- Also one that begins a moment later than `at`: whoever made it was quicker to claim.
        select a.workspace_id, a.client_id, a.valid from client_assignment a
        where a.email_key = k.key and upper(a.valid) > at
        order by lower(a.valid) limit 1
    ) as active on true
    left join lateral (
        select a.client_id, upper(a.valid) as until from client_assignment a
        where active.client_id is null and a.email_key = k.key
            and a.workspace_id = ws and a.client_id = client and upper(a.valid) <= at
        order by upper(a.valid) desc limit 1
    ) as last on true;
end
$$;

-- Claims the keys for a client of the bound workspace until `term_end`, or renews what it holds
-- when that adds more than a day (D-29). Answers per key: `claimed`, `renewed`, `held` (mine, long
-- enough), `elsewhere`, `opted_out`. Keys are worked on in their order, so that claims of the same
-- keys queue up instead of deadlocking.
create function registry_claim(
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
    select k from unnest(sorted) as k order by k
    on conflict do nothing;

    with new_ones as (
        insert into client_assignment (email_key, workspace_id, client_id, priority, valid)
        select k, ws, client, rank, tstzrange(at, term_end)
        from unnest(sorted) as k
        where not exists (
            select from global_contact g where g.email_key = k and g.is_globally_suppressed
        )
        order by k
        on conflict do nothing
        returning client_assignment.email_key
    )
    select coalesce(array_agg(n.email_key), '{}') into claimed from new_ones n;

    with longer as (
        update client_assignment a
        set valid = tstzrange(lower(a.valid), term_end)
        from unnest(sorted) as k
        where a.email_key = k and a.workspace_id = ws and a.client_id = client
            and upper(a.valid) > at and upper(a.valid) + interval '1 day' < term_end
        returning a.email_key
    )
    select coalesce(array_agg(l.email_key), '{}') into renewed from longer l;

    return query
    select
        p.email_key,
        case
            when p.state <> 'mine' then p.state
            when c.key is not null then 'claimed'
            when r.key is not null then 'renewed'
            else 'held'
        end,
        p.until, p.holder
    from registry_peek(sorted, client, at) p
    left join unnest(claimed) as c (key) on c.key = p.email_key
    left join unnest(renewed) as r (key) on r.key = p.email_key;
end
$$;

-- Platform-wide totals of the keys asked for (S0-09, D-16).
create function registry_totals(keys uuid[])
returns table (
    email_key uuid, total_sent integer, total_responses integer, bounce_status text,
    is_globally_suppressed boolean
)
language sql stable security definer set search_path = public, pg_temp as $$
    select g.email_key, g.total_sent, g.total_responses, g.bounce_status, g.is_globally_suppressed
    from unnest(keys) as k (key)
    join global_contact g on g.email_key = k.key
    where current_ws() is not null
$$;

-- The bound workspace's own assignments of a key, newest first (S0-59).
create function registry_history(key uuid)
returns table (client_id uuid, priority smallint, valid_from timestamptz, valid_until timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select a.client_id, a.priority, lower(a.valid), upper(a.valid)
    from client_assignment a
    where a.email_key = key and a.workspace_id = current_ws()
    order by lower(a.valid) desc
$$;
