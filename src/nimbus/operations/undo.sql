-- Undoing an operation, a batch of its things at a time: `undo` (made by undo_log.sql) holds the
-- plan, made of the log alone, `aim` what the things really go back to, `unrestored` what stays as it
-- is.

-- name: make_aim
create temporary table if not exists aim (
    thing_id uuid not null,
    goal jsonb not null
) on commit delete rows

-- name: make_unrestored
create temporary table if not exists unrestored (
    thing_id uuid not null,
    reason text not null,
    columns text[] not null default '{}',
    by_operation uuid
) on commit delete rows

-- name: empty
truncate undo, past, aim, unrestored

-- name: plan
-- A map is taken apart by its keys (`custom.…`) and a list by its items (`tags.…`: their place in
-- it, false where it has not got them), so that each goes back for itself where the list as a whole
-- cannot; columns of one unit go back together. A value is ours to take back when nobody else has set it, or another of its unit,
-- since the operation or one of its family did. What an undo brought back it has not made: the first
-- of the changes tells.
with things as materialized (
    select thing_id,
        (array_agg(kind order by id) filter (where is_own))[1] = 'created' as made,
        (array_agg(before order by id desc) filter (where is_own and kind = 'deleted'))[1]
            as removed
    from past
    group by thing_id
), told as (
    select h.thing_id, h.id, h.operation_id, h.is_own, v.name, v.before, v.after,
        coalesce(t.unit, v.name) as unit,
        not h.is_own and h.id > h.since and v.name <> all (%(worked_out)s::text[]) as is_news
    from (
        select *, first_value(id) over (partition by thing_id order by is_own desc, id) as since
        from past
    ) as h
    cross join lateral (
        select e.key, h.before -> e.key, e.value
        from jsonb_each(h.after) as e
        where e.key <> all (%(maps)s::text[])
        union all
        select m.name || '.' || k.key, h.before -> m.name -> k.key, h.after -> m.name -> k.key
        from unnest(%(maps)s::text[]) as m (name)
        cross join lateral (
            select jsonb_object_keys(h.before -> m.name)
            union select jsonb_object_keys(h.after -> m.name)
        ) as k (key)
        where (h.before -> m.name -> k.key) is distinct from (h.after -> m.name -> k.key)
        union all
        select l.name || '.' || i.item, i.was_at, i.is_at
        from unnest(%(lists)s::text[]) as l (name)
        cross join lateral (
            select coalesce(b.item, a.item), coalesce(to_jsonb(b.at), 'false'),
                coalesce(to_jsonb(a.at), 'false')
            from jsonb_array_elements_text(h.before -> l.name) with ordinality as b (item, at)
            full join jsonb_array_elements_text(h.after -> l.name) with ordinality as a (item, at)
                on a.item = b.item
            where a.item is null or b.item is null
        ) as i (item, was_at, is_at)
    ) as v (name, before, after)
    left join unnest(%(columns)s::text[], %(units)s::text[]) as t (name, unit) on t.name = v.name
), judged as (
    select told.*,
        coalesce(bool_or(not is_own) over later, false) as is_overwritten,
        first_value(operation_id) over (
            partition by thing_id, unit order by is_own, id desc
        ) as last_other
    from told
    window later as (
        partition by thing_id, unit order by id desc
        rows between unbounded preceding and 1 preceding
    )
), named as (
    select thing_id, name,
        (array_agg(before order by id))[1] as oldest,
        (array_agg(after order by id desc))[1] as newest,
        (array_agg(before order by id) filter (where is_own and not is_overwritten))[1] as before,
        (array_agg(after order by id desc) filter (where is_own and not is_overwritten))[1]
            as after,
        bool_or(is_own and not is_overwritten) as is_ours,
        (array_agg(last_other order by id))[1] as last_other
    from judged
    group by thing_id, name
    having bool_or(is_own)
), touched as (
    select thing_id, array_agg(distinct name) filter (where is_news) as columns,
        (array_agg(operation_id order by id desc) filter (where is_news))[1] as by_operation
    from told
    group by thing_id
), edited as (
    insert into unrestored (thing_id, reason, columns, by_operation)
    select n.thing_id, 'edited', array_agg(n.name order by n.name),
        (array_agg(n.last_other order by n.name))[1]
    from named n
    join things t on t.thing_id = n.thing_id
    where not n.is_ours and not t.made
        and n.name <> all (%(worked_out)s::text[] || %(lists)s::text[])
        and n.newest is distinct from n.oldest
    group by n.thing_id
    union all
    select t.thing_id, 'edited', o.columns, o.by_operation
    from things t
    join touched o on o.thing_id = t.thing_id
    where t.made and o.by_operation is not null
    on conflict do nothing
), ours as (
    select thing_id, jsonb_object_agg(name, before) as before, jsonb_object_agg(name, after) as after
    from named
    where is_ours and before is distinct from after
    group by thing_id
)
update undo u
set made = t.made, removed = t.removed, touched_by = o.by_operation,
    before = coalesce(b.before, '{}'), after = coalesce(b.after, '{}')
from things t
left join touched o on o.thing_id = t.thing_id
left join ours b on b.thing_id = t.thing_id
where u.thing_id = t.thing_id

-- name: gone
-- Things that are not there any more: erased, or taken away in another way.
insert into unrestored (thing_id, reason)
select u.thing_id, 'gone'
from undo u
where u.removed is null
    and not exists (
        select from {table} c where c.workspace_id = %(workspace)s and c.id = u.thing_id
    )
on conflict do nothing

-- name: aim
-- What the things that are here go back to: of the plan what they still have as it was left.
insert into aim (thing_id, goal)
select u.thing_id, coalesce(plain.goal, '{{}}') || coalesce(map.goal, '{{}}')
    || coalesce(list.goal, '{{}}')
from undo u
join {table} c on c.workspace_id = %(workspace)s and c.id = u.thing_id
cross join lateral (select to_jsonb(c) as now offset 0) as r
cross join lateral (
    select jsonb_object_agg(b.key, b.value) as goal
    from jsonb_each(u.before) as b
    where r.now ? b.key and r.now -> b.key = u.after -> b.key
) as plain
cross join lateral (
    select jsonb_object_agg(m.name, (r.now -> m.name) - k.keys || k.given) as goal
    from unnest(%(maps)s::text[]) as m (name)
    cross join lateral (
        select array_agg(b.name) as keys,
            coalesce(jsonb_object_agg(b.name, b.value) filter (where b.value <> 'null'), '{{}}')
                as given
        from (
            select substr(key, length(m.name) + 2) as name, value
            from jsonb_each(u.before) where starts_with(key, m.name || '.')
        ) as b
        where coalesce(r.now -> m.name -> b.name, 'null') = u.after -> (m.name || '.' || b.name)
    ) as k
    where k.keys is not null
) as map
cross join lateral (
    select jsonb_object_agg(l.name, i.items) as goal
    from unnest(%(lists)s::text[]) as l (name)
    cross join lateral (
        select coalesce(jsonb_agg(one.item order by one.at, one.is_given), '[]') as items
        from (
            select item, at, false as is_given
            from jsonb_array_elements_text(r.now -> l.name) with ordinality as had (item, at)
            where u.before -> (l.name || '.' || item) is distinct from 'false'
            union all
            select substr(key, length(l.name) + 2), value::bigint, true
            from jsonb_each(u.before)
            where starts_with(key, l.name || '.') and value <> 'false'
                and not r.now -> l.name ? substr(key, length(l.name) + 2)
        ) as one
    ) as i
    where i.items <> r.now -> l.name and not coalesce(plain.goal ? l.name, false)
) as list
where not u.made and u.before <> '{{}}'
on conflict do nothing

-- name: changed_unlogged
-- Values that are not as the log says they were left: they stay too, whoever changed them.
insert into unrestored (thing_id, reason, columns)
select u.thing_id, 'edited', array_agg(b.key order by b.key)
from undo u
join aim a on a.thing_id = u.thing_id
cross join lateral jsonb_each(u.before) as b
join {table} c on c.workspace_id = %(workspace)s and c.id = u.thing_id
where not a.goal ? b.key and b.key !~ '[.]' and b.key <> all (%(worked_out)s::text[] || %(lists)s::text[])
    and to_jsonb(c) -> b.key is distinct from b.value
group by u.thing_id
on conflict do nothing

-- name: goals
-- The columns that anything goes back in.
select distinct jsonb_object_keys(goal) from aim order by 1

-- name: write
-- By the room whose table it is: the things go back, and the log says so.
with back as materialized (
    select n.id, {columns}
    from aim a
    join {table} c on c.workspace_id = %(workspace)s and c.id = a.thing_id
    cross join lateral jsonb_populate_record(c, a.goal) as n
    where a.goal <> '{{}}' and {only}
), changed as (
    update {table} c
    set {assignments}
    from back b
    where c.workspace_id = %(workspace)s and c.id = b.id
    returning c.id, old as o, new as n
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(undoing)s, %(thing)s, c.id, 'updated', {before}, {after}
from changed c
on conflict do nothing
returning thing_id

-- name: keep
insert into kept (workspace_id, operation_id, thing_id, reason, thing, columns, by_operation)
select %(workspace)s, %(undoing)s, u.thing_id, u.reason, %(thing)s,
    coalesce(array_agg(distinct c.name order by c.name) filter (where c.name is not null), '{}'),
    (array_agg(u.by_operation order by u.by_operation))[1]
from unrestored u
left join lateral unnest(u.columns) as c (name) on true
group by u.thing_id, u.reason
order by u.thing_id, u.reason
on conflict do nothing

-- name: kept_things
select thing, count(distinct thing_id) as things from kept
where workspace_id = %(workspace)s and operation_id = %(undoing)s
group by thing
