-- Workspaces, their clients, people and credentials.

create table workspace (
    id uuid not null default uuidv7(),
    name text not null,
    agency boolean not null default false,
    contacts_hard_limit integer,
    created_at timestamptz not null default now(),
    constraint workspace_pkey primary key (id)
);

select distribute('workspace', 'id');

alter table workspace enable row level security;

alter table workspace force row level security;

create policy tenant on workspace
    using (id = nullif(current_setting('app.workspace_id', true), '')::uuid)
    with check (id = nullif(current_setting('app.workspace_id', true), '')::uuid);

-- The unit of assignment (D-14): an agency has many, any other workspace one, itself.
create table client (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    assignment_days integer not null default 90,
    priority smallint not null default 50,
    created_at timestamptz not null default now(),
    constraint client_pkey primary key (workspace_id, id),
    constraint client_name_key unique (workspace_id, name),
    constraint client_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint client_days_check check (assignment_days between 1 and 3650),
    constraint client_priority_check check (priority between 1 and 100)
);

select distribute('client', 'workspace_id', 'workspace');

select secure('client');

-- People of the whole instance. The application's role has no right on this table: it asks the
-- functions below.
create table app_user (
    id uuid not null default uuidv7(),
    email text not null,
    name text not null,
    password_hash text,
    is_operator boolean not null default false,
    created_at timestamptz not null default now(),
    constraint app_user_pkey primary key (id),
    constraint app_user_email_key unique (email)
);

create table membership (
    workspace_id uuid not null,
    user_id uuid not null,
    role text not null,
    created_at timestamptz not null default now(),
    constraint membership_pkey primary key (workspace_id, user_id),
    constraint membership_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade,
    constraint membership_role_check
        check (role in ('viewer', 'member', 'compliance', 'admin', 'owner'))
);

select distribute('membership', 'workspace_id', 'workspace');

select secure('membership');

create table session (
    token_hash bytea not null,
    user_id uuid not null,
    workspace_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    constraint session_pkey primary key (token_hash)
);

create index session_user_id on session (user_id);

create table login_attempt (
    id uuid not null default uuidv7(),
    who bytea not null,
    at timestamptz not null,
    constraint login_attempt_pkey primary key (id)
);

create index login_attempt_who on login_attempt (who, at);

create table api_key (
    workspace_id uuid not null,
    id uuid not null default uuidv7(),
    name text not null,
    hash bytea not null,
    hint text not null,
    scopes text[] not null,
    client_id uuid,
    created_by uuid,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz,
    constraint api_key_pkey primary key (workspace_id, id),
    constraint api_key_client_fkey foreign key (workspace_id, client_id)
        references client (workspace_id, id)
);

create index api_key_hash on api_key (hash);

select distribute('api_key', 'workspace_id', 'workspace');

select secure('api_key');

-- The look-ups that happen before a workspace is known, each one statement with one answer.

create function find_api_key(key_hash bytea)
returns table (
    workspace_id uuid, key_id uuid, key_name text, scopes text[], client_id uuid
)
language sql stable security definer set search_path = public, pg_temp as $$
    select k.workspace_id, k.id, k.name, k.scopes, k.client_id
    from api_key k
    where k.hash = key_hash and k.revoked_at is null
$$;

create function find_session(hashed bytea, at timestamptz)
returns table (workspace_id uuid, user_id uuid, email text, name text, role text, is_operator boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select s.workspace_id, u.id, u.email, u.name, m.role, u.is_operator
    from session s
    join app_user u on u.id = s.user_id
    join membership m on m.workspace_id = s.workspace_id and m.user_id = s.user_id
    where s.token_hash = hashed and s.expires_at > at
$$;

create function find_person(address text)
returns table (user_id uuid, name text, password_hash text, is_operator boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select u.id, u.name, u.password_hash, u.is_operator from app_user u where u.email = address
$$;

create function workspaces_of(person uuid)
returns table (workspace_id uuid, name text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
    select w.id, w.name, m.role
    from membership m join workspace w on w.id = m.workspace_id
    where m.user_id = person
    order by w.name, w.id
$$;

create function all_workspaces() returns table (workspace_id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select id from workspace order by id
$$;

-- People of the bound workspace, and nobody else's.
create function people()
returns table (user_id uuid, email text, name text, role text, created_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as $$
    select u.id, u.email, u.name, m.role, m.created_at
    from membership m join app_user u on u.id = m.user_id
    where m.workspace_id = current_ws()
    order by u.name, u.id
$$;

-- The person with this address, made if there is none. An existing password is never replaced.
create function ensure_person(address text, called text, hashed text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    person uuid;
begin
    insert into app_user (email, name, password_hash) values (address, called, hashed)
    on conflict (email) do nothing returning id into person;
    if person is null then
        select id into person from app_user where email = address;
    end if;
    return person;
end
$$;

create function set_password(person uuid, hashed text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_user set password_hash = hashed where id = person;
    delete from session where user_id = person;
end
$$;

create function open_session(
    hashed bytea, person uuid, workspace uuid, at timestamptz, until timestamptz
) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from session where expires_at <= at;
    insert into session (token_hash, user_id, workspace_id, created_at, expires_at)
    select hashed, person, workspace, at, until
    where exists (select from membership where workspace_id = workspace and user_id = person)
    on conflict do nothing;
end
$$;

create function close_session(hashed bytea) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from session where token_hash = hashed
$$;

-- Counts this failed attempt and answers how many there were since `since`.
create function note_login_attempt(caller bytea, at timestamptz, since timestamptz) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from login_attempt a where a.at < since;
    insert into login_attempt (who, at) values (caller, note_login_attempt.at);
    return (select count(*) from login_attempt a where a.who = caller and a.at >= since);
end
$$;

create function login_attempts(caller bytea, since timestamptz) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) from login_attempt a where a.who = caller and a.at >= since
$$;

create function clear_login_attempts(caller bytea) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from login_attempt where who = caller
$$;
