-- The registry holds one assignment per email, its latest, under a plain unique key: double booking
-- stays impossible by the database itself, and a claim is one statement, at a third of what the
-- range-exclusion index took (decision 0010). Earlier ones are kept beside it.

create table past_assignment (
    email_key uuid not null,
    workspace_id uuid not null,
    client_id uuid not null,
    priority smallint not null,
    valid tstzrange not null
);

create index past_assignment_key on past_assignment (email_key, workspace_id);

select distribute('past_assignment', 'email_key', 'global_contact');

insert into past_assignment (email_key, workspace_id, client_id, priority, valid)
select a.email_key, a.workspace_id, a.client_id, a.priority, a.valid
from client_assignment a
where exists (
    select from client_assignment b
    where b.email_key = a.email_key and lower(b.valid) > lower(a.valid)
)
on conflict do nothing;

delete from client_assignment a
where exists (
    select from client_assignment b
    where b.email_key = a.email_key and lower(b.valid) > lower(a.valid)
);

-- The key is made anew once, while nothing else runs: a migration is part of the start.
-- squawk-ignore ban-drop-constraint
alter table client_assignment drop constraint client_assignment_pkey;

-- squawk-ignore require-concurrent-index-deletion
drop index client_assignment_key;

-- squawk-ignore constraint-missing-not-valid, adding-serial-primary-key-field
alter table client_assignment add constraint client_assignment_pkey primary key (email_key);

-- As before (0004), of the one assignment that counts: per key `elsewhere`, which comes before all
-- else, `opted_out`, `mine`, `mine_expired` or `free` (nobody's, or another's expired).
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
        where a.workspace_id is not null and not a.active and not a.mine
            and p.email_key = k.key and p.workspace_id = ws and p.client_id = client
    ) as past on true;
end
$$;

-- As before (0004): claims the keys, or renews what the client holds when that adds more than a day
-- (D-29). Answers per key: `claimed`, `renewed`, `held` (mine, long enough), `elsewhere`,
-- `opted_out`. In the order of the keys, so that claims of the same keys queue up.
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

    -- What is ours for long enough is left alone: a conflict would lock, and so write, its row.
    with put as (
        insert into client_assignment as a (email_key, workspace_id, client_id, priority, valid)
        select g.email_key, ws, client, rank, tstzrange(at, term_end)
        from unnest(sorted) as k
        join global_contact g on g.email_key = k and not g.is_globally_suppressed
        where not exists (
            select from client_assignment held
            where held.email_key = k and held.workspace_id = ws and held.client_id = client
                and upper(held.valid) > at and upper(held.valid) + interval '1 day' >= term_end
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

-- The bound workspace's own assignments of a key, newest first (S0-59).
create or replace function registry_history(key uuid)
returns table (client_id uuid, priority smallint, valid_from timestamptz, valid_until timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select a.client_id, a.priority, lower(a.valid), upper(a.valid)
    from (
        select * from client_assignment where email_key = key
        union all
        select * from past_assignment where email_key = key
    ) as a
    where a.workspace_id = current_ws()
    order by lower(a.valid) desc
$$;
