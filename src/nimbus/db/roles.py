"""Three roles: one that owns the tables and migrates, one the application runs as, one superuser.

Set again at every start. `nimbus_migrate` owns the tables and has BYPASSRLS; `nimbus_app` owns
nothing and bypasses nothing; the superuser of the embedded server makes roles and LEAKPROOF marks
and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from nimbus.db.alone import alone
from nimbus.problems import Problem

MIGRATE, APP = "nimbus_migrate", "nimbus_app"

# Tables that the application reaches through functions only, or not at all.
CLOSED = (
    "app_user", "session", "login_attempt", "global_contact", "client_assignment",
    "past_assignment", "migration", "instance", "signing_key", "refresh_token",
    "password_link", "second_factor",
)  # fmt: skip
# Tables the application may add to and read, but never change (design idea 4).
APPEND_ONLY = (
    "change", "engagement_event", "erasure_log", "erasure_tombstone", "operation", "seal",
    "sealed_operation",
)  # fmt: skip

# What our compiled filters use. Under row-level security only leakproof operators reach an index;
# tenants never run SQL of their own, so nothing can leak through an operator's error message.
LEAKPROOF = (
    "arraycontains(anyarray, anyarray)", "arraycontained(anyarray, anyarray)",
    "arrayoverlap(anyarray, anyarray)", "jsonb_contains(jsonb, jsonb)",
    "jsonb_exists(jsonb, text)", "textlike(text, text)", "textnlike(text, text)",
    "texticlike(text, text)", "texticnlike(text, text)", "starts_with(text, text)",
    "like_escape(text, text)", "reverse(text)", "fold(text)", "folded(text[])",
    "similarity_op(text, text)", "word_similarity_op(text, text)",
    "ts_match_vq(tsvector, tsquery)",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Logins:
    """Connection strings by role, which may hold a password and are therefore never shown."""

    migrate: str = field(repr=False)
    app: str = field(repr=False)
    admin: str | None = field(repr=False)  # only where the login is a superuser


def embedded(superuser: str) -> Logins:
    """Roles and the database on the embedded server."""
    with psycopg.connect(superuser, autocommit=True) as admin, alone(admin):
        for role, rights in ((MIGRATE, "login bypassrls"), (APP, "login nobypassrls")):
            _ensure_role(admin, role, rights)
        if not admin.execute("select 1 from pg_database where datname = 'nimbus'").fetchone():
            admin.execute("create database nimbus owner nimbus_migrate")
    database = make_conninfo(superuser, dbname="nimbus")
    return Logins(
        migrate=make_conninfo(database, user=MIGRATE),
        app=make_conninfo(database, user=APP),
        admin=database,
    )


def own_server(given: SecretStr) -> Logins:
    """Roles on a server of the operator's (NIMBUS_DATABASE_URL). Raises Problem when the address
    cannot be read, the server cannot be reached or is too old, or rights miss; never with the
    password in its words."""
    url = given.get_secret_value()
    named = _named(url)
    try:
        admin = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise _unreachable(named, error) from None
    with admin:
        if admin.info.server_version < 180000:
            raise _too_old(admin.info.server_version)
        try:
            with alone(admin):
                _roles_of_own_server(admin)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Problem(
                "unavailable",
                "The login of NIMBUS_DATABASE_URL may not create roles. Give it CREATEROLE, or "
                "create nimbus_migrate and nimbus_app (NOLOGIN) and make it a member of both: "
                + str(error).strip(),
            ) from error
        superuser = bool(_one(admin, "select rolsuper from pg_roles where rolname = current_user"))
    words = str(named.get("options") or "")
    return Logins(
        migrate=make_conninfo(url, options=f"{words} -c role={MIGRATE}".strip()),
        app=make_conninfo(url, options=f"{words} -c role={APP}".strip()),
        admin=url if superuser else None,
    )


def _named(url: str) -> dict[str, object]:
    """The parts of the address. PostgreSQL would show an address it cannot read in its message,
    and take what a password has after an @ for the host, and before a / for the port."""
    try:
        parts: dict[str, object] = dict(conninfo_to_dict(url))
    except psycopg.Error:
        parts = {"host": "@"}
    ports = str(parts.get("port") or "5432").split(",")
    if "@" in str(parts.get("host") or "") or not all(port.isdecimal() for port in ports):
        raise Problem(
            "unavailable",
            "NIMBUS_DATABASE_URL cannot be read. Write it as "
            "postgresql://USER:PASSWORD@HOST:5432/DATABASE, and in the password write @ as %40, "
            ": as %3A, / as %2F, # as %23, ? as %3F and % as %25.",
        )
    return parts


def _unreachable(named: dict[str, object], error: psycopg.Error) -> Problem:
    where = f"{named.get('host') or 'the local socket'} port {named.get('port') or 5432}"
    reason = " ".join(str(error).split())
    if password := str(named.get("password") or ""):
        reason = reason.replace(password, "…")
    return Problem(
        "unavailable",
        f"The server of NIMBUS_DATABASE_URL ({where}) cannot be used: {reason} Start it and see "
        "that it can be reached from here with this login, or correct NIMBUS_DATABASE_URL; "
        "without that setting Nimbus uses its embedded database.",
    )


def _too_old(version: int) -> Problem:
    return Problem(
        "unavailable",
        f"The server of NIMBUS_DATABASE_URL is PostgreSQL {version // 10000}, and Nimbus needs 18 "
        "or later. Upgrade that server, or name another in NIMBUS_DATABASE_URL; without that "
        "setting Nimbus uses its embedded database.",
    )


def _roles_of_own_server(admin: psycopg.Connection) -> None:
    superuser = _one(admin, "select rolsuper from pg_roles where rolname = current_user")
    _ensure_role(admin, MIGRATE, "nologin" + (" bypassrls" if superuser else ""))
    _ensure_role(admin, APP, "nologin")
    for role in (MIGRATE, APP):
        if not _one(admin, "select pg_has_role(current_user, %s, 'set')", role):
            admin.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))
    database = str(_one(admin, "select current_database()"))
    admin.execute(
        sql.SQL("grant create, temporary, connect on database {} to {}").format(
            sql.Identifier(database), sql.Identifier(MIGRATE)
        )
    )
    admin.execute("grant create, usage on schema public to nimbus_migrate")


def _ensure_role(admin: psycopg.Connection, role: str, rights: str) -> None:
    name, words = sql.Identifier(role), sql.SQL(rights)
    if not admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
        admin.execute(sql.SQL("create role {} {}").format(name, words))
    elif "bypassrls" in rights:
        admin.execute(sql.SQL("alter role {} {}").format(name, words))


def grant(migrate: psycopg.Connection) -> None:
    """Give the application's role exactly what it needs, and take away what it should not have."""
    app = sql.Identifier(APP)
    database = str(_one(migrate, "select current_database()"))
    migrate.execute(
        sql.SQL("grant connect, temporary on database {} to {}").format(
            sql.Identifier(database), app
        )
    )
    migrate.execute(sql.SQL("grant usage on schema public to {}").format(app))
    migrate.execute(sql.SQL("grant usage on all sequences in schema public to {}").format(app))
    tables = migrate.execute(
        "select c.relname, c.relispartition from pg_class c "
        "where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1"
    ).fetchall()
    for name, is_partition in tables:
        table = sql.Identifier(name)
        migrate.execute(sql.SQL("revoke all on {} from {}").format(table, app))
        if is_partition or name in CLOSED:
            continue
        rights = "select, insert" if name in APPEND_ONLY else "select, insert, update, delete"
        migrate.execute(sql.SQL("grant {} on {} to {}").format(sql.SQL(rights), table, app))


def grant_functions(migrate: psycopg.Connection) -> None:
    """Our functions are for our roles: on a server that others use too, a login of theirs could
    otherwise ask those that look over the wall."""
    functions = migrate.execute(
        "select p.oid::regprocedure::text from pg_proc p "
        "where p.pronamespace = 'public'::regnamespace and p.proowner = current_user::regrole"
    ).fetchall()
    for (name,) in functions:
        function, app = sql.SQL(name), sql.Identifier(APP)
        migrate.execute(sql.SQL("revoke all on function {} from public").format(function))
        migrate.execute(sql.SQL("grant execute on function {} to {}").format(function, app))


def open_to_owner(migrate: psycopg.Connection) -> None:
    """On a server that gives nobody BYPASSRLS, a second policy lets the owner, and so its
    functions and migrations, see every workspace; the application's role stays behind the wall."""
    if _one(migrate, "select rolbypassrls from pg_roles where rolname = %s", MIGRATE):
        return
    tables = migrate.execute(
        "select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid "
        "where p.polname = 'tenant' and not exists (select from pg_policy o "
        "where o.polrelid = c.oid and o.polname = 'owner') order by 1"
    ).fetchall()
    for (name,) in tables:
        migrate.execute(
            sql.SQL("create policy owner on {} to {} using (true) with check (true)").format(
                sql.Identifier(name), sql.Identifier(MIGRATE)
            )
        )


def mark_leakproof(admin: psycopg.Connection) -> None:
    """Mark the functions behind our filters' operators LEAKPROOF (superuser only)."""
    for signature in LEAKPROOF:
        for procedure in _unmarked(admin, signature):
            admin.execute(sql.SQL("alter function {} leakproof").format(sql.SQL(procedure)))


def unmarked(connection: psycopg.Connection) -> list[str]:
    """Operators' functions that are not LEAKPROOF, for `nimbus doctor`."""
    return [signature for signature in LEAKPROOF if _unmarked(connection, signature)]


def _unmarked(connection: psycopg.Connection, signature: str) -> list[str]:
    """The procedures of a signature (of every argument list when none is given) without mark."""
    name, _, arguments = signature.partition("(")
    rows = connection.execute(
        "select p.oid::regprocedure::text from pg_proc p where p.proname = %s "
        "and not p.proleakproof and (%s = '' or p.oid = to_regprocedure(%s))",
        [name, arguments, signature],
    ).fetchall()
    return [row[0] for row in rows]


def refuse_bypass(app: psycopg.Connection) -> None:
    """Refuse to start when the application's role could look over the wall."""
    row = app.execute(
        "select current_user, rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    ).fetchone()
    if not row or row[0] != APP or row[1]:
        raise Problem(
            "unavailable",
            f"The application is connected as {row[0] if row else 'nobody'}, which could bypass "
            "row-level security. Remove SUPERUSER and BYPASSRLS from nimbus_app.",
        )


def _one(connection: psycopg.Connection, query: str, *values: object) -> object:
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None
