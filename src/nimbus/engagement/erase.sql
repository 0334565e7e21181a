-- What goes with a contact that is erased; its events go by the owner's `erase_events`.

-- name: total
delete from engagement_total t
where t.workspace_id = %(workspace)s and t.contact_id = any (%(ids)s)

-- name: note
delete from note n where n.workspace_id = %(workspace)s and n.contact_id = any (%(ids)s)

-- name: task
delete from task t where t.workspace_id = %(workspace)s and t.contact_id = any (%(ids)s)

-- name: deal
delete from deal d where d.workspace_id = %(workspace)s and d.contact_id = any (%(ids)s)
