-- Tasks of a whole workspace, without a walk through its contacts: those to be done in the order in
-- which they are due, those of no day, and those that are done, the latest first.
-- Made in the migration's transaction: of tasks there are few beside contacts.
-- squawk-ignore require-concurrent-index-creation
create index task_due on task (workspace_id, status, due_at, id);

-- squawk-ignore require-concurrent-index-creation
create index task_undated on task (workspace_id, id) where status = 'open' and due_at is null;

-- squawk-ignore require-concurrent-index-creation
create index task_completed on task (workspace_id, completed_at desc nulls last, id desc)
    where status = 'done';
