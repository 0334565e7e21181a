-- The lists of suppressed emails and domains going back to what they were before an operation;
-- `undo` and `unrestored` are those of operations/undo.sql, `table` and `column` the list's.

-- name: take_off
-- Lines that the operation made, unless somebody has changed them since, or others have asked for
-- them too (lists.sql). What holds back the other email of a person goes only once that person has
-- the one from before again.
with gone as (
    delete from {table} s
    using undo u
    where s.workspace_id = %(workspace)s and s.id = u.thing_id and u.made and u.touched_by is null
        and (s.source is distinct from %(new_email)s or not exists (
            select from change h
            left join contact c on c.workspace_id = %(workspace)s and c.id = h.thing_id
            where h.workspace_id = %(workspace)s and h.operation_id = %(undone)s
                and h.thing = 'contact' and h.before ? 'email'
                and c.email is distinct from h.before ->> 'email'
        ))
        and (
            select true from change h
            where h.workspace_id = %(workspace)s and h.thing_id = s.id and h.thing = {thing}
                and {again} and h.operation_id <> all (%(family)s::uuid[])
                and h.operation_id <> %(undoing)s
            limit 1
        ) is null
    returning s.id, s.{column} as name, s.reason, s.source, s.note, s.created_by, s.created_at
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, before)
select %(workspace)s, %(undoing)s, {thing}, id, 'deleted',
    jsonb_build_object({key}, name, 'reason', reason, 'source', source, 'note', note,
        'created_by', created_by, 'created_at', created_at)
from gone
order by id
on conflict do nothing

-- name: put_back
-- Lines that the operation took away, as they were, but for those that are there again.
with back as (
    insert into {table}
        (workspace_id, id, {column}, reason, source, note, created_by, created_at)
    select %(workspace)s, u.thing_id, u.removed ->> {key}, u.removed ->> 'reason',
        u.removed ->> 'source', u.removed ->> 'note', u.removed ->> 'created_by',
        (u.removed ->> 'created_at')::timestamptz
    from undo u
    where u.removed is not null and not u.made
    order by u.removed ->> {key}
    on conflict do nothing
    returning id
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, {thing}, b.id, 'created', u.removed
from back b
join undo u on u.thing_id = b.id
order by b.id
on conflict do nothing

-- name: stricter
-- A reason that somebody's will or the law gave is never made weaker by an undo (G-02), and what the
-- above left stays whole.
insert into unrestored (thing_id, reason, columns)
select u.thing_id, 'stricter', case when u.made then array[]::text[] else array['reason'] end
from undo u
join {table} s on s.workspace_id = %(workspace)s and s.id = u.thing_id
where u.removed is null and u.touched_by is null
    and (u.made or u.before <> '{{}}')
on conflict do nothing
