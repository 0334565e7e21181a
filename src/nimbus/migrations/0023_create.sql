-- Contacts are found by the id that they have in another system (F-24). Only those that have one
-- are in the index, so an import without such a column pays nothing for it.

-- Made in the transaction of the migration, which is a part of the start.
-- squawk-ignore require-concurrent-index-creation
create index contact_external on contact (workspace_id, external_id)
    where external_id is not null;
