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
