-- Requests: the answers kept for a retry, and the tokens that people's programs call with.

-- The answer to a write that was sent with an Idempotency-Key, for 24 hours. `key_hash` is of the
-- key with who sent it, the method and the route; `request_hash` of the rest of the request. The
-- answer is sealed for its row.
create table idempotency_key (
    workspace_id uuid not null,
    key_hash bytea not null,
    request_hash bytea not null,
    answer bytea not null,
    created_at timestamptz not null,
    constraint idempotency_key_pkey primary key (workspace_id, key_hash),
    constraint idempotency_key_workspace_fkey foreign key (workspace_id) references workspace (id)
        on delete cascade
);

select distribute('idempotency_key', 'workspace_id', 'workspace');

select secure('idempotency_key');

-- The keys that sign access tokens: their names alone, since each is derived from the secrets by
-- its name. The one without an end signs; the others are good until then.
create table signing_key (
    id uuid not null default uuidv7(),
    created_at timestamptz not null default now(),
    good_until timestamptz,
    constraint signing_key_pkey primary key (id)
);

create unique index signing_key_one on signing_key ((true)) where good_until is null;

insert into signing_key default values;

-- Refresh tokens, by their hash. Those that came of one login are a family, of which the last one
-- is not spent; a family that is revoked has no rows.
create table refresh_token (
    token_hash bytea not null,
    family_id uuid not null,
    user_id uuid not null,
    workspace_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    spent_at timestamptz,
    constraint refresh_token_pkey primary key (token_hash)
);

create unique index refresh_token_family on refresh_token (family_id) where spent_at is null;

create index refresh_token_user on refresh_token (user_id);

create index refresh_token_expires on refresh_token (expires_at);

-- Whether a key that signed an access token is still good for it.
create function is_signing_key(key uuid, at timestamptz) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from signing_key k where k.id = key and (k.good_until is null or k.good_until > at)
    )
$$;

create function current_signing_key() returns uuid
language sql stable security definer set search_path = public, pg_temp as $$
    select k.id from signing_key k where k.good_until is null
$$;

-- A first refresh token of a person in a workspace of theirs.
create function open_family(
    hashed bytea, family uuid, person uuid, workspace uuid, at timestamptz, until timestamptz
) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from refresh_token where expires_at <= at;
    insert into refresh_token (token_hash, family_id, user_id, workspace_id, created_at, expires_at)
    select hashed, family, person, workspace, at, until
    where exists (select from membership where workspace_id = workspace and user_id = person)
    on conflict do nothing;
end
$$;

-- Spends a refresh token for the next of its family, which lasts no longer. Answers the family, or
-- null: the token is unknown or over, or was spent before, and then its family ends with it.
create function spend_refresh_token(hashed bytea, next bytea, at timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    old refresh_token;
begin
    select * into old from refresh_token where token_hash = hashed and expires_at > at for update;
    if old.family_id is null then
        return null;
    end if;
    if old.spent_at is not null then
        delete from refresh_token where family_id = old.family_id;
        return null;
    end if;
    update refresh_token set spent_at = at where token_hash = hashed;
    insert into refresh_token (token_hash, family_id, user_id, workspace_id, created_at, expires_at)
    values (next, old.family_id, old.user_id, old.workspace_id, at, old.expires_at);
    return old.family_id;
end
$$;

create function close_family(hashed bytea) returns void
language sql security definer set search_path = public, pg_temp as $$
    delete from refresh_token
    where family_id = (select family_id from refresh_token where token_hash = hashed)
$$;

-- Who a family of tokens speaks for, with the role of this moment; nobody once it is revoked or
-- over, or the person is no member any more.
create function find_family(family uuid, at timestamptz)
returns table (workspace_id uuid, user_id uuid, email text, name text, role text)
language sql stable security definer set search_path = public, pg_temp as $$
    select r.workspace_id, u.id, u.email, u.name, m.role
    from refresh_token r
    join app_user u on u.id = r.user_id
    join membership m on m.workspace_id = r.workspace_id and m.user_id = r.user_id
    where r.family_id = family and r.spent_at is null and r.expires_at > at
$$;

-- As before (0002), and their tokens end too.
create or replace function set_password(person uuid, hashed text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update app_user set password_hash = hashed where id = person;
    delete from session where user_id = person;
    delete from refresh_token where user_id = person;
end
$$;

-- As before (0002), and when the key was last used, so that noting it is a write of its own only
-- once in a while. The function is made anew in the same transaction.
-- squawk-ignore ban-drop-function
drop function find_api_key(bytea);

create function find_api_key(key_hash bytea)
returns table (
    workspace_id uuid, key_id uuid, key_name text, scopes text[], client_id uuid,
    last_used_at timestamptz
)
language sql stable security definer set search_path = public, pg_temp as $$
    select k.workspace_id, k.id, k.name, k.scopes, k.client_id, k.last_used_at
    from api_key k
    where k.hash = key_hash and k.revoked_at is null
$$;
