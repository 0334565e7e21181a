"""Why a request that the document allows is refused all the same: rules that no JSON schema can
say. Whatever is refused without one of these is a mistake in the document, or in the refusal."""

from __future__ import annotations

import re
from dataclasses import dataclass

ANYWHERE = r".*"


@dataclass(frozen=True)
class Rule:
    """Operations by their ids, the path of the refused member or parameter, the words of the
    refusal, and why no schema can say it. All three are whole regular expressions."""

    operations: str
    field: str
    words: str
    why: str

    def allows(self, operation: str, field: str | None, message: str) -> bool:
        return all(
            re.fullmatch(pattern, text, re.DOTALL)
            for pattern, text in (
                (self.operations, operation), (self.field, field or ""), (self.words, message),
            )
        )  # fmt: skip


RULES = (
    Rule(ANYWHERE, "cursor", "This cursor does not belong to this list.*",
         "a cursor is sealed: only one that was answered before is good (D-23)"),
    Rule("delete_icp_tier_rules|delete_scoring_model", "client_id", "Only a client's own.*",
         "outside of agency mode there is no client to name"),
)  # fmt: skip
