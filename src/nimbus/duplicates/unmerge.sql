-- Taking merges back.

-- name: is_there
select exists (select from contact c where c.workspace_id = %(workspace)s and c.id = %(id)s)

-- name: last_merge
-- The last merge that had to do with a contact, be it the one that went or the one that was kept,
-- and was not undone.
select o.id
from operation o
where o.workspace_id = %(workspace)s and o.kind = %(kind)s
    and o.id in (
        select h.operation_id from change h
        where h.workspace_id = %(workspace)s and h.thing_id = %(id)s and h.thing = 'contact'
        union all
        select s.id from operation s
        where s.workspace_id = %(workspace)s and s.subject_id = %(id)s
    )
    and not exists (
        select from operation u where u.workspace_id = %(workspace)s and u.undoes = o.id
    )
order by o.id desc
limit 1

-- name: lock
-- The contacts of a merge.
select c.id from contact c
where c.workspace_id = %(workspace)s and c.id in (
    select h.thing_id from change h
    where h.workspace_id = %(workspace)s and h.operation_id = %(merge)s and h.thing = 'contact'
)
order by c.id
for update

-- name: taken
-- Another live contact that has the email with which somebody is to come back, and not by the merge.
select o.id, o.email
from change h
join contact c on c.workspace_id = %(workspace)s and c.id = h.thing_id
join contact o on o.workspace_id = %(workspace)s and not o.is_deleted and o.id <> c.id
    and o.email = coalesce(h.before ->> 'email', c.email)
where h.workspace_id = %(workspace)s and h.operation_id = %(merge)s and h.thing = 'contact'
    and h.before -> 'is_deleted' = 'false' and h.after -> 'is_deleted' = 'true'
    and not exists (
        select from change k
        where k.workspace_id = %(workspace)s and k.operation_id = %(merge)s and k.thing_id = o.id
            and (k.after ->> 'email' = o.email or k.after -> 'is_deleted' = 'false')
    )
order by o.id
limit 1

-- name: coming
-- How many more live contacts there are once the merge is undone.
select count(*) filter (where h.after -> 'is_deleted' = 'true')
    - count(*) filter (where h.after -> 'is_deleted' = 'false')
from change h
where h.workspace_id = %(workspace)s and h.operation_id = %(merge)s and h.thing = 'contact'

-- name: later
-- A merge after this one, not undone, of the contact that this one kept; or into it, where both gave
-- it another email: the first is on the second's archived contact by now.
select l.id
from operation m
join change h on h.workspace_id = %(workspace)s and h.thing_id = m.subject_id and h.id > m.id
    and (
        h.after ->> 'merged_into' is not null
        or h.after ? 'email' and exists (
            select from change k
            where k.workspace_id = %(workspace)s and k.operation_id = m.id
                and k.thing_id = m.subject_id and k.after ? 'email'
        )
    )
join operation l on l.workspace_id = %(workspace)s and l.id = h.operation_id and l.kind = m.kind
where m.workspace_id = %(workspace)s and m.id = %(merge)s and l.id > m.id
    and not exists (
        select from operation u where u.workspace_id = %(workspace)s and u.undoes = l.id
    )
order by l.id desc
limit 1

-- name: since
-- The operations that changed who lived on since the merge.
select distinct h.operation_id
from change g
join change h on h.workspace_id = %(workspace)s and h.thing = 'contact'
    and h.thing_id = (g.before ->> 'merged_into')::uuid and h.id > %(merge)s
where g.workspace_id = %(workspace)s and g.operation_id = %(undoing)s and g.thing = 'contact'
    and g.before ->> 'merged_into' is not null

-- name: parted
-- Who is apart again by this undo: the contact that lived on, one that is back, and what was
-- recorded on the former by others since the merge; of a line that was on the list already, that it
-- was asked for again. What came of other merges is of others, and what was undone is nobody's.
select to_jsonb(a) as kept, to_jsonb(b) as back, coalesce(s.consent_status, false)
    as consent_status_since, coalesce(s.status, false) as status_since, exists (
        select from suppression h, operation m
        where m.workspace_id = %(workspace)s and m.id = %(merge)s
            and h.workspace_id = %(workspace)s and h.email in (a.email, b.email)
            and (h.created_at > m.at and h.source <> 'merge' or exists (
                select from change t
                join operation o on o.workspace_id = %(workspace)s and o.id = t.operation_id
                    and o.kind <> %(kind)s
                where t.workspace_id = %(workspace)s and t.thing_id = h.id and t.id > m.id
                    and t.thing = 'suppression' and t.after ? 'reason'
                    and t.operation_id <> all (%(family)s::uuid[]) and t.operation_id <> %(undoing)s
            ))
    ) as is_held_since
from change g
join contact b on b.workspace_id = %(workspace)s and b.id = g.thing_id
join contact a on a.workspace_id = %(workspace)s and a.id = (g.before ->> 'merged_into')::uuid
cross join lateral (
    select bool_or(h.after ? 'consent_status') as consent_status,
        bool_or(h.after ? 'status') as status
    from change h
    join operation o on o.workspace_id = %(workspace)s and o.id = h.operation_id
        and o.kind <> %(kind)s and o.id <> all (%(undone)s::uuid[])
    where h.workspace_id = %(workspace)s and h.thing_id = a.id and h.id > %(merge)s
        and h.thing = 'contact' and h.operation_id <> all (%(family)s::uuid[])
        and h.operation_id <> %(undoing)s
) as s
where g.workspace_id = %(workspace)s and g.operation_id = %(undoing)s and g.thing = 'contact'
    and g.before ->> 'merged_into' is not null and not b.is_deleted
order by b.id

-- name: one
select * from contact c where c.workspace_id = %(workspace)s and c.id = %(id)s for update

-- name: pairs
-- The open pair of two contacts.
select p.id from duplicate_pair p
where p.workspace_id = %(workspace)s and p.state = 'open'
    and p.one_id = least(%(a)s::uuid, %(b)s::uuid) and p.other_id = greatest(%(a)s::uuid, %(b)s::uuid)

-- name: settle
delete from moved_event m
using operation o
where m.workspace_id = %(workspace)s and o.workspace_id = %(workspace)s and o.id = m.operation_id
    and o.kind = %(kind)s and o.at < %(before)s
