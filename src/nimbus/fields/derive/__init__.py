"""What follows from a value that was read: pure and cached, for half a million rows."""

from nimbus.fields.derive.companies import company_name_key
from nimbus.fields.derive.domains import company_domain, email_domain, is_free_mail
from nimbus.fields.derive.names import Name, join_name, split_name
from nimbus.fields.derive.phones import e164
from nimbus.fields.derive.places import split_location, time_zone
from nimbus.fields.derive.titles import (
    DEPARTMENTS,
    SENIORITIES,
    department_slug,
    seniority_slug,
    title_rank,
)

__all__ = [
    "DEPARTMENTS",
    "SENIORITIES",
    "Name",
    "company_domain",
    "company_name_key",
    "department_slug",
    "e164",
    "email_domain",
    "is_free_mail",
    "join_name",
    "seniority_slug",
    "split_location",
    "split_name",
    "time_zone",
    "title_rank",
]
