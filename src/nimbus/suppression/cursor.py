"""The cursor of a list: where the next page begins, signed, so that only ours are read (S3-23)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from nimbus.db.secrets import Secrets
from nimbus.problems import invalid

_SIGNATURE = 12


def write(secrets: Secrets, listing: str, last: UUID) -> str:
    """The cursor after the line `last` of a list; it is of no use for another list."""
    text = last.bytes + _sign(secrets, listing, last)
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read(secrets: Secrets, listing: str, cursor: str | None) -> UUID | None:
    """The line a cursor stands behind, None without one. Raises Problem that names the field."""
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        last = UUID(bytes=text[:16])
    except (ValueError, binascii.Error):
        last = None
    if last is None or not hmac.compare_digest(text[16:], _sign(secrets, listing, last)):
        raise invalid(
            "This cursor is not one of this list. Take meta.next_cursor of the page before, "
            "or leave it out to begin at the first page.",
            "cursor",
        )
    return last


def _sign(secrets: Secrets, listing: str, last: UUID) -> bytes:
    signed = hmac.new(secrets.key("cursor"), listing.encode() + last.bytes, hashlib.sha256)
    return signed.digest()[:_SIGNATURE]
