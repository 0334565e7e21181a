"""The columns that a result file has beside those of the person's own (S1-58, F-10)."""

from __future__ import annotations

# Not simply "status" or "reason": when the corrected file is imported again, these must not be
# taken for the contact's status, nor for a field that somebody has called so.
RESULT_COLUMNS = ("import_line", "import_status", "import_reason", "import_message")
