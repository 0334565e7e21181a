"""Who is who across the platform: the key of an email, and who may work on it (GlobalContact)."""

from nimbus.identity.keys import email_key, mentions

__all__ = ["email_key", "mentions"]
