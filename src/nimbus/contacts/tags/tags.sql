-- Tags: as contacts carry them, and as they are kept by themselves.

-- name: tags
with carried as (
    select e.tag as name, count(*) as contacts
    from contact c
    cross join lateral unnest(c.tags) as e (tag)
    where c.workspace_id = %(workspace)s and not c.is_deleted
        and (%(pattern)s::text is null or e.tag like %(pattern)s)
        and (%(after)s::text is null or e.tag collate "C" > %(after)s collate "C")
    group by e.tag
), own as (
    select t.name, t.colour
    from tag t
    where t.workspace_id = %(workspace)s
        and (%(pattern)s::text is null or t.name like %(pattern)s)
        and (%(after)s::text is null or t.name collate "C" > %(after)s collate "C")
)
select coalesce(o.name, c.name) as name, coalesce(c.contacts, 0) as contacts,
    coalesce(o.colour, 'grey') as colour
from carried c
full join own o on o.name = c.name
order by coalesce(o.name, c.name) collate "C"
limit %(limit)s

-- name: count
select count(*)
from (
    select e.tag
    from contact c
    cross join lateral unnest(c.tags) as e (tag)
    where c.workspace_id = %(workspace)s and not c.is_deleted
        and (%(pattern)s::text is null or e.tag like %(pattern)s)
    union
    select t.name
    from tag t
    where t.workspace_id = %(workspace)s
        and (%(pattern)s::text is null or t.name like %(pattern)s)
) as known

-- name: many
-- Whether there are more contacts than are counted by tags at once.
select count(*) > %(most)s
from (
    select from contact c
    where c.workspace_id = %(workspace)s and not c.is_deleted
    limit %(most)s + 1
) as counted

-- name: suggested
-- What the contacts that came last carry, the most frequent first: to count all would take too long
-- for a form. Then what somebody has added.
select n.tag
from (
    select e.tag, count(*) as times
    from (
        select c.tags from contact c
        where c.workspace_id = %(workspace)s and not c.is_deleted
        order by c.created_at desc, c.id desc
        limit %(newest)s
    ) as c
    cross join lateral unnest(c.tags) as e (tag)
    group by e.tag
    union all
    (select t.name, 0 from tag t where t.workspace_id = %(workspace)s order by t.name limit %(limit)s)
) as n
group by n.tag
order by sum(n.times) desc, n.tag
limit %(limit)s
