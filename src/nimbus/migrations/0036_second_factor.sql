-- A second factor of the login: the secret of a person's authenticator, sealed with the instance's
-- own, and digests of the codes for the day it is lost. The application's role has no right on this
-- table: it asks the functions below.
create table second_factor (
    user_id uuid not null,
    secret bytea not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    -- The period of the last code that was taken: none is good twice (RFC 6238, 5.2).
    last_period bigint not null default 0,
    recovery bytea[] not null default '{}',
    constraint second_factor_pkey primary key (user_id)
);

-- A new secret of a person, which counts once it is confirmed; false when there is one that does.
create function begin_second_factor(person uuid, sealed bytea, at timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into second_factor (user_id, secret, created_at) values (person, sealed, at)
    on conflict (user_id) do update set secret = excluded.secret, created_at = excluded.created_at
    where second_factor.confirmed_at is null;
    return found;
end
$$;

create function find_second_factor(person uuid)
returns table (secret bytea, confirmed_at timestamptz, recovery_left integer)
language sql stable security definer set search_path = public, pg_temp as $$
    select f.secret, f.confirmed_at, cardinality(f.recovery)
    from second_factor f
    where f.user_id = person
$$;

create function confirm_second_factor(
    person uuid, period bigint, digests bytea[], at timestamptz
) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update second_factor set confirmed_at = at, last_period = period, recovery = digests
    where user_id = person and confirmed_at is null;
    return found;
end
$$;

-- Takes the code of a period; false when it, or a later one, was taken before.
create function take_second_factor(person uuid, period bigint) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update second_factor set last_period = period
    where user_id = person and confirmed_at is not null and last_period < period;
    return found;
end
$$;

-- Takes a recovery code; false when there is none such any more.
create function take_recovery_code(person uuid, digest bytea) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    update second_factor set recovery = array_remove(recovery, digest)
    where user_id = person and confirmed_at is not null and recovery @> array[digest];
    return found;
end
$$;

create function drop_second_factor(person uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    delete from second_factor where user_id = person and confirmed_at is not null;
    return found;
end
$$;

-- Whether the bound workspace has this person, and they a second factor.
create function has_second_factor(person uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (
        select from second_factor f
        join membership m on m.user_id = f.user_id and m.workspace_id = current_ws()
        where f.user_id = person and f.confirmed_at is not null
    )
$$;

-- For a person who lost it, by their workspace; false where that may not, as with a password.
create function reset_second_factor(person uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not coalesce(is_theirs_alone(person, current_ws()), false) then
        return false;
    end if;
    delete from second_factor where user_id = person;
    return true;
end
$$;
