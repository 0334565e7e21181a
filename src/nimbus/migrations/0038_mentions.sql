-- Teammates who are mentioned in notes, who wrote a note, and what waits of a contact's tasks.

-- Kept with the note, so that they go, come back and move with it.
alter table note add column mentions uuid[] not null default '{}';

-- Who wrote it; the name alone may be that of two.
alter table note add column author_id uuid;

update note n set author_id = o.actor_id
from change c
join operation o on o.workspace_id = c.workspace_id and o.id = c.operation_id
where c.workspace_id = n.workspace_id and c.thing = 'note' and c.thing_id = n.id
    and c.kind = 'created' and o.actor_kind = 'person';

-- Of notes there are few beside contacts.
-- squawk-ignore require-concurrent-index-creation
create index note_mentions on note using gin (mentions);

-- squawk-ignore require-concurrent-index-creation
create index task_open on task (workspace_id, contact_id, due_at) where status = 'open';

-- Until when somebody has read where they were mentioned.
alter table membership add column mentions_read_at timestamptz;
