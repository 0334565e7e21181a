-- Pairs as people see them: while both contacts are live. Samples: workspace = a uuid, id = a uuid,
-- state = open, verdict = likely, least = 1, contact = a uuid, limit = 10, after_0 = 1,
-- after_id = a uuid.

-- name: matching
select {columns}
from duplicate_pair m
where m.workspace_id = %(workspace)s and m.state = %(state)s
    and (%(verdict)s::text is null or m.verdict = %(verdict)s)
    and (%(least)s::numeric is null or m.score >= %(least)s)
    and (%(contact)s::uuid is null or m.one_id = %(contact)s or m.other_id = %(contact)s)
    and exists (
        select from contact c
        where c.workspace_id = m.workspace_id and c.id = m.one_id
            and not c.is_deleted and c.merged_into is null
    )
    and exists (
        select from contact c
        where c.workspace_id = m.workspace_id and c.id = m.other_id
            and not c.is_deleted and c.merged_into is null
    )

-- name: one
select m.id, m.one_id, m.other_id, m.score, m.verdict, m.reasons, m.marks, m.state, m.decided_by,
    m.decided_at, m.found_at
from duplicate_pair m
where m.workspace_id = %(workspace)s and m.id = %(id)s
