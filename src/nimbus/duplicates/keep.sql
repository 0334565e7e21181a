-- The pairs that were found, kept. Samples: workspace = a uuid, now = 2026-01-01, ones, others,
-- contacts = lists of uuids, scores = {12}, verdicts = {likely}, reasons, marks = {"{}"}.

-- name: keep
-- What was dismissed stays so until one of the fields that spoke for it has another value.
insert into duplicate_pair as p
    (workspace_id, one_id, other_id, score, verdict, reasons, marks, found_at, seen_at, updated_at)
select %(workspace)s, f.one_id, f.other_id, f.score, f.verdict, f.reasons::jsonb, f.marks::jsonb,
    %(now)s, %(now)s, %(now)s
from unnest(
    %(ones)s::uuid[], %(others)s::uuid[], %(scores)s::numeric[], %(verdicts)s::text[],
    %(reasons)s::text[], %(marks)s::text[]
) as f (one_id, other_id, score, verdict, reasons, marks)
order by f.one_id, f.other_id
on conflict (workspace_id, one_id, other_id) do update
set score = excluded.score, verdict = excluded.verdict, reasons = excluded.reasons,
    marks = excluded.marks, seen_at = excluded.seen_at,
    state = case
        when p.state = 'dismissed' and excluded.marks @> p.dismissed_marks then 'dismissed'
        else 'open'
    end,
    dismissed_marks = case
        when p.state = 'dismissed' and excluded.marks @> p.dismissed_marks then p.dismissed_marks
    end,
    decided_by = case
        when p.state = 'dismissed' and excluded.marks @> p.dismissed_marks then p.decided_by
    end,
    decided_at = case
        when p.state = 'dismissed' and excluded.marks @> p.dismissed_marks then p.decided_at
    end

-- name: not_found_again
-- Open pairs of these contacts that are not among those just found. Those of the trash wait there.
delete from duplicate_pair p
where p.workspace_id = %(workspace)s and p.state = 'open'
    and (p.one_id = any (%(contacts)s) or p.other_id = any (%(contacts)s))
    and not exists (
        select from unnest(%(ones)s::uuid[], %(others)s::uuid[]) as f (one_id, other_id)
        where f.one_id = p.one_id and f.other_id = p.other_id
    )
    and not exists (
        select from contact c
        where c.workspace_id = p.workspace_id and c.id in (p.one_id, p.other_id) and c.is_deleted
    )

-- name: unseen
-- Open pairs that a whole scan, and whoever looked meanwhile, did not find any more. Those of the
-- trash wait there.
delete from duplicate_pair p
where p.workspace_id = %(workspace)s and p.state = 'open' and p.seen_at < %(since)s
    and not exists (
        select from contact c
        where c.workspace_id = p.workspace_id and c.id in (p.one_id, p.other_id) and c.is_deleted
    )

-- name: erase
delete from duplicate_pair
where workspace_id = %(workspace)s
    and (one_id = any (%(contacts)s) or other_id = any (%(contacts)s))
