-- Rows of `batch` that would leave a contact without what the workspace requires of one (S4-06).

-- name: incomplete
-- Rows that would make a contact: `lacking` are whether the row `b` lacks a field, and what is told
-- of it.
update batch b
set outcome = 'errored', reason = 'missing_required',
    detail = coalesce(b.detail, '{{}}') || jsonb_build_object('missing', m.fields)
from (
    select b.row_no, jsonb_agg(f.told) as fields
    from batch b
    cross join lateral (values {lacking}) as f (is_lacking, told)
    where b.outcome is null and b.contact_id is null and f.is_lacking
    group by b.row_no
) as m
where m.row_no = b.row_no

-- name: clearing
-- Rows that would clear what a contact has that is here: `losing` are whether the contact `c` has a
-- field that it has no more once the row `b` is merged into it, and what is told of it.
update batch b
set outcome = 'errored', reason = 'required_field',
    detail = coalesce(b.detail, '{{}}') || jsonb_build_object('cleared', m.fields)
from (
    select b.row_no, jsonb_agg(f.told) as fields
    from batch b
    join contact c on c.workspace_id = %(workspace)s and c.id = b.contact_id
    cross join lateral (values {losing}) as f (is_losing, told)
    where b.outcome is null and f.is_losing
    group by b.row_no
) as m
where m.row_no = b.row_no
