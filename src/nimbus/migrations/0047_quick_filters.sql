-- What the list is asked for by a click (S2-39) and few of a million have: to find nobody took 280 ms
-- each, since everybody was looked at. Whoever is imported is in none of them but perhaps the first.
-- Made in the migration's transaction, as before (0018): a few seconds for a million contacts.
-- squawk-ignore require-concurrent-index-creation
create index contact_owner on contact (workspace_id, owner_id) where owner_id is not null;

-- squawk-ignore require-concurrent-index-creation
create index contact_status on contact (workspace_id, status) where status <> 'active';

-- squawk-ignore require-concurrent-index-creation
create index contact_refusing on contact (workspace_id, consent_status)
    where consent_status in ('opted_out', 'pending');

-- squawk-ignore require-concurrent-index-creation
create index contact_contacted on contact (workspace_id, last_contacted_at)
    where last_contacted_at is not null;
