"""A text under lock: Fernet, and only readable in the row it was sealed for (S1-41)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from nimbus.problems import Problem


class Seal:
    """Seals with the first key and opens with any, so that keys can be replaced one by one."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, workspace_id: UUID, name: str, text: str) -> bytes:
        """The ciphertext for the row of this workspace and name, such as that of a provider."""
        return self._fernet.encrypt(_row(workspace_id, name) + text.encode())

    def open(self, workspace_id: UUID, name: str, ciphertext: bytes) -> str:
        """The text.

        Raises Problem when it was changed, sealed with other secrets, or sealed for another row:
        whoever can write to the table cannot borrow a secret by copying it.
        """
        row = _row(workspace_id, name)
        try:
            text = self._fernet.decrypt(ciphertext)
        except InvalidToken:
            text = b""
        if not text.startswith(row):
            raise Problem(
                "unavailable",
                f"The stored secret of {name} cannot be read with this instance's secrets. "
                "Make or enter it again.",
            )
        return text.removeprefix(row).decode()


def _row(workspace_id: UUID, name: str) -> bytes:
    # The length keeps two rows apart whose names begin alike.
    told = name.encode()
    return workspace_id.bytes + len(told).to_bytes(2, "big") + told
