-- Tags as contacts carry them: there is no list of them beside that.

-- name: tags
select e.tag as name, count(*) as contacts
from contact c
cross join lateral unnest(c.tags) as e (tag)
where c.workspace_id = %(workspace)s and not c.is_deleted
    and (%(pattern)s::text is null or e.tag like %(pattern)s)
    and (%(after)s::text is null or e.tag collate "C" > %(after)s collate "C")
group by e.tag
order by e.tag collate "C"
limit %(limit)s

-- name: count
select count(distinct e.tag)
from contact c
cross join lateral unnest(c.tags) as e (tag)
where c.workspace_id = %(workspace)s and not c.is_deleted
    and (%(pattern)s::text is null or e.tag like %(pattern)s)

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
-- for a form.
select e.tag
from (
    select c.tags from contact c
    where c.workspace_id = %(workspace)s and not c.is_deleted
    order by c.created_at desc, c.id desc
    limit %(newest)s
) as c
cross join lateral unnest(c.tags) as e (tag)
group by e.tag
order by count(*) desc, e.tag
limit %(limit)s
