-- What people say of a pair. Samples: workspace = a uuid, id = a uuid, state = dismissed, marks = {},
-- by = Ada, at = 2026-01-01, now = 2026-01-01, operation = a uuid, kind = dismissed.

-- name: lock
select m.id, m.one_id, m.other_id, m.score, m.verdict, m.reasons, m.marks, m.state, m.decided_by,
    m.decided_at, m.found_at
from duplicate_pair m
where m.workspace_id = %(workspace)s and m.id = %(id)s
for update

-- name: decide
with changed as (
    update duplicate_pair p
    set state = %(state)s, dismissed_marks = %(marks)s, decided_by = %(by)s, decided_at = %(at)s,
        updated_at = %(now)s
    where p.workspace_id = %(workspace)s and p.id = %(id)s
    returning p.id, old as o, new as n
), differences as materialized (
    select c.id, {before} as before, {after} as after from changed c
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before, after)
select %(workspace)s, %(operation)s, 'duplicate_pair', d.id, %(kind)s, d.before, d.after
from differences d
on conflict do nothing

-- name: names
-- How a pair is called: by the emails of both.
select p.id, one.email || ' and ' || other.email as label
from duplicate_pair p
join contact one on one.workspace_id = p.workspace_id and one.id = p.one_id
join contact other on other.workspace_id = p.workspace_id and other.id = p.other_id
where p.workspace_id = %(workspace)s and p.id = any (%(ids)s)
