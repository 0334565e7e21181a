-- Assignments set back to what held before an operation.

-- name: make_claim_before
-- Who held each email then, and until when; no client where nobody of ours did.
create temporary table if not exists claim_before (
    email_key uuid not null,
    client_id uuid,
    until timestamptz
) on commit delete rows

-- name: make_claim_after
create temporary table if not exists claim_after (
    email_key uuid not null,
    state text not null
) on commit delete rows

-- name: empty
truncate claim_before, claim_after

-- name: set_back
-- Fills `claim_after` with what the registry answers: mine, released, over, elsewhere, opted_out.
insert into claim_after (email_key, state)
select s.email_key, s.state
from registry_set_back(
    array(select email_key from claim_before order by email_key, client_id, until),
    array(select client_id from claim_before order by email_key, client_id, until),
    array(
        select k.priority
        from claim_before b
        left join client k on k.workspace_id = %(workspace)s and k.id = b.client_id
        order by b.email_key, b.client_id, b.until
    ),
    array(select until from claim_before order by email_key, client_id, until),
    %(since)s, %(now)s
) as s
on conflict do nothing

-- name: analyze
analyze claim_after
