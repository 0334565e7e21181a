-- What the pages of an import read.

-- name: rows_after
-- The rows of an outcome after a row of the file, with `reason` of that one alone. Sample: status =
-- 'updated', reason = null, unchanged = false, after = 0, limit = 51.
select row_no, line, status, reason, email, contact_id, duplicate_of_row, detail
from import_row
where workspace_id = %(workspace)s and import_id = %(import)s and row_no > %(after)s
    and status = %(status)s and (reason is not distinct from 'unchanged') = %(unchanged)s
    and (%(reason)s::text is null or reason = %(reason)s)
order by row_no
limit %(limit)s

-- name: rows_before
-- Those before a row, the nearest first.
select row_no, line, status, reason, email, contact_id, duplicate_of_row, detail
from import_row
where workspace_id = %(workspace)s and import_id = %(import)s and row_no < %(before)s
    and status = %(status)s and (reason is not distinct from 'unchanged') = %(unchanged)s
    and (%(reason)s::text is null or reason = %(reason)s)
order by row_no desc
limit %(limit)s

-- name: judged
-- The contacts an import made or changed, by tier and tenth of the score.
select c.icp_tier, least(9, c.lead_score / 10) as bin, count(*) as contacts
from import_row r
join contact c on c.workspace_id = r.workspace_id and c.id = r.contact_id
where r.workspace_id = %(workspace)s and r.import_id = %(import)s
    and r.status in ('imported', 'updated') and not c.is_deleted
group by 1, 2
