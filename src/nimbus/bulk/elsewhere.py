"""Actions that are asked for here and done elsewhere, or not at all yet (S0-66, S0-70)."""

from __future__ import annotations

from nimbus.operations.bulk import refused

ENROLL = refused(
    "enroll", "Enroll", "send", "contacts:write",
    "There are no sequences to enroll anybody in: they come with a later version of Nimbus. "
    "Nothing was changed.",
)  # fmt: skip
# It changes nobody, and answers with a file.
EXPORT = refused(
    "export", "Export", "download", "exports:write",
    "Contacts are exported by POST /api/v1/exports/, which takes the same contact_ids and filter. "
    "Nothing was changed.",
)  # fmt: skip
