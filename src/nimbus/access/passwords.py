"""Passwords: argon2id, a bound on how many are checked at once, and what makes one acceptable."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from nimbus.problems import invalid

MIN_LENGTH = 10
_hasher = PasswordHasher()
# A check takes 64 MiB and a core for a fifth of a second: more at once would starve the rest.
_slots = threading.BoundedSemaphore(2)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """The hash to store. Raises Problem when the password is too short or too long."""
    if len(password) < MIN_LENGTH:
        raise invalid(f"A password needs at least {MIN_LENGTH} characters.", "password")
    if len(password) > 1000:
        raise invalid("A password may have at most 1,000 characters.", "password")
    with _slots:
        return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password; takes as long when there is no such person."""
    try:
        with _slots:
            return _hasher.verify(stored or _nobody(), password[:1000]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
