-- What waits for a contact.

-- name: open
select 'task' as kind, t.id, t.title as name
from task t
where t.workspace_id = %(workspace)s and t.contact_id = %(contact)s and t.status = 'open'
union all
select 'deal', d.id, d.name
from deal d
where d.workspace_id = %(workspace)s and d.contact_id = %(contact)s
    and d.stage <> all (%(ends)s::text[])
order by kind desc, id
