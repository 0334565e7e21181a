"""Consent: an import only makes it stricter, and is warned before it claims any (G-02, S2-19)."""

from nimbus.consent.consent import CONSENT, STATUS, STAY_WITH_CONSENT, Tightened
from nimbus.consent.warning import warning_for

__all__ = ["CONSENT", "STATUS", "STAY_WITH_CONSENT", "Tightened", "warning_for"]
