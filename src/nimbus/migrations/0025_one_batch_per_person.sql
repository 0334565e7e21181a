-- As before (0015), but what is held already is locked against other batches too. A lock that several
-- can share let two batches of the same people go on to the contacts at the same time, each in an
-- order of its own, where they waited for each other in a circle.
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

    -- What is ours for long enough stays ours, and nobody else writes these people, until the end of
    -- the transaction.
    perform 1
    from client_assignment a
    where a.email_key = any (sorted) and a.workspace_id = ws and a.client_id = client
        and upper(a.valid) > at and upper(a.valid) + interval '1 day' >= term_end
    order by a.email_key
    for no key update;

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
