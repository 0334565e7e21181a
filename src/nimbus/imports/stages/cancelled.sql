-- The books of an import that was cancelled (D-05).

-- name: leave_out
-- The rows on their way that it did not come to, with that as their outcome.
insert into import_row (workspace_id, import_id, row_no, line, status, reason, email)
select s.workspace_id, s.import_id, s.row_no, s.line, 'skipped', 'cancelled', s.email
from import_stage s
where s.workspace_id = %(workspace)s and s.import_id = %(import)s
    and not exists (
        select from import_row r
        where r.workspace_id = s.workspace_id and r.import_id = s.import_id
            and r.row_no = s.row_no
    )
order by s.row_no
on conflict do nothing

-- name: count_left_out
-- The total is what has an outcome: after a crash of the database, which empties `import_stage`,
-- rows parsed before it are as if they had not been.
update import_job set
    skipped = skipped + %(rows)s,
    consent_protected = (
        select count(*) from import_row r
        where r.workspace_id = %(workspace)s and r.import_id = %(import)s
            and r.detail ? 'consent_protected'
    ),
    total = imported + updated + skipped + %(rows)s + suppressed + errored
where workspace_id = %(workspace)s and id = %(import)s

-- name: written_companies
-- How many companies the operation has made or changed.
select count(distinct g.thing_id)
from change g
join company k on k.workspace_id = g.workspace_id and k.id = g.thing_id
where g.workspace_id = %(workspace)s and g.operation_id = %(operation)s and g.thing = 'company'
