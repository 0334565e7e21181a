"""The company that somebody names for one contact (S1-19)."""

from __future__ import annotations

from uuid import UUID

from nimbus.companies.restore import keep_all
from nimbus.db.door import TryAgain, Tx
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import invalid


def find(tx: Tx, domain: str) -> UUID | None:
    """The company of a domain."""
    found: UUID | None = tx.value(
        "select id from company where workspace_id = %s and domain = %s", [tx.workspace_id, domain]
    )
    return found


def by_domain(tx: Tx, operation: Operation, domain: str) -> UUID:
    """The company of a domain, made where there is none. Raises TryAgain when somebody else makes
    it at this moment."""
    keep_all(tx)
    if found := find(tx, domain):
        return found
    made: UUID | None = tx.value(
        "insert into company (workspace_id, domain, created_at, updated_at) "
        "values (%s, %s, %s, %s) on conflict do nothing returning id",
        [tx.workspace_id, domain, tx.now, tx.now],
    )
    if made is None:
        raise TryAgain
    log(tx, operation, "company", made, "created", None, None)
    return made


def by_id(tx: Tx, company_id: UUID, at: str) -> UUID:
    """A company of the workspace. Raises Problem that names the member `at`."""
    keep_all(tx)
    found = tx.value(
        "select id from company where workspace_id = %s and id = %s", [tx.workspace_id, company_id]
    )
    if found is None:
        raise invalid("There is no such company in this workspace.", at)
    return company_id
