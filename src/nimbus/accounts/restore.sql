-- What was done to people goes back; `undo` and `past` are those of operations/undo_log.sql.

-- name: people
-- Of each person the role to go back to with the one that they `had` since, and of one who was let
-- go the role by then; the log says `removed` of them.
select u.thing_id, u.before ->> 'role' as role, u.after ->> 'role' as had,
    p.role as removed, p.since
from undo u
left join lateral (
    select h.before ->> 'role' as role, (h.before ->> 'created_at')::timestamptz as since
    from past h
    where h.thing_id = u.thing_id and h.is_own and h.kind = 'removed'
    order by h.id desc
    limit 1
) as p on true

-- name: let_in
insert into membership (workspace_id, user_id, role, created_at)
values (%(workspace)s, %(person)s, %(removed)s, coalesce(%(since)s::timestamptz, %(now)s))
on conflict do nothing

-- name: reopen
with back as (
    update invitation i set ended_at = null
    where i.workspace_id = %(workspace)s and i.id in (select thing_id from undo)
        and i.ended_at is not null and i.expires_at > %(now)s
    returning i.id, i.email, i.role
)
insert into change (workspace_id, operation_id, thing, thing_id, kind, after)
select %(workspace)s, %(undoing)s, 'invitation', b.id, 'restored',
    jsonb_build_object('email', b.email, 'role', b.role)
from back b
on conflict do nothing

-- name: changed
-- The people or invitations that an operation changed, with the role before.
select h.thing_id, h.before ->> 'role' as role, h.before ->> 'email' as email
from change h
where h.workspace_id = %(workspace)s and h.operation_id = %(operation)s and h.thing = %(thing)s
order by h.id

-- name: invitation
-- One with what whoever made it may do now: a person by their role, a key by its scopes.
select i.expires_at, i.invited_by_name, m.role as maker_role, k.scopes as key_scopes,
    exists (
        select from invitation o
        where o.workspace_id = %(workspace)s and o.email = i.email and o.id <> i.id
            and o.ended_at is null
    ) as invited_again
from invitation i
left join membership m on m.workspace_id = %(workspace)s and m.user_id = i.invited_by
left join api_key k on k.workspace_id = %(workspace)s and k.id = i.invited_by
    and k.revoked_at is null
where i.workspace_id = %(workspace)s and i.id = %(id)s
