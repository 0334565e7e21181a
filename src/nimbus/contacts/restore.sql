-- Contacts going back to what they were before an operation; `undo`, `aim` and `unrestored` are
-- those of operations/undo.sql, `claim_before` and `claim_after` those of identity/set_back.sql.

-- name: trash
-- Contacts that the operation made, and on which nobody has worked since, go to the trash. They let
-- go of a company that came with them, since that is going to be removed.
insert into aim (thing_id, goal)
select c.id, jsonb_build_object(
        'is_deleted', true, 'deleted_at', %(now)s::timestamptz, 'deletion_reason', %(reason)s::text,
        'client_id', null, 'assigned_until', null
    ) || case
        when exists (
            select from change k
            where k.workspace_id = %(workspace)s and k.thing_id = c.company_id
                and k.kind = 'created' and k.operation_id = any (%(family)s::uuid[])
        ) then '{"company_id": null}'
        else '{}'
    end::jsonb
from undo u
join contact c on c.workspace_id = %(workspace)s and c.id = u.thing_id
where u.made and u.touched_by is null and not c.is_deleted
on conflict do nothing

-- name: stay_live
-- Nobody's work is put into the trash: whom the operation brought back from there, and somebody
-- has worked on since, stays.
with staying as (
    update aim a
    set goal = a.goal - '{is_deleted,deleted_at,deletion_reason}'::text[]
    from undo u
    where u.thing_id = a.thing_id and not u.made and u.touched_by is not null
        and a.goal @> '{"is_deleted": true}'
    returning a.thing_id, u.touched_by
)
insert into unrestored (thing_id, reason, columns, by_operation)
select thing_id, 'edited', array['is_deleted'], touched_by from staying
on conflict do nothing

-- name: email_taken
-- The email belongs to another live contact by now (G-08), who does not let go of it either.
with taken as (
    update aim a
    set goal = '{}'
    from contact c
    where c.workspace_id = %(workspace)s and c.id = a.thing_id
        and (a.goal @> '{"is_deleted": false}' or a.goal ? 'email')
        and exists (
            select from contact o
            where o.workspace_id = %(workspace)s and not o.is_deleted and o.id <> c.id
                and o.email = coalesce(a.goal ->> 'email', c.email)
                and not exists (
                    select from aim l
                    where l.thing_id = o.id
                        and (l.goal ->> 'email' <> o.email or l.goal @> '{"is_deleted": true}')
                )
        )
        and a.goal <> '{}'
    returning a.thing_id
)
insert into unrestored (thing_id, reason)
select thing_id, 'email_taken' from taken
on conflict do nothing

-- name: company_gone
with gone as (
    update aim a
    set goal = a.goal - 'company_id'
    where a.goal ->> 'company_id' is not null
        and not exists (
            select from company k
            where k.workspace_id = %(workspace)s and k.id = (a.goal ->> 'company_id')::uuid
        )
    returning a.thing_id
)
insert into unrestored (thing_id, reason, columns)
select thing_id, 'company_gone', array['company_id'] from gone
on conflict do nothing

-- name: field_gone
-- Values of custom fields that are not there any more.
with strange as (
    select a.thing_id, array_agg(v.key order by v.key) as keys
    from aim a
    cross join lateral jsonb_object_keys(a.goal -> 'custom') as v (key)
    where not exists (
        select from custom_field f where f.workspace_id = %(workspace)s 
            and coalesce(f.stored_as, f.id)::text = v.key
    )
    group by a.thing_id
), gone as (
    update aim a
    set goal = case
        when (a.goal -> 'custom') - s.keys = c.custom then a.goal - 'custom'
        else jsonb_set(a.goal, array['custom'], (a.goal -> 'custom') - s.keys)
    end
    from strange s
    join contact c on c.workspace_id = %(workspace)s and c.id = s.thing_id
    where a.thing_id = s.thing_id
    returning s.thing_id, s.keys
)
insert into unrestored (thing_id, reason, columns)
select thing_id, 'field_gone', array(select 'custom.' || key from unnest(keys) as key) from gone
on conflict do nothing

-- name: barred
-- Nobody comes back from the trash whom another workspace holds, or who opted out of the platform, as
-- nobody is restored (S0-60); but for those who were merged.
with barred as (
    select p.email_key, p.state
    from registry_peek(
        array(
            select c.email_key
            from aim a
            join contact c on c.workspace_id = %(workspace)s and c.id = a.thing_id
            where a.goal @> '{"is_deleted": false}' and not a.goal ? 'merged_into'
            order by c.email_key
        ), null, %(now)s
    ) as p
    where p.state in ('elsewhere', 'opted_out')
), refused as (
    update aim a
    set goal = '{}'
    from contact c, barred b
    where c.workspace_id = %(workspace)s and c.id = a.thing_id and c.email_key = b.email_key
        and a.goal @> '{"is_deleted": false}' and not a.goal ? 'merged_into'
    returning a.thing_id, b.state
)
insert into unrestored (thing_id, reason)
select thing_id, case state when 'elsewhere' then 'assigned_elsewhere' else state end from refused
on conflict do nothing

-- name: email_barred
-- Nor does an email go back whose owner was erased here (D-09); nor one that another workspace
-- holds by now, or whose owner opted out of the platform (S0-82), but for those that contacts traded
-- when they were merged.
with barred as (
    select p.email_key, p.state
    from registry_peek(
        array(
            select (a.goal ->> 'email_key')::uuid
            from aim a
            where a.goal ->> 'email_key' is not null and not exists (
                select from contact o
                where o.workspace_id = %(workspace)s and o.email = a.goal ->> 'email'
                    and o.merged_into is not null
            )
            order by 1
        ), null, %(now)s
    ) as p
    where p.state in ('elsewhere', 'opted_out') and not exists (
        select from erasure_tombstone t
        where t.workspace_id = %(workspace)s and t.email_key = p.email_key
    )
    union all
    select t.email_key, 'erased'
    from aim a
    join erasure_tombstone t on t.workspace_id = %(workspace)s
        and t.email_key = (a.goal ->> 'email_key')::uuid
), kept as (
    update aim a
    set goal = a.goal
        - '{email,email_domain,email_key,verification_status,client_id,assigned_until}'::text[]
    from barred b
    where a.goal ->> 'email_key' = b.email_key::text
    returning a.thing_id, b.state
)
insert into unrestored (thing_id, reason, columns)
select thing_id, case state when 'elsewhere' then 'assigned_elsewhere' else state end,
    array['email']
from kept
on conflict do nothing

-- name: coming
-- How many more live contacts there will be.
select count(*) filter (where goal @> '{"is_deleted": false}')
    - count(*) filter (where goal @> '{"is_deleted": true}')
from aim

-- name: beyond_limit
with beyond as (
    update aim a
    set goal = '{}'
    from (
        select thing_id from aim
        where goal @> '{"is_deleted": false}' and not goal ? 'merged_into'
        order by thing_id desc
        limit %(beyond)s
    ) as b
    where a.thing_id = b.thing_id
    returning a.thing_id
)
insert into unrestored (thing_id, reason)
select thing_id, 'contact_limit' from beyond
on conflict do nothing

-- name: emails_back
-- Who has an email, and gets another one back, with the consent and the status that others have set
-- since; contacts that traded theirs when they were merged are held to refusals by unmerging.
select c.email, c.email_key, a.goal ->> 'email' as goal,
    (
        select h.after ->> 'consent_status' from past h
        where h.thing_id = c.id and not h.is_own and h.after ? 'consent_status'
        order by h.id desc
        limit 1
    ) as consent_status,
    (
        select h.after ->> 'status' from past h
        where h.thing_id = c.id and not h.is_own and h.after ? 'status'
        order by h.id desc
        limit 1
    ) as status
from aim a
join contact c on c.workspace_id = %(workspace)s and c.id = a.thing_id
where a.goal ->> 'email' <> c.email and not exists (
    select from contact o
    where o.workspace_id = %(workspace)s and o.email = a.goal ->> 'email'
        and o.merged_into is not null
)

-- name: claims
-- The assignments that go back with their contacts. With an email that goes back too, what holds the
-- one of now goes unless it is older.
insert into claim_before (email_key, client_id, until)
select w.email_key, case when w.until is not null then w.client_id end,
    case when w.client_id is not null then w.until end
from (
    select coalesce((a.goal ->> 'email_key')::uuid, c.email_key) as email_key,
        case when a.goal ? 'client_id' then (a.goal ->> 'client_id')::uuid else c.client_id end
            as client_id,
        case
            when a.goal ? 'assigned_until' then (a.goal ->> 'assigned_until')::timestamptz
            else c.assigned_until
        end as until
    from aim a
    join contact c on c.workspace_id = %(workspace)s and c.id = a.thing_id
    where a.goal ?| '{client_id,assigned_until,email_key}'
    union all
    select c.email_key, null, null
    from aim a
    join contact c on c.workspace_id = %(workspace)s and c.id = a.thing_id
    where a.goal ? 'email_key' and not exists (
        select from aim l where l.goal ->> 'email_key' = c.email_key::text
    )
) as w
on conflict do nothing

-- name: refused
-- Somebody else holds the email now, or its owner opted out of the platform: nobody comes back from
-- the trash then but who was merged, and whoever goes back does so without the assignment. What is
-- known of the assignment of another email does not stay with one that goes back.
with refused as (
    update aim a
    set goal = case
        when a.goal @> '{"is_deleted": false}' and not a.goal ? 'merged_into' then '{}'
        when a.goal ? 'email_key' then a.goal || '{"client_id": null, "assigned_until": null}'
        else a.goal - '{client_id,assigned_until}'::text[]
    end
    from contact c, claim_after s
    where c.workspace_id = %(workspace)s and c.id = a.thing_id
        and s.email_key = coalesce((a.goal ->> 'email_key')::uuid, c.email_key)
        and a.goal ?| '{client_id,assigned_until,email_key}' and s.state in ('elsewhere', 'opted_out')
    returning a.thing_id, a.goal, s.state
)
insert into unrestored (thing_id, reason, columns)
select thing_id, case state when 'elsewhere' then 'assigned_elsewhere' else state end,
    case when goal = '{}' then array[]::text[] else array['assigned_until'] end
from refused
on conflict do nothing

-- name: held_before
-- An assignment that is older than the operation was not made by it, and stays.
update aim a
set goal = a.goal - '{client_id,assigned_until}'::text[]
from contact c, claim_after s
where c.workspace_id = %(workspace)s and c.id = a.thing_id
    and s.email_key = coalesce((a.goal ->> 'email_key')::uuid, c.email_key)
    and a.goal -> 'assigned_until' = 'null' and s.state = 'mine'

-- name: count
select count(*) filter (where goal @> '{"is_deleted": true}') as contact_trashed,
    count(*) filter (where goal <> '{}' and not goal @> '{"is_deleted": true}') as contact_restored
from aim

-- name: is_loosening
-- Whether an operation made a consent or a status stricter, which its undo would take back.
select exists (
    select from change h, unnest(%(columns)s::text[], %(looser)s::text[], %(stricter)s::text[])
        as step (name, looser, stricter)
    where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s and h.thing = 'contact'
        and h.before ->> step.name = step.looser and h.after ->> step.name = step.stricter
)

-- name: of_consent
-- Those of some operations whose changes are of contacts, and of these columns alone.
select h.operation_id
from change h
where h.workspace_id = %(workspace)s and h.operation_id = any (%(operations)s)
group by h.operation_id
having bool_and(
    h.thing = 'contact' and h.kind in ('updated', 'scored')
    and coalesce(h.before - %(columns)s::text[] = '{}', false)
    and coalesce(h.after - %(columns)s::text[] = '{}', false)
)
