"""A provider's key under lock: Fernet, and only readable in the row it was sealed for (S1-41)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from nimbus.problems import Problem


class Seal:
    """Seals with the first key and opens with any, so that keys can be replaced one by one."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, workspace_id: UUID, provider: str, api_key: str) -> bytes:
        """The ciphertext for the row of this workspace and provider."""
        return self._fernet.encrypt(_row(workspace_id, provider) + api_key.encode())

    def open(self, workspace_id: UUID, provider: str, ciphertext: bytes) -> str:
        """The provider's key.

        Raises Problem when it was changed, sealed with other secrets, or sealed for another row:
        whoever can write to the table cannot borrow a key by copying it.
        """
        row = _row(workspace_id, provider)
        try:
            text = self._fernet.decrypt(ciphertext)
        except InvalidToken:
            text = b""
        if not text.startswith(row):
            raise Problem(
                "unavailable",
                f"The stored key of {provider} cannot be read with this instance's secrets. "
                "Enter the key again.",
            )
        return text.removeprefix(row).decode()


def _row(workspace_id: UUID, provider: str) -> bytes:
    # The length keeps two rows apart whose names begin alike.
    name = provider.encode()
    return workspace_id.bytes + len(name).to_bytes(2, "big") + name
