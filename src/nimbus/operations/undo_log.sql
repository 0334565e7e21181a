-- What an operation changed, by the log: a batch of its things at a time goes into `undo`, and all
-- that the log has of them since into `past`.

-- name: make_undo
-- `made`: the operation made the thing; `removed`: it took it away, and this is how it was.
-- `touched_by`: who changed it since. `before` and `after`: the values, by column, that nobody else
-- has set since, as they were and as the operation left them.
create temporary table if not exists undo (
    thing_id uuid not null,
    made boolean not null default false,
    removed jsonb,
    touched_by uuid,
    before jsonb not null default '{}',
    after jsonb not null default '{}'
) on commit delete rows

-- name: make_past
-- What the log has of the things of `undo`; `is_own` is what the operation or its family did.
create temporary table if not exists past (
    thing_id uuid not null,
    id uuid not null,
    operation_id uuid not null,
    is_own boolean not null,
    kind text not null,
    before jsonb,
    after jsonb
) on commit delete rows

-- name: bounds
-- The first and the last change of the operation, and how many there are of each kind of thing.
with own as materialized (
    select id, thing from change where workspace_id = %(workspace)s and operation_id = %(undone)s
)
select (select id from own order by id limit 1) as first,
    (select id from own order by id desc limit 1) as last,
    (select jsonb_object_agg(c.thing, c.changes)
        from (select thing, count(*) as changes from own group by thing) as c) as changes

-- name: family
-- The operation and all that undid it, undid that, and so on: what they changed is no news.
with recursive family as (
    select o.id from operation o where o.workspace_id = %(workspace)s and o.id = %(undone)s
    union all
    select o.id
    from family f
    join operation o on o.workspace_id = %(workspace)s and o.undoes = f.id
)
select id from family where id <> %(undoing)s

-- name: page
-- The next changes of the operation to things of a kind. A thing is taken where its first is.
with page as materialized (
    select c.id, c.thing_id from change c
    where c.workspace_id = %(workspace)s and c.operation_id = %(undone)s and c.thing = %(thing)s
        and c.id >= %(first)s and c.id <= %(last)s
        and (%(after)s::uuid is null or c.id > %(after)s)
    order by c.id
    limit %(size)s
), taken as (
    insert into undo (thing_id)
    select p.thing_id
    from (select distinct on (thing_id) thing_id, id from page order by thing_id, id) as p
    -- Asked thing by thing, and of what the index of things gives: fresh changes have no statistics
    -- yet, and by them all changes of the operation would be read for each thing.
    where p.id = (
        select e.id
        from (
            select h.id, h.operation_id, h.thing from change h
            where h.workspace_id = %(workspace)s and h.thing_id = p.thing_id
                and h.id >= %(first)s
            order by h.id
            offset 0
        ) as e
        -- That a contact is on a list, or has events, is told under its id as well.
        where e.operation_id = %(undone)s and e.thing = %(thing)s
        order by e.id
        limit 1
    )
    on conflict do nothing
)
select id as after, count(*) over () as changes from page order by id desc limit 1

-- name: analyze
analyze undo (thing_id)

-- name: past
-- Every change of these things since the operation's first. What a new one began with is told by
-- the thing itself. That a contact was put on a list is logged under its id, and no change of it.
insert into past (thing_id, id, operation_id, is_own, kind, before, after)
select h.thing_id, h.id, h.operation_id, h.operation_id = any (%(family)s::uuid[]), h.kind,
    h.before, case when h.kind <> 'created' then h.after end
from undo u
join change h on h.workspace_id = %(workspace)s and h.thing_id = u.thing_id and h.id >= %(first)s
where h.thing = %(thing)s
on conflict do nothing

-- name: others
select distinct operation_id from past where not is_own

-- name: undone
-- Those of some operations that are undone: whose chain of undoing, and undoing that, is odd.
with recursive up as (
    select p.id, p.id as at, p.undoes
    from operation p
    where p.workspace_id = %(workspace)s and p.id = any (%(operations)s)
    union all
    select u.id, u.undoes, p.undoes
    from up u
    join operation p on p.workspace_id = %(workspace)s and p.id = u.undoes
), down as (
    select u.id, u.at, 0 as depth from up u where u.undoes is null
    union all
    select d.id, l.id, d.depth + 1
    from down d
    cross join lateral (
        select o.id from operation o
        where o.workspace_id = %(workspace)s and o.undoes = d.at
        order by o.id desc
        limit 1
    ) as l
)
select id from down group by id having max(depth) %% 2 = 1

-- name: past_undone
-- What others did and was undone again is no news: what they could not put back is not as it was
-- left, which is seen by the thing itself.
delete from past where operation_id = any (%(undone)s) and not is_own

-- name: analyze_past
-- The log grows faster than its statistics: planned by them, the next statement takes the square of
-- its time.
analyze past
