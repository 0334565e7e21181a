-- Merging pairs that are certain. Samples: workspace = a uuid, on = true, after = a uuid, some = 20,
-- now = 2026-01-01.

-- name: is_on
select auto_merge from workspace where id = %(workspace)s

-- name: turn
update workspace set auto_merge = %(on)s where id = %(workspace)s and auto_merge <> %(on)s

-- name: waiting
-- Certain pairs, but not of people whom different clients hold: what one knows is not the other's;
-- nor those that were merged once and parted, which are left to people.
select p.id, least(a.id, b.id) as older, greatest(a.id, b.id) as newer
from duplicate_pair p
join contact a on a.workspace_id = %(workspace)s and a.id = p.one_id and not a.is_deleted
join contact b on b.workspace_id = %(workspace)s and b.id = p.other_id and not b.is_deleted
where p.workspace_id = %(workspace)s and p.state = 'open' and p.verdict = 'certain'
    and (%(after)s::uuid is null or p.id > %(after)s)
    and (
        a.client_id <> b.client_id
        and a.assigned_until > %(now)s and b.assigned_until > %(now)s
    ) is not true
    and not exists (
        select from change g
        join operation u on u.workspace_id = %(workspace)s and u.undoes = g.operation_id
        join change k on k.workspace_id = %(workspace)s and k.operation_id = u.id
            and k.thing_id = g.thing_id and k.thing = 'contact'
        where g.workspace_id = %(workspace)s and g.thing = 'contact'
            and g.thing_id in (a.id, b.id)
            and (g.after ->> 'merged_into')::uuid in (a.id, b.id)
    )
order by p.id
limit %(some)s
