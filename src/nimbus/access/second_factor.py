"""The second factor of a login: a code that an authenticator makes anew every half minute (RFC
6238), or one of the recovery codes for the day it is lost.

The secret is kept sealed; of recovery codes only digests are. No code is good twice.
"""

from __future__ import annotations

import base64
import hashlib
import secrets as random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from cryptography.fernet import Fernet, InvalidToken

from nimbus.access import sessions
from nimbus.db.door import Door, Tx
from nimbus.db.secrets import Secrets
from nimbus.problems import Problem, invalid
from nimbus.settings import Settings

ISSUER = "Nimbus Contacts"
RECOVERY_CODES = 8
# How long after the password the code may come.
PENDING = timedelta(minutes=10)
_SECONDS = 30
# A clock may be half a minute early or late.
_DRIFT = 1


@dataclass(frozen=True, slots=True)
class Factor:
    """A person's second factor; `confirmed_at` is None while it is being set up."""

    secret: bytes
    confirmed_at: datetime | None
    recovery_left: int


def find(tx: Tx, person: UUID) -> Factor | None:
    return tx.one(
        Factor, "select secret, confirmed_at, recovery_left from find_second_factor(%s)", [person]
    )


def is_on(tx: Tx, person: UUID) -> bool:
    found = find(tx, person)
    return found is not None and found.confirmed_at is not None


def begin(tx: Tx, secrets: Secrets, person: UUID) -> None:
    """A new secret, to be confirmed with a first code. Raises Problem(conflict) when it is on."""
    sealed = _seal(secrets).encrypt(pyotp.random_base32().encode())
    if not tx.value("select begin_second_factor(%s, %s, %s)", [person, sealed, tx.now]):
        raise Problem("conflict", "Your second factor is on already.")


def secret_of(secrets: Secrets, factor: Factor) -> str:
    return _seal(secrets).decrypt(factor.secret).decode()


def link(secret: str, email: str) -> str:
    """What authenticators open: `otpauth://…`."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def confirm(tx: Tx, secrets: Secrets, person: UUID, code: str) -> list[str] | None:
    """Turn it on with a first code; answers the recovery codes, which are never to be seen again,
    and None for a wrong code."""
    factor = find(tx, person)
    if factor is None or factor.confirmed_at is not None:
        raise Problem("conflict", "There is nothing to confirm. Set the second factor up first.")
    period = _period(secret_of(secrets, factor), code, tx.now)
    if period is None:
        return None
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    tx.value("select confirm_second_factor(%s, %s, %s, %s)",
             [person, period, [_digest(one) for one in codes], tx.now])  # fmt: skip
    return codes


def is_right(tx: Tx, settings: Settings, secrets: Secrets, person: UUID, code: str) -> bool:
    """Whether the code is good, which uses it up; a wrong one is counted, so do not roll back.
    Raises Problem(rate_limited): guessing is braked for each person, from wherever it comes."""
    callers = [sessions.caller(f"code {person}", "")]
    sessions.brake(tx, settings, callers)
    factor = find(tx, person)
    assert factor is not None  # noqa: S101 - asked of those who have one
    period = _period(secret_of(secrets, factor), code, tx.now)
    if period is not None:
        right = bool(tx.value("select take_second_factor(%s, %s)", [person, period]))
    else:
        right = bool(tx.value("select take_recovery_code(%s, %s)", [person, _digest(code)]))
    if right:
        tx.run("select clear_login_attempts(%s)", callers)
    else:
        sessions.note_failure(tx, callers)
    return right


def demand(
    door: Door, settings: Settings, secrets: Secrets, person: UUID, code: str | None
) -> None:
    """Whoever has a second factor must give it. Raises Problem that names the field `code`."""
    with door.platform() as tx:
        if not is_on(tx, person):
            return
        if not code:
            raise Problem(
                "authentication_required",
                "This login asks for a second factor: send the code of your authenticator, or a "
                "recovery code.",
                "code",
            )
        right = is_right(tx, settings, secrets, person, code)
    if not right:
        raise wrong("authentication_required")


def wrong(code: str = "validation_error") -> Problem:
    return Problem(
        code, "This code is not right, or was used already. Wait for the next one.", "code"
    )


def pending(secrets: Secrets, person: UUID) -> str:
    """Says for ten minutes that the person has given their password: what the form for the code
    carries."""
    return _seal(secrets, "login").encrypt(person.bytes).decode()


def resumed(secrets: Secrets, token: str) -> UUID:
    """Who has given their password. Raises Problem when that is too long ago, or never was."""
    try:
        opened = _seal(secrets, "login").decrypt(token, ttl=int(PENDING.total_seconds()))
    except InvalidToken:
        raise invalid("That took too long. Enter your email and password again.") from None
    return UUID(bytes=opened)


def _period(secret: str, code: str, now: datetime) -> int | None:
    """The period whose code it is, of those near to now."""
    code = "".join(code.split())
    here = int(now.timestamp()) // _SECONDS
    totp = pyotp.TOTP(secret)
    for period in range(here - _DRIFT, here + _DRIFT + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(period), code):
            return period
    return None


def _recovery_code() -> str:
    letters = base64.b32encode(random.token_bytes(10)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def _digest(code: str) -> bytes:
    # 80 random bits: one fast hash is as good as a slow one here.
    plain = "".join(code.split()).replace("-", "").lower()
    return hashlib.sha256(plain.encode(errors="replace")).digest()


def _seal(secrets: Secrets, purpose: str = "secret") -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secrets.key(f"second factor {purpose}")))
