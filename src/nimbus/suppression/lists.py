"""The two lists of a workspace, emails and domains: alike but for their table and their names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import LiteralString

from nimbus.db.ids import Prefix
from nimbus.db.sqlfile import beside
from nimbus.fields.field import FieldType
from nimbus.fields.types import EMAIL, HOST
from nimbus.suppression.suppression import DOMAIN_REASONS, REASONS


@dataclass(frozen=True, slots=True)
class Listing:
    """`key` names it in addresses, `noun` its lines in sentences, `prefix` their ids; `type` reads
    a line; both `.sql` files have the same statements."""

    key: str
    label: str
    noun: str
    article: str
    prefix: Prefix
    type: FieldType
    reasons: Mapping[str, str]
    sql: Mapping[str, LiteralString]


EMAILS = Listing(
    "emails", "Emails", "email", "an email address", "sup", EMAIL, REASONS,
    beside(__file__, "emails.sql"),
)  # fmt: skip
DOMAINS = Listing(
    "domains", "Domains", "domain", "a domain", "dom", HOST, DOMAIN_REASONS,
    beside(__file__, "domains.sql"),
)  # fmt: skip
LISTS = {listing.key: listing for listing in (EMAILS, DOMAINS)}
