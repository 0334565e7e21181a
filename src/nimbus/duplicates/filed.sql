-- Who is filed under which keys, and who shares one.
-- Samples: workspace = a uuid, contacts = a list of uuids, written = {{1,2}}, keys = {1,2}, most = 40.

-- name: file
-- The keys of each contact, written as arrays.
insert into duplicate_keys (workspace_id, contact_id, keys)
select %(workspace)s, f.contact_id, f.keys::bigint[]
from unnest(%(contacts)s::uuid[], %(written)s::text[]) as f (contact_id, keys)
order by f.contact_id
on conflict (workspace_id, contact_id) do update set keys = excluded.keys
where duplicate_keys.keys is distinct from excluded.keys

-- name: sharing
-- Of each key who is filed under it: not more than one beyond those that are looked at.
select k.key, k.contacts
from (
    select one.key, array(
        select f.contact_id from duplicate_keys f
        where f.workspace_id = %(workspace)s and f.keys @> array[one.key]
        limit %(most)s + 1
    ) as contacts
    from unnest(%(keys)s::bigint[]) as one (key)
) as k
where cardinality(k.contacts) > 1

-- name: clear_blocks
delete from duplicate_block where workspace_id = %(workspace)s

-- name: block
-- Who shares a key with others, as long as they are not too many.
insert into duplicate_block (workspace_id, number, key, contacts)
select %(workspace)s, row_number() over (order by b.contacts[1], b.key), b.key, b.contacts
from (
    select k.key, array_agg(f.contact_id order by f.contact_id) as contacts
    from duplicate_keys f
    cross join lateral unnest(f.keys) as k (key)
    where f.workspace_id = %(workspace)s
    group by k.key
    having count(*) between 2 and %(most)s
) as b
on conflict do nothing

-- name: blocks
select number, key, contacts
from duplicate_block
where workspace_id = %(workspace)s and number > %(after)s
order by number
limit %(size)s

-- name: last_block
select coalesce(max(number), 0) from duplicate_block where workspace_id = %(workspace)s

-- name: forget
delete from duplicate_keys where workspace_id = %(workspace)s and contact_id = any (%(contacts)s)
