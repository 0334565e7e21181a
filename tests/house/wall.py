"""The wall between tenants as the database really has it: what `holes` does not name is closed.

The answer comes from the catalog alone, never from the migrations, so that it holds however a
table came to be.
"""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from nimbus.db.roles import APP, APPEND_ONLY, CLOSED, MIGRATE

_BOUND = "(NULLIF(current_setting('app.workspace_id'::text, true), ''::text))::uuid"
_RIGHTS = "SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER MAINTAIN".split()
_COLUMN_RIGHTS = "SELECT INSERT UPDATE REFERENCES".split()
_OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"


def tenant_tables(connection: psycopg.Connection, *, partitions: bool = True) -> list[str]:
    """`workspace`, and every table with a workspace_id that the application can reach."""
    rows = connection.execute(
        f"""
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and {_OURS} and c.relname <> all(%s)
            and (%s or not c.relispartition)
            and (c.relname = 'workspace' or exists (
                select from pg_attribute a
                where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
            ))
        order by 1
        """,
        [list(CLOSED), partitions],
    ).fetchall()
    return [name for (name,) in rows]


def holes(connection: psycopg.Connection) -> list[str]:
    """Everything through which a tenant could see or change what is another's, one line each."""
    return [
        *_unwalled(connection),
        *_rights(connection),
        *_views(connection),
        *_belongings(connection),
        *_powers(connection),
        *_definers(connection),
    ]


def _unwalled(connection: psycopg.Connection) -> Iterator[str]:
    """Tables without forced row-level security, or with any other policy than the one."""
    for table in tenant_tables(connection):
        key = "id" if table == "workspace" else "workspace_id"
        walled = connection.execute(
            "select relrowsecurity, relforcerowsecurity from pg_class where oid = %s::regclass",
            [table],
        ).fetchone()
        assert walled
        if not walled[0]:
            yield f"{table}: row-level security is not enabled"
        if not walled[1]:
            yield f"{table}: row-level security is not forced"
        policies = connection.execute(
            """
            select polname, polpermissive, polcmd::text, polroles::oid[] = '{0}',
                pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
            from pg_policy where polrelid = %s::regclass order by 1
            """,
            [table],
        ).fetchall()
        meant = f"({key} = {_BOUND})"
        if policies != [("tenant", True, "*", True, meant, meant)]:
            yield f"{table}: the policies are {policies}, not the one policy tenant"


def _rights(connection: psycopg.Connection) -> Iterator[str]:
    """Rights on tables that `roles.grant` would not give; partitions get none."""
    rows = connection.execute(
        f"""
        select n.nspname, c.relname, c.relispartition,
            array(select r from unnest(%(rights)s::text[]) as r
                where has_table_privilege(%(app)s, c.oid, r)),
            array(select r from unnest(%(column_rights)s::text[]) as r
                where has_any_column_privilege(%(app)s, c.oid, r))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and {_OURS}
        order by 1, 2
        """,
        {"app": APP, "rights": _RIGHTS, "column_rights": _COLUMN_RIGHTS},
    ).fetchall()
    for schema, table, is_partition, on_table, on_columns in rows:
        allowed = set(_RIGHTS[:4])
        if schema != "public" or is_partition or table in CLOSED:
            allowed = set()
        elif table in APPEND_ONLY:
            allowed = {"SELECT", "INSERT"}
        for right in sorted({*on_table, *on_columns} - allowed):
            yield f"{table}: {APP} has {right}"


def _views(connection: psycopg.Connection) -> Iterator[str]:
    """A view reads with its owner's eyes, and ours sees everything."""
    rows = connection.execute(
        f"""
        select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('v', 'm', 'f') and {_OURS}
            and has_any_column_privilege(%s, c.oid, 'select')
            and not coalesce('security_invoker=true' = any(c.reloptions), false)
            and not exists (  -- those of extensions hold no rows of ours
                select from pg_depend d where d.objid = c.oid and d.deptype = 'e'
            )
        """,
        [APP],
    ).fetchall()
    for (view,) in rows:
        yield f"{view}: a view that {APP} reads with the rights of its owner"


def _belongings(connection: psycopg.Connection) -> Iterator[str]:
    """An owner could take the wall down; the application owns nothing but its temporary tables."""
    rows = connection.execute(
        """
        select thing from (
            select pg_describe_object(d.classid, d.objid, d.objsubid) as thing
            from pg_shdepend d join pg_roles r on r.oid = d.refobjid
            where r.rolname = %s and d.deptype = 'o' and d.dbid in (
                0, (select oid from pg_database where datname = current_database())
            )
        ) as owned
        where thing !~ 'pg_temp'
        """,
        [APP],
    ).fetchall()
    for (thing,) in rows:
        yield f"{thing}: belongs to {APP}"


def _powers(connection: psycopg.Connection) -> Iterator[str]:
    """What would let the application step over the wall, or build beside it."""
    row = connection.execute(
        """
        select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,
            has_schema_privilege(rolname, 'public', 'create'),
            has_database_privilege(rolname, current_database(), 'create'),
            array(select roleid::regrole::text from pg_auth_members where member = r.oid)
        from pg_roles r where rolname = %s
        """,
        [APP],
    ).fetchone()
    assert row
    words = (
        "is a superuser", "has BYPASSRLS", "has CREATEROLE", "has CREATEDB", "has REPLICATION",
        "may create in the schema public", "may create schemas", "is a member of",
    )  # fmt: skip
    for has, word in zip(row, words, strict=True):
        if has:
            yield f"{APP}: {word}" + (f" {', '.join(has)}" if isinstance(has, list) else "")


def _definers(connection: psycopg.Connection) -> Iterator[str]:
    """Functions that act with their owner's rights: only the migrating role's, path fixed."""
    rows = connection.execute(
        f"""
        select p.oid::regprocedure::text, p.proowner::regrole::text, p.proconfig
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.prosecdef and {_OURS} order by 1
        """
    ).fetchall()
    for function, owner, config in rows:
        if "search_path=public, pg_temp" not in (config or []):
            yield f"{function}: SECURITY DEFINER without the fixed search_path"
        if owner != MIGRATE:
            yield f"{function}: SECURITY DEFINER with the rights of {owner}"
