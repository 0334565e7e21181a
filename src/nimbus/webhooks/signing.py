"""Signatures of the Standard Webhooks specification, by its own library (G-39).

The secret is sealed in its webhook's row. For a day after a rotation both secrets sign, so that a
receiver can change over in its own time.
"""

from __future__ import annotations

import base64
import secrets as random
from datetime import datetime, timedelta
from uuid import UUID

from standardwebhooks import Webhook as Signer

from nimbus.db import ids
from nimbus.db.seal import Seal
from nimbus.db.secrets import Secrets
from nimbus.webhooks.webhook import Webhook

PREFIX = "whsec_"
# Within what the specification asks for, 24 to 64 bytes.
_BYTES = 32
OVERLAP = timedelta(hours=24)


def new_secret() -> str:
    return PREFIX + base64.b64encode(random.token_bytes(_BYTES)).decode()


def sealed(secrets: Secrets, workspace_id: UUID, webhook_id: UUID, secret: str) -> bytes:
    """The secret as its row keeps it, of use in that row alone."""
    return _seal(secrets).close(workspace_id, ids.show("hook", webhook_id), secret)


def signers(secrets: Secrets, workspace_id: UUID, hook: Webhook, now: datetime) -> list[Signer]:
    """Those whose signatures count now, the newest first. Raises Problem when a secret cannot be
    opened with this instance's secrets."""
    kept = [hook.secret]
    if hook.old_secret and hook.old_until and now < hook.old_until:
        kept.append(hook.old_secret)
    seal = _seal(secrets)
    return [Signer(seal.open(workspace_id, hook.shown_id, one)) for one in kept]


def headers(signed_by: list[Signer], message_id: str, at: datetime, body: str) -> dict[str, str]:
    """What a receiver checks: the id, the time in seconds, and a signature per secret."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(one.sign(message_id, at, body) for one in signed_by),
    }


def _seal(secrets: Secrets) -> Seal:
    return Seal([secrets.fernet_key()])
