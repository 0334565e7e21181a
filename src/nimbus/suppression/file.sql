-- Files of emails or domains to suppress, and how far each is.

-- name: make
insert into suppression_file
    (workspace_id, job_id, operation_id, file_id, list, name, reason, note, created_by, created_at)
values (%(workspace)s, %(job)s, %(operation)s, %(file)s, %(list)s, %(name)s, %(reason)s, %(note)s,
    %(by)s, %(now)s)

-- name: find
select f.job_id, f.operation_id, f.file_id, f.list as listing, f.name, f.reason, f.note, f.lines, f.added,
    f.tightened, f.already, f.refused, f.noted, f.errors, f.created_by, f.created_at, j.status, j.message,
    j.done, j.total, (
        select max(o.at)
        from operation o
        where o.workspace_id = f.workspace_id and o.subject_id = f.operation_id
            and o.kind = 'suppression.' || f.list || '.undo'
    ) as undone_at
from suppression_file f
join job j on j.workspace_id = f.workspace_id and j.id = f.job_id
where f.workspace_id = %(workspace)s and f.job_id = %(job)s

-- name: advance
update suppression_file
set lines = lines + %(lines)s, added = added + %(added)s, tightened = tightened + %(tightened)s,
    already = already + %(already)s, refused = refused + %(refused)s, noted = noted + %(noted)s,
    errors = errors || %(errors)s
where workspace_id = %(workspace)s and job_id = %(job)s

-- name: forget
delete from file where workspace_id = %(workspace)s and id = %(file)s

-- name: kept
-- Those of which the file is still there: it waits to be read, or is.
select s.job_id
from suppression_file s
join file f on f.workspace_id = s.workspace_id and f.id = s.file_id
where s.workspace_id = %(workspace)s
order by s.job_id

-- name: erase
-- What could not be read may be somebody's email, mistyped.
update suppression_file
set errors = '[]'
where workspace_id = %(workspace)s and errors <> '[]'
