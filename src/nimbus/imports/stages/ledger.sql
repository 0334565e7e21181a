-- The ledger of an import, and the way of its rows between `import_stage` and `batch`.

-- name: refuse
-- Rows that the parser refused, straight from their columns.
insert into import_row (workspace_id, import_id, row_no, line, status, reason, email, detail)
select %(workspace)s, %(import)s, r.row_no, r.line, 'errored', r.reason, r.email, r.detail
from unnest(
    %(row_no)s::integer[], %(line)s::integer[], %(reason)s::text[], %(email)s::text[],
    %(detail)s::jsonb[]
) as r (row_no, line, reason, email, detail)
on conflict do nothing

-- name: repeats
-- Whether an email stands more than once among the rows of the chunk.
select exists (
    select from import_stage
    where workspace_id = %(workspace)s and import_id = %(import)s
        and (%(after)s::uuid is null or email_key > %(after)s)
        and (%(bound)s::uuid is null or email_key <= %(bound)s)
    group by email_key having count(*) > 1
)

-- name: take_chunk
-- Rows of the chunk on which no outcome stands yet, all rows of an email together; `again` also
-- takes those written and their repeats, so that folding anew after a crash of the database finds
-- all values. The ledger is asked row by row: it has another size at each chunk, and a join that was
-- planned for the size it once had takes seconds.
insert into batch ({columns})
select {columns} from import_stage s
where s.workspace_id = %(workspace)s and s.import_id = %(import)s
    and (%(after)s::uuid is null or s.email_key > %(after)s)
    and (%(bound)s::uuid is null or s.email_key <= %(bound)s)
    and coalesce(
        (
            select %(again)s and (
                r.status in ('imported', 'updated')
                or r.reason is not distinct from 'duplicate_in_file'
            )
            from import_row r
            where r.workspace_id = %(workspace)s and r.import_id = %(import)s
                and r.row_no = s.row_no
        ),
        true
    )
on conflict do nothing

-- name: to_be_written
-- Staged rows that nothing keeps out and that tell of their company, those written already among
-- them: folding anew after a crash of the database comes to the same companies.
select s.* from import_stage s
left join contact c on c.workspace_id = %(workspace)s and c.email = s.email and not c.is_deleted
left join company k on k.workspace_id = %(workspace)s and k.id = c.company_id
where {tells} and s.workspace_id = %(workspace)s and s.import_id = %(import)s
    and not exists (
        select from import_row r
        where r.workspace_id = s.workspace_id and r.import_id = s.import_id
            and r.row_no = s.row_no and r.status not in ('imported', 'updated')
    )

-- name: keep_folded
-- What folding gave to the first row of a repeated email is kept for the stages to come.
update import_stage s
set ({columns}) = row({values})
from batch b
where s.workspace_id = %(workspace)s and s.import_id = %(import)s
    and s.email_key = b.email_key and s.row_no = b.row_no
    and b.row_no in (select duplicate_of from batch where duplicate_of is not null)

-- name: record
-- Rows of the batch on which an outcome stands now; answers how many of each.
with recorded as (
    insert into import_row
        (workspace_id, import_id, row_no, line, status, reason, email, contact_id,
         duplicate_of_row, detail)
    select %(workspace)s, %(import)s, row_no, line, coalesce(outcome, 'imported'), reason, email,
        contact_id, duplicate_of,
        case
            when until is null then detail
            else coalesce(detail, '{}') || jsonb_build_object('until', until)
        end
    from batch
    where outcome is not null or is_new
    order by row_no
    on conflict do nothing
    returning status, reason
)
select status, count(*) as rows, count(*) filter (where reason = 'unchanged') as unchanged,
    count(*) filter (where reason = 'duplicate_in_file') as repeated
from recorded
group by status

-- name: count
update import_job set
    imported = imported + %(imported)s, updated = updated + %(updated)s,
    unchanged = unchanged + %(unchanged)s, skipped = skipped + %(skipped)s,
    suppressed = suppressed + %(suppressed)s, errored = errored + %(errored)s,
    repeated = repeated + %(repeated)s
where workspace_id = %(workspace)s and id = %(import)s

-- name: enter_stage
update import_job
set status = %(status)s, stage = %(status)s
where workspace_id = %(workspace)s and id = %(import)s

-- name: note_stage
update import_job
set stages = stages || %(stages)s
where workspace_id = %(workspace)s and id = %(import)s

-- name: tally
-- Rows with an outcome; those refused since they could not be read, which says something about the
-- columns, unlike rows refused by a limit or an option; those that left a consent as it was;
-- contacts without a company.
select (select count(*) from import_row where workspace_id = %(workspace)s
        and import_id = %(import)s) as ledger,
    (select count(*) from import_row where workspace_id = %(workspace)s
        and import_id = %(import)s and status = 'errored'
        and reason in ('invalid_email', 'missing_email', 'malformed_row')) as unreadable,
    (select count(*) from import_row where workspace_id = %(workspace)s
        and import_id = %(import)s and reason = 'missing_email') as without_email,
    (select count(*) from import_row where workspace_id = %(workspace)s
        and import_id = %(import)s and detail ? 'consent_protected') as consent_protected,
    (select count(*) from import_row r
        left join contact c on c.workspace_id = r.workspace_id and c.id = r.contact_id
        where r.workspace_id = %(workspace)s and r.import_id = %(import)s
            and r.status in ('imported', 'updated') and c.company_id is null) as without_company

-- name: left_out
-- Cells of written rows that their fields could not read, by column, the most first.
select problem ->> 'column' as header, count(*) as cells, min(problem ->> 'value') as example
from import_row r
cross join lateral jsonb_array_elements(r.detail -> 'problems') as problem
where r.workspace_id = %(workspace)s and r.import_id = %(import)s
    and r.status in ('imported', 'updated') and r.detail ? 'problems'
group by 1
order by 2 desc, 1

-- name: changed_companies
select distinct thing_id from change
where workspace_id = %(workspace)s and operation_id = %(operation)s
    and thing = 'company' and kind = 'updated'
order by thing_id
