-- Where somebody was mentioned.

-- name: page
-- Notes that mention a person, the newest first, with whom they are about; `is_unread` since they
-- last said that they have read it all.
select m.id, m.contact_id, m.body, m.mentions, m.created_by, m.created_at, m.updated_at,
    m.is_unread, coalesce(c.full_name, c.email) as name
from (
    select n.id, n.contact_id, n.body, n.mentions, n.created_by, n.created_at, n.updated_at,
        n.updated_at > coalesce(p.mentions_read_at, '-infinity') as is_unread
    from note n
    join membership p on p.workspace_id = %(workspace)s and p.user_id = %(person)s
    where n.workspace_id = %(workspace)s and n.mentions @> array[%(person)s::uuid]
) as m
join contact c on c.workspace_id = %(workspace)s and c.id = m.contact_id
where {where}
order by {order}
limit %(limit)s

-- name: unread
-- How many are unread, up to `most`.
select count(*)
from (
    select
    from note n
    join membership p on p.workspace_id = %(workspace)s and p.user_id = %(person)s
    where n.workspace_id = %(workspace)s and n.mentions @> array[%(person)s::uuid]
        and n.updated_at > coalesce(p.mentions_read_at, '-infinity')
    limit %(most)s
) as u

-- name: has_unread
-- Whether there is any, which every page asks: found by the index of mentions.
select exists (
    select from note n
    join membership p on p.workspace_id = %(workspace)s and p.user_id = %(person)s
    where n.workspace_id = %(workspace)s and n.mentions @> array[%(person)s::uuid]
        and n.updated_at > coalesce(p.mentions_read_at, '-infinity')
)

-- name: read
update membership p set mentions_read_at = greatest(p.mentions_read_at, %(until)s)
where p.workspace_id = %(workspace)s and p.user_id = %(person)s
