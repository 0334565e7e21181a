-- Reading events of a contact and what they come to; see read.py.

-- name: page
-- One stretch of a timeline, newest first, from its index.
select m.id, m.contact_id, m.type, m.at, m.source, m.actor, m.subject, m.subject_id, m.data
from engagement_event m
where m.workspace_id = %(workspace)s and m.contact_id = %(contact)s
    and (%(types)s::text[] is null or m.type = any (%(types)s)) and {where}
order by {order}
limit %(limit)s

-- name: totals
-- How often each type is there.
select t.type, t.count
from engagement_total t
where t.workspace_id = %(workspace)s and t.contact_id = %(contact)s

-- name: notes
-- The notes that events name.
select n.id, n.body, n.mentions, n.author_id, n.updated_at > n.created_at as is_edited
from note n
where n.workspace_id = %(workspace)s and n.id = any (%(ids)s)

-- name: open_tasks
-- What is to be done about a contact, the most urgent first; what has no date comes last.
select t.id, t.title, t.due_at, t.created_by
from task t
where t.workspace_id = %(workspace)s and t.contact_id = %(contact)s and t.status = 'open'
order by t.due_at, t.id
limit %(most)s

-- name: lately
-- How often something was opened and answered in the last day.
select count(*) filter (where e.type = 'opened') as opened,
    count(*) filter (where e.type = 'replied') as replied
from engagement_event e
where e.workspace_id = %(workspace)s and e.contact_id = %(contact)s
    and e.at > %(since)s and e.at <= %(now)s
