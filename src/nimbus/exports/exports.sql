-- Exports, and the rows that go into their files.

-- name: together
-- Whoever writes the file of an export reads people that nobody is erasing meanwhile.
select pg_advisory_xact_lock_shared(hashtextextended('exports ' || %(workspace)s::text, 0))

-- name: alone
select pg_advisory_xact_lock(hashtextextended('exports ' || %(workspace)s::text, 0))

-- name: strangers
-- Of ids that were named, those that are no contact here.
select named.id
from unnest(%(ids)s::uuid[]) with ordinality as named (id, at)
left join contact c on c.workspace_id = %(workspace)s and c.id = named.id
where c.id is null
order by named.at

-- name: make
insert into export
    (workspace_id, id, selection_id, job_id, file_id, format, columns, header, words, name,
     selected, made_by, created_at, expires_at)
values (%(workspace)s, %(id)s, %(selection)s, %(job)s, %(file)s, %(format)s, %(columns)s,
    %(header)s, %(words)s, %(name)s, %(selected)s, %(by)s, %(now)s, %(until)s)

-- name: find
select e.id, e.selection_id, e.job_id, e.file_id, e.format, e.columns, e.header, e.words,
    e.name, e.selected, e.rows, e.made_by, e.created_at, e.expires_at, j.status, j.done, j.message,
    f.size, f.sha256
from export e
join job j on j.workspace_id = e.workspace_id and j.id = e.job_id
left join file f on f.workspace_id = e.workspace_id and f.id = e.file_id
where e.workspace_id = %(workspace)s and e.id = %(id)s

-- name: recent
select e.id, e.selection_id, e.job_id, e.file_id, e.format, e.columns, e.header, e.words,
    e.name, e.selected, e.rows, e.made_by, e.created_at, e.expires_at, j.status, j.done, j.message,
    f.size, f.sha256
from export e
join job j on j.workspace_id = e.workspace_id and j.id = e.job_id
left join file f on f.workspace_id = e.workspace_id and f.id = e.file_id
where e.workspace_id = %(workspace)s
order by e.id desc
limit %(limit)s

-- name: rows
-- Those of some members that are live, in the order of their ids.
select {columns}
from contact m
left join company k on k.workspace_id = m.workspace_id and k.id = m.company_id
where m.workspace_id = %(workspace)s and m.id = any (%(ids)s) and not m.is_deleted
order by m.id

-- name: keep_file
insert into file (workspace_id, id, name, size, sha256, media_type, created_at)
values (%(workspace)s, %(id)s, %(name)s, %(size)s, %(sha256)s, %(media)s, %(now)s)

-- name: finish
update export set rows = %(rows)s where workspace_id = %(workspace)s and id = %(id)s

-- name: expired
select id from export where workspace_id = %(workspace)s and expires_at < %(now)s

-- name: naming
-- Those that may have somebody in their file, or name them in words.
select e.id
from export e
where e.workspace_id = %(workspace)s and (
    exists (
        select from selection_member s
        where s.workspace_id = e.workspace_id and s.selection_id = e.selection_id
            and s.contact_id = any (%(contacts)s)
    )
    or exists (select from unnest(%(emails)s::text[]) as n (email) where strpos(e.words, email) > 0)
)

-- name: stop
-- The jobs of exports that are going to be removed, as far as they are not over.
update job j
set status = 'cancelled', runner = null, message = %(words)s, finished_at = %(now)s
from export e
where e.workspace_id = %(workspace)s and e.id = any (%(ids)s)
    and j.workspace_id = e.workspace_id and j.id = e.job_id
    and j.status in ('queued', 'running', 'paused')

-- name: forget_files
delete from file f
using export e
where e.workspace_id = %(workspace)s and e.id = any (%(ids)s)
    and f.workspace_id = e.workspace_id and f.id = e.file_id

-- name: forget
delete from export where workspace_id = %(workspace)s and id = any (%(ids)s)
returning file_id
