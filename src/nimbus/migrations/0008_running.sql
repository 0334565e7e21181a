-- Steering what runs: imports are paused by people, and only so many run at once in a workspace.

-- A job that waits for others of its kind has no entry in the queue, on purpose.
alter table job add column held boolean not null default false;

-- Who asked to pause the import while a batch of it was being written.
alter table import_job add column pause_asked text;
