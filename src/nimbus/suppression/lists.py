"""The two lists of a workspace, emails and domains: alike but for their table and their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import LiteralString

from psycopg import sql

from nimbus.db.ids import Prefix
from nimbus.db.sqlfile import beside
from nimbus.fields.field import Invalid
from nimbus.fields.types import EMAIL, HOST
from nimbus.fields.types.domain import registrable
from nimbus.suppression.suppression import DOMAIN_REASONS, REASONS

_SQL = beside(__file__, "lists.sql")
# Of a change `h` of a line: that another operation asked for it, and was not undone, by the undo of
# any operation or that of an addition (`write.undo`).
_AGAIN = sql.SQL(
    """h.kind = 'updated' and not exists (
        select from operation u
        where u.workspace_id = h.workspace_id and u.undoes = h.operation_id and not exists (
            select from operation r where r.workspace_id = h.workspace_id and r.undoes = u.id
        )
    ) and not exists (
        select from operation u
        where u.workspace_id = h.workspace_id and u.subject_id = h.operation_id
            and u.subject = 'operation'
    )"""
)


@dataclass(frozen=True)
class Listing:
    """`key` names it in addresses, `noun` its lines in sentences, `prefix` their ids; `parse` reads
    a line; `table` and `column` are where they lie, `sql` the statements over it."""

    key: str
    label: str
    noun: str
    article: str
    prefix: Prefix
    parse: Callable[[str], str | None]
    reasons: Mapping[str, str]
    table: str
    column: str

    @cached_property
    def sql(self) -> Mapping[str, sql.Composed]:
        return statements(_SQL, self.table, self.column)


def statements(
    named: Mapping[str, LiteralString], table: str, column: str
) -> dict[str, sql.Composed]:
    """Statements over the table of a list."""
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    words = {"thing": sql.Literal(table), "key": sql.Literal(column), "again": _AGAIN}
    return {name: sql.SQL(text).format(**names, **words) for name, text in named.items()}


def held_host(raw: str) -> str | None:
    """A domain as it is held back: the host, without the `www.` of an address that was copied from
    a browser, at which nobody has an email. Raises Invalid for what is no domain (S1-44)."""
    host = HOST.parse(raw)
    if not host or not host.startswith("www."):
        return host
    bare = host.removeprefix("www.")
    try:
        # Of `www.co.uk` the rest is a suffix, which would hold back half a country.
        registrable(bare)
    except Invalid:
        return host
    return bare


def held_email(raw: str) -> str | None:
    """An email in its stored form. Raises Invalid, which tells of a domain where domains go."""
    try:
        return EMAIL.parse(raw)
    except Invalid:
        if _is_domain(raw.strip().removeprefix("@")):
            raise Invalid(
                f"“{raw.strip()}” is a domain. Domains have a list of their own: Suppression, "
                "Domains."
            ) from None
        raise


def _is_domain(text: str) -> bool:
    try:
        return "@" not in text and bool(HOST.parse(text))
    except Invalid:
        return False


EMAILS = Listing(
    "emails", "Emails", "email", "an email address", "sup", held_email, REASONS,
    "suppression", "email",
)  # fmt: skip
DOMAINS = Listing(
    "domains", "Domains", "domain", "a domain", "dom", held_host, DOMAIN_REASONS,
    "suppression_domain", "domain",
)  # fmt: skip
LISTS = {listing.key: listing for listing in (EMAILS, DOMAINS)}
