-- What imports keep of people.

-- name: ledger
-- A row stays with its outcome, without the person.
update import_row
set email = null, detail = null
where workspace_id = %(workspace)s
    and (contact_id = any (%(contacts)s) or email = any (%(emails)s))

-- name: staged
-- A row that waits to be written stays as well: its key is enough to keep it out.
update import_stage
set email = 'erased', email_domain = 'erased', {blanks}
where workspace_id = %(workspace)s and email_key = any (%(keys)s)
