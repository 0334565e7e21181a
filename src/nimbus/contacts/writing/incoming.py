"""What a batch of rows brings: which columns, and how they hang together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nimbus.consent import CONSENT, STATUS, STAY_WITH_CONSENT

# A normalised twin goes with the value as typed: never one of the row and one of the contact.
TWINS = {"phone_e164": "phone", "mobile_e164": "mobile", "company_name_key": "company_name"}
# Columns that only become stricter, and how strict a value is.
LADDERS = {"consent_status": CONSENT, "status": STATUS}
# What whoever records consent may set without being let to change contacts (D-33).
OF_CONSENT = frozenset({*LADDERS, *STAY_WITH_CONSENT})


@dataclass(frozen=True, slots=True)
class Together:
    """Columns that one cell gave: a full name its parts, a location its city, state and country.

    The parts replace those of a contact as a whole when one of `told_by` contradicts it, so that
    nobody ends up in “Paris, Texas, France”. `said` is the column that tells whether the cell had
    a value; None when any of the parts does. The columns that are `exact` it replaces by itself,
    also those that have a column of their own: who names a person in a request means all of the
    name, while a file may only say less of it (D-21).
    """

    columns: tuple[str, ...]
    told_by: tuple[str, ...]
    said: str | None = None
    exact: tuple[str, ...] = ()

    def said_sql(self, row: str) -> str:
        """Whether the row's cell had a value."""
        return " or ".join(
            f"{row}.{column} is not null" for column in ([self.said] if self.said else self.columns)
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a batch brings.

    `columns` are the staged contact columns that have values, `company` the columns of the company,
    `custom` the keys of the custom fields. `fill_only` of all three fill blanks and never overwrite
    (F-02; those of the company begin with `company_`). `derived` maps a column that is worked out
    where the row has no value to the columns it follows from, `told` are those of them that the
    source has a column for; `together` are those that one cell gave. `defaults` are
    for columns that do come, where neither the row nor the contact or company has a value; their
    names are like those of `fill_only` (S2-18).
    """

    columns: frozenset[str]
    company: frozenset[str] = frozenset()
    custom: frozenset[str] = frozenset()
    fill_only: frozenset[str] = frozenset()
    derived: tuple[tuple[str, tuple[str, ...]], ...] = ()
    told: frozenset[str] = frozenset()
    together: tuple[Together, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)

    def keeps_company(self) -> bool:
        """Whether a company that the source names is only for contacts that have none (F-02)."""
        key = "company_domain" if "domain" in self.company else "company_website"
        return key in self.fill_only

    def group_of(self, column: str) -> Together | None:
        """The group that a column came in with."""
        return next((group for group in self.together if column in group.columns), None)

    def set_by(self, column: str) -> Together | None:
        """The group whose cell, where it has a value, sets the column whatever it was."""
        return next((group for group in self.together if column in group.exact), None)
