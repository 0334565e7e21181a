-- What begins nearly every request, to be had in one trip: who asks, their workspace bound for the
-- transaction, and the fields of its own making. In plpgsql, which plans such statements once for
-- each connection: sent as they are, they took longer to plan than to answer.

create function enter_by_key(key_hash bytea)
returns table (
    workspace_id uuid, key_id uuid, key_name text, scopes text[], client_id uuid,
    last_used_at timestamptz
)
language plpgsql as $$
begin
    select f.workspace_id, f.key_id, f.key_name, f.scopes, f.client_id, f.last_used_at
    into workspace_id, key_id, key_name, scopes, client_id, last_used_at
    from find_api_key(key_hash) f;
    if found then
        perform set_ws(workspace_id);
        return next;
    end if;
end
$$;

create function enter_by_token(family uuid, kid uuid, at timestamptz)
returns table (workspace_id uuid, user_id uuid, email text, name text, role text)
language plpgsql as $$
begin
    select f.workspace_id, f.user_id, f.email, f.name, f.role
    into workspace_id, user_id, email, name, role
    from find_family(family, at) f
    where is_signing_key(kid, at);
    if found then
        perform set_ws(workspace_id);
        return next;
    end if;
end
$$;

-- The custom fields of the bound workspace as one text, in the order in which people see them.
create function own_fields() returns text
language plpgsql stable as $$
declare
    ws uuid := current_ws();
begin
    return (
        select coalesce(json_agg(f), '[]')::text
        from (
            select id, name, label, field_type, options, fallback, position, created_at, stored_as
            from custom_field
            where workspace_id = ws
            order by position, id
        ) as f
    );
end
$$;

-- For the rest of the transaction no statement takes longer than that, and none is planned for any
-- value at all: of a list that was asked often, the plan that suits all values takes ten times as
-- long for some. Dynamic SQL as in set_ws (0001).
create function ask_within(milliseconds integer) returns void
language plpgsql as $$
begin
    execute format('set local statement_timeout = %s', milliseconds);
    execute 'set local plan_cache_mode = force_custom_plan';
end
$$;
