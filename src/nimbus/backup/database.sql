-- name: tables
-- The tables whose rows a backup holds. Unlogged ones are empty after a crash, and so after a
-- restore; what an extension owns comes with it.
select c.relname
from pg_class c
where c.relnamespace = 'public'::regnamespace
    and c.relkind = 'r'
    and c.relpersistence = 'p'
    and not exists (
        select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
order by c.relname;

-- name: taken
-- Whatever of a table's kind is there already; a restore wants to see nothing.
select c.relname
from pg_class c
where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and not exists (
        select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
    )
order by c.relname;

-- name: extensions
-- The extensions that whoever restores may make: trusted ones, as all of ours are. Others, such as
-- an operator's own for statistics, are none of our business.
select e.extname
from pg_extension e
join pg_available_extension_versions v on v.name = e.extname and v.version = e.extversion
where e.extnamespace = 'public'::regnamespace and v.trusted
order by e.extname;

-- name: digest
-- Rows of a table and the sum of their hashes, whatever their order.
select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as digest
from {table} as t;

-- name: same
-- Ends in an error unless a table holds what the backup says.
do language plpgsql $$
begin
    if exists (
        select
        from (
            select count(*) as rows, coalesce(sum(hashtextextended(t::text, 0)), 0)::text as digest
            from {table} as t
        ) as found
        where (found.rows, found.digest) is distinct from ({rows}, {digest})
    ) then
        raise exception using message = {words};
    end if;
end
$$;

-- name: files
-- The files that the snapshot names, of all workspaces.
select workspace_id, id, size, sha256
from file
order by workspace_id, id;
