-- How people come into a workspace and to a new password: by a link that is good once, of which
-- only a digest is kept.

-- An invitation waits as long as it has not ended (accepted, revoked) and is not over.
create table invitation (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    email text not null,
    role text not null,
    token_hash bytea not null,
    invited_by uuid,
    invited_by_name text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint invitation_pkey primary key (workspace_id, id),
    constraint invitation_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint invitation_role_check
        check (role in ('viewer', 'member', 'compliance', 'admin', 'owner'))
);

create unique index invitation_email on invitation (workspace_id, email) where ended_at is null;

create index invitation_token on invitation (token_hash);

select distribute('invitation', 'workspace_id', 'workspace');

select secure('invitation');

-- The one link of a person to a new password, made for them by somebody of a workspace of theirs.
-- The application's role has no right on this table: it asks the functions below.
create table password_link (
    user_id uuid not null,
    workspace_id uuid not null,
    token_hash bytea not null,
    made_by uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint password_link_pkey primary key (user_id)
);

create index password_link_token on password_link (token_hash);

create function find_invitation(hashed bytea, at timestamptz)
returns table (workspace_id uuid, id uuid, email text, role text, workspace text, invited_by text)
language sql stable security definer set search_path = public, pg_temp as $$
    select i.workspace_id, i.id, i.email, i.role, w.name, i.invited_by_name
    from invitation i
    join workspace w on w.id = i.workspace_id
    where i.token_hash = hashed and i.ended_at is null and i.expires_at > at
$$;

-- Whether a workspace may give a person a new password: they belong to it and to no other, which
-- could otherwise be entered by it, and do not operate the platform.
create function is_theirs_alone(person uuid, workspace uuid) returns boolean
language sql stable as $$
    select exists (select from membership where workspace_id = workspace and user_id = person)
        and not exists (
            select from membership where workspace_id <> workspace and user_id = person
        )
        and exists (select from app_user where id = person and not is_operator)
$$;

-- The person's link from now on, in the place of an earlier one; false where the bound workspace
-- may not make one.
create function open_password_link(
    hashed bytea, person uuid, maker uuid, at timestamptz, until timestamptz
) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not coalesce(is_theirs_alone(person, current_ws()), false) then
        return false;
    end if;
    delete from password_link where user_id = person;
    insert into password_link (user_id, workspace_id, token_hash, made_by, created_at, expires_at)
    values (person, current_ws(), hashed, maker, at, until);
    return true;
end
$$;

-- Whose password a link sets, looked at anew: they may have joined another workspace meanwhile.
create function find_password_link(hashed bytea, at timestamptz)
returns table (workspace_id uuid, user_id uuid, email text, name text, role text, workspace text)
language sql stable security definer set search_path = public, pg_temp as $$
    select l.workspace_id, u.id, u.email, u.name, m.role, w.name
    from password_link l
    join app_user u on u.id = l.user_id
    join membership m on m.workspace_id = l.workspace_id and m.user_id = l.user_id
    join workspace w on w.id = l.workspace_id
    where l.token_hash = hashed and l.expires_at > at
        and is_theirs_alone(l.user_id, l.workspace_id)
$$;

-- The person's password from now on; false for a link that is used or over.
create function spend_password_link(hashed bytea, password text, at timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    person uuid;
begin
    delete from password_link
    where token_hash = hashed and expires_at > at and is_theirs_alone(user_id, workspace_id)
    returning user_id into person;
    if person is null then
        return false;
    end if;
    perform set_password(person, password);
    return true;
end
$$;

-- In the bound workspace: links to a password that these people or keys made, or that are theirs.
create function close_password_links(makers uuid[]) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from password_link
    where workspace_id = current_ws() and (user_id = any(makers) or made_by = any(makers))
$$;

-- In the bound workspace: a person's sessions and tokens.
create function close_logins(person uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from session where workspace_id = current_ws() and user_id = person;
    delete from refresh_token where workspace_id = current_ws() and user_id = person;
end
$$;

-- As before (0016), and a link that was made for the old one is over.
create or replace function set_password(person uuid, hashed text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_user set password_hash = hashed where id = person;
    delete from session where user_id = person;
    delete from refresh_token where user_id = person;
    delete from password_link where user_id = person;
end
$$;
