-- What the registry says of the emails of the temporary table `batch` (see intake/batch.sql).

-- name: make_claim
create temporary table if not exists claim (
    email_key uuid not null,
    state text not null,
    until timestamptz,
    holder uuid
) on commit delete rows

-- name: peek
-- Asks without touching anything, for rows that no decision has been made on.
insert into claim (email_key, state, until, holder)
select p.email_key, p.state, p.until, p.holder
from registry_peek(
    array(select email_key from batch where outcome is null), %(client)s, %(now)s
) as p
on conflict do nothing

-- name: claim
-- Claims or renews for the rows that are going to be written (D-29).
insert into claim (email_key, state, until, holder)
select c.email_key, c.state, c.until, c.holder
from registry_claim(
    array(select email_key from batch where outcome is null),
    %(client)s, %(priority)s, %(now)s, %(until)s
) as c
on conflict do nothing

-- name: forget
delete from claim

-- name: analyze
analyze claim
