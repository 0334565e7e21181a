"""The instance's secrets: one master, from which a key per purpose is derived.

They live in `DATA/secrets` (mode 0600) or in `NIMBUS_SECRET`. The database keeps a fingerprint,
and a process with other secrets refuses to start: another email-hash key would silently undo the
protection against double booking.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets as random
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from nimbus.problems import Problem


class Secrets:
    """Keys by purpose (`email`, `cursor`, `session`, `fernet`), 32 bytes each."""

    def __init__(self, master: bytes) -> None:
        self._master = master

    @property
    def master(self) -> bytes:
        """What `DATA/secrets` holds: for a backup, and nothing else."""
        return self._master

    def key(self, purpose: str) -> bytes:
        return _derived(self._master, purpose)

    def fernet_key(self) -> bytes:
        return base64.urlsafe_b64encode(self.key("fernet"))

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.key("fingerprint")).hexdigest()


@lru_cache(maxsize=100)
def _derived(master: bytes, purpose: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nimbus:" + purpose.encode())
    return derive.derive(master)


def kept(data: Path, given: SecretStr | None) -> Secrets:
    """As `load`, but never made. Raises Problem when there are none."""
    if given is None and not (data / "secrets").exists():
        raise Problem("unavailable", f"{data / 'secrets'} is missing: put it back.")
    return load(data, given)


def load(data: Path, given: SecretStr | None) -> Secrets:
    """This instance's secrets, made on first use. Raises Problem when a given one is too short."""
    if given is not None:
        if len(given) < 32:
            raise Problem("unavailable", "NIMBUS_SECRET needs at least 32 characters.")
        return Secrets(given.get_secret_value().encode())
    path = data / "secrets"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Exclusive creation of a complete file: two first starts cannot end with two secrets.
        fresh = path.with_name(f"secrets.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(random.token_urlsafe(48).encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink(missing_ok=True)
    return Secrets(path.read_bytes().strip())
