"""What a workspace learns of others from the registry is counted and logged (D-15).

Whoever could ask without end could find out address by address who is worked on elsewhere. An
import needs no limit of its own: it books what it asks for, under its own operation. Its preview
writes nothing at all, and tells of a hundred rows at most.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from nimbus import operations
from nimbus.access import Who
from nimbus.db.door import Tx
from nimbus.problems import Problem
from nimbus.settings import Settings

KIND = "registry.ask"
WINDOW = timedelta(hours=1)


def note_registry_ask(tx: Tx, who: Who, settings: Settings, through: str, what: str) -> None:
    """Before an answer that tells of other workspaces and books nothing, such as a look-up.

    `what` says in a line what is asked. Belongs into the transaction that commits before the answer
    leaves, outside of any that is taken back. Raises Problem(rate_limited) with `retry_after`.
    """
    first: datetime | None = tx.value(
        "select at from operation where workspace_id = %s and subject_id = %s and kind = %s "
        "order by id desc offset %s limit 1",
        [tx.workspace_id, tx.workspace_id, KIND, settings.registry_asks - 1],
    )
    if first and first + WINDOW > tx.now:
        seconds = math.ceil((first + WINDOW - tx.now).total_seconds())
        raise Problem(
            "rate_limited",
            f"This workspace has asked about others {settings.registry_asks:,} times within an "
            f"hour by looking up addresses. Try again in {math.ceil(seconds / 60)} "
            "min; an import itself is not held back.",
            retry_after=seconds,
        )
    operations.start(tx, who, KIND, through, subject="registry", subject_id=tx.workspace_id,
                     why=what)  # fmt: skip
