-- What imports keep of people.

-- name: files
-- Imports in whose file the person is, with the rows that are known; and those whose ledger cannot
-- tell, since not every row has come to its outcome.
select j.id as import_id, coalesce(r.numbers, '{}') as numbers
from import_job j
left join (
    select import_id, array_agg(row_no order by row_no) as numbers
    from import_row
    where workspace_id = %(workspace)s
        and (contact_id = any (%(contacts)s) or email = any (%(emails)s))
    group by import_id
) as r on r.import_id = j.id
where j.workspace_id = %(workspace)s
    and (r.import_id is not null or not j.status = any ('{complete,rolled_back}'))
order by j.id

-- name: late
-- Rows that came to the ledger of a running import after the erasure.
update import_row set email = null, detail = null
where workspace_id = %(workspace)s and import_id = %(import)s and email is not null
    and reason = 'erased:compliance'

-- name: refile
update import_job set file_id = %(new)s
where workspace_id = %(workspace)s and id = %(import)s and file_id = %(old)s

-- name: forget_file
delete from file where workspace_id = %(workspace)s and id = %(old)s

-- name: examples
-- A warning of the report may quote a cell of theirs that could not be read.
with said as materialized (
    select r.import_id, '“' || (problem ->> 'value') || '”' as quoted
    from import_row r
    cross join lateral jsonb_array_elements(r.detail -> 'problems') as problem
    where r.workspace_id = %(workspace)s
        and (r.contact_id = any (%(contacts)s) or r.email = any (%(emails)s))
)
update import_job j
set warnings = (
    select jsonb_agg(coalesce(replace(w.words, q.quoted, '“…”'), w.words) order by w.at)
    from jsonb_array_elements_text(j.warnings) with ordinality as w (words, at)
    left join lateral (
        select s.quoted from said s
        where s.import_id = j.id and strpos(w.words, s.quoted) > 0
        order by length(s.quoted) desc
        limit 1
    ) as q on true
)
where j.workspace_id = %(workspace)s and j.id in (select import_id from said)
    and j.warnings <> '[]'

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
