-- What every later migration stands on: extensions, the bound workspace, the wall, distribution.

create extension if not exists btree_gist;

create extension if not exists pg_trgm;

create extension if not exists unaccent;

-- Binds the workspace for the rest of the transaction. Dynamic SQL because Citus passes
-- SET LOCAL on to its workers, but not set_config() (sql-rules 11).
create function set_ws(workspace uuid) returns void
language plpgsql as $$
begin
    execute format('set local app.workspace_id = %L', workspace);
end
$$;

-- The bound workspace; null when none is, and then no policy lets a row through.
create function current_ws() returns uuid
language sql stable parallel safe as $$
    select nullif(current_setting('app.workspace_id', true), '')::uuid
$$;

-- Text as it is searched: lower case, without accents. Declared immutable, since our dictionary
-- is the one that ships with PostgreSQL and never changes under us.
create function fold(words text) returns text
language sql immutable strict parallel safe as $$
    select lower(public.unaccent('public.unaccent', words))
$$;

-- Both arrays without repeats, the first one's order kept.
create function array_union(kept text[], added text[]) returns text[]
language sql immutable parallel safe as $$
    select coalesce(array_agg(one order by at), '{}')
    from (
        select one, min(at) as at
        from unnest(coalesce(kept, '{}') || coalesce(added, '{}')) with ordinality as u (one, at)
        group by one
    ) as once
$$;

-- Spreads a table over the nodes of a Citus cluster; does nothing on plain PostgreSQL.
create function distribute(tbl regclass, col text, colocate text default 'default') returns void
language plpgsql as $$
begin
    if exists (select from pg_extension where extname = 'citus') then
        execute format(
            'select create_distributed_table(%L, %L, colocate_with => %L)', tbl, col, colocate
        );
    end if;
end
$$;

-- The wall: every tenant table passes here once. Forced, so that the owner is behind it too.
create function secure(tbl regclass) returns void
language plpgsql as $$
begin
    execute format('alter table %s enable row level security', tbl);
    execute format('alter table %s force row level security', tbl);
    execute format(
        'create policy tenant on %s using '
        '(workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid) '
        'with check '
        '(workspace_id = nullif(current_setting(''app.workspace_id'', true), '''')::uuid)', tbl
    );
end
$$;
