"""The API keys of a workspace: listing, issuing and revoking them, each logged without the key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from nimbus import operations
from nimbus.access import SCOPES, Who, keys
from nimbus.accounts.client import client_for
from nimbus.accounts.name import tidy
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.operations.operation import log

_FORM = "key_form"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """`hint` is what can be told of the key itself; `client` names the one it is limited to."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    client_id: UUID | None
    client: str | None
    created_at: datetime
    last_used_at: datetime | None

    @property
    def shown_id(self) -> str:
        return ids.show("key", self.id)

    @property
    def sorted_scopes(self) -> list[str]:
        """In the order in which scopes are presented everywhere."""
        return [scope for scope in SCOPES if scope in self.scopes]


def api_keys(tx: Tx, who: Who) -> list[ApiKey]:
    """The keys that work, newest first; for a key that is limited to a client, those like it."""
    found = tx.all(
        ApiKey,
        """
        select k.id, k.name, k.hint, k.scopes, k.client_id, c.name as client, k.created_at,
            k.last_used_at
        from api_key k
        left join client c on c.workspace_id = k.workspace_id and c.id = k.client_id
        where k.workspace_id = %s and k.revoked_at is null
        order by k.created_at desc, k.id desc
        """,
        [tx.workspace_id],
    )
    return [key for key in found if who.client_id in (None, key.client_id)]


def find_key(tx: Tx, who: Who, key_id: UUID) -> ApiKey:
    """Raises Problem(not_found), also for a revoked key."""
    for key in api_keys(tx, who):
        if key.id == key_id:
            return key
    raise ids.missing("key")


def issue_key(
    tx: Tx, who: Who, through: str, name: str, scopes: Sequence[str],
    client_id: UUID | None = None, form: UUID | None = None,
) -> tuple[ApiKey, str]:  # fmt: skip
    """A new key, and the key itself, which is never to be seen again (D-33). `form` is what
    `was_sent` knows the form by, if it came by one."""
    name = tidy(name, "name", "key")
    client = client_for(tx, who, client_id) if client_id or who.client_id else None
    limited_to = client.id if client else None
    key_id, key = keys.issue(tx, who, name, scopes, limited_to)
    after: dict[str, object] = {
        "name": name,
        "scopes": sorted(set(scopes)),
        "client_id": str(limited_to) if limited_to else None,
    }
    operation = operations.start(tx, who, "key.create", through, subject=_FORM if form else None,
                                 subject_id=form)  # fmt: skip
    log(tx, operation, "api_key", key_id, "created", None, after)
    return find_key(tx, who, key_id), key


def was_sent(tx: Tx, form: UUID) -> bool:
    """Whether this form has made its key; of two clicks the second waits for the first."""
    tx.run("select from workspace where id = %s for no key update", [tx.workspace_id])
    made: bool = tx.value(
        "select exists (select from operation where workspace_id = %s and subject_id = %s "
        "and subject = %s)",
        [tx.workspace_id, form, _FORM],
    )
    return made


def revoke_key(tx: Tx, who: Who, through: str, key_id: UUID) -> ApiKey:
    """Revoke at once. Raises Problem(not_found), also when it is revoked already."""
    found = find_key(tx, who, key_id)
    if not keys.revoke(tx, key_id):  # Somebody else was quicker.
        raise ids.missing("key")
    operation = operations.start(tx, who, "key.revoke", through, subject="api_key",
                                 subject_id=key_id)  # fmt: skip
    log(tx, operation, "api_key", key_id, "revoked", {"name": found.name}, None)
    return found
