-- What the log says of saved views; see told_views.py.

-- name: sharing
-- When each of some views began to be shared, or to be private; one that is taken away stays what it
-- was.
select c.thing_id, c.id,
    coalesce((coalesce(c.after, c.before) ->> 'is_shared')::boolean, false) as is_shared
from change c
where c.workspace_id = %(workspace)s and c.thing_id = any (%(ids)s::uuid[])
    and c.thing = 'saved_view' and (c.before ? 'is_shared' or c.after ? 'is_shared')
order by c.id
