"""Contacts going back to what they were before an operation: this room's part of every undo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from psycopg import sql

from nimbus.access import Who
from nimbus.consent import STAY_WITH_CONSENT
from nimbus.contacts.writing import email
from nimbus.contacts.writing.incoming import LADDERS, OF_CONSENT, TWINS
from nimbus.contacts.writing.limit import left
from nimbus.db.door import Tx
from nimbus.db.sqlfile import beside
from nimbus.identity.set_back import open_claims, set_back
from nimbus.operations import undo, undo_whole
from nimbus.operations.operation import Changed
from nimbus.operations.undo import Columns, Step, Undoing
from nimbus.problems import Problem
from nimbus.settings import settings

_SQL = beside(__file__, "restore.sql")

COLUMNS = Columns(
    worked_out=(
        "lead_score", "icp_tier", "grade", "score_fit", "score_engagement", "score_intent",
        "tier_rule_id", "scoring_model_id", "score_rules",
    ),
    maps=("custom",),
    lists=("tags",),
    units=(
        ("email", "email_domain", "email_key"),
        ("is_deleted", "deleted_at", "deletion_reason", "merged_into"),
        ("client_id", "assigned_until"),
        ("consent_status", *STAY_WITH_CONSENT),
        *((column, twin) for twin, column in TWINS.items() if twin != "company_name_key"),
    ),
)  # fmt: skip

# Emails change hands among them: whoever goes to the trash lets go of one, and whoever comes back
# finds it free.
_ORDER = (
    sql.SQL("""a.goal @> '{"is_deleted": true}'"""),
    sql.SQL("not a.goal ? 'is_deleted'"),
    sql.SQL("""a.goal @> '{"is_deleted": false}'"""),
)

# Why a contact is in the trash that an undo put there; an import takes those of a rollback for
# nobody (D-29).
REASONS = {"rollback": "import_rollback"}


def restore(tx: Tx, undoing: Undoing) -> dict[str, int]:
    """Fields go back one by one, new contacts to the trash, assignments to whom they belonged.
    Whoever changed is scored by the followers (G-01)."""
    values = {
        "workspace": tx.workspace_id, "now": tx.now, "family": list(undoing.family),
        "reason": REASONS.get(undoing.operation.kind, "undone"),
    }  # fmt: skip
    undo.aim(tx, "contact", COLUMNS)
    for name in ("trash", "stay_live", "company_gone", "field_gone"):
        tx.run(_SQL[name], values)
    # Whoever stays as they are may keep an email from the next.
    while tx.run(_SQL["email_taken"], values):
        pass
    for name in ("barred", "email_barred"):
        tx.run(_SQL[name], values)
    _keep_below_limit(tx)
    open_claims(tx)
    if tx.run(_SQL["claims"], values):
        set_back(tx, undoing.undone_at)
        tx.run(_SQL["refused"], values)
        tx.run(_SQL["held_before"], values)
    counts = tx.row(_SQL["count"]) or {}
    emails = tx.rows(_SQL["emails_back"], values)
    columns = frozenset(undo.goals(tx))
    ids = [id for some in _ORDER for id in undo.write(tx, undoing, "contact", "contact", only=some)]
    for back in emails:  # One contact's at a time: nothing else gives somebody another email.
        email.hold_back(tx, undoing, back)
    if ids:
        operation = undoing.operation
        tx.changes.append(Changed("contact", "restored", tuple(ids), columns, operation=operation))
    return counts


def _keep_below_limit(tx: Tx) -> None:
    """One who would be one too many waits in the trash (S0-80); a merge asks before it is undone,
    which parts people as a whole."""
    coming = tx.value(_SQL["coming"])
    space = left(tx, settings()) if coming > 0 else None
    if space is not None and space < coming:
        tx.run(_SQL["beyond_limit"], {"beyond": coming - space})


def refuse_loosening(tx: Tx, who: Who, operation_id: UUID) -> None:
    """Without `consent:write` nobody makes a consent or a status less strict, neither by taking
    back what made it stricter (G-02). Raises Problem(forbidden)."""
    if who.may("consent:write"):
        return
    steps = [
        (column, looser, stricter)
        for column, ladder in LADDERS.items()
        for looser, rank in ladder.ranks.items()
        for stricter, above in ladder.ranks.items()
        if rank < above
    ]
    columns, looser, stricter = zip(*steps, strict=True)
    values = {"workspace": tx.workspace_id, "operation": operation_id, "columns": list(columns),
              "looser": list(looser), "stricter": list(stricter)}  # fmt: skip
    if tx.value(_SQL["is_loosening"], values):
        raise Problem(
            "forbidden",
            "This made a consent or a status stricter. Whoever takes that back needs the scope "
            "consent:write.",
        )


def of_consent(tx: Tx, who: Who, operations: Sequence[UUID]) -> set[UUID]:
    """Those of some operations that changed nothing but consent and status, and what is worked out
    by itself: whoever may record consent takes back such a record (D-33)."""
    if not who.may("consent:write"):
        return set()
    values = {"workspace": tx.workspace_id, "operations": list(operations),
              "columns": [*sorted(OF_CONSENT), *COLUMNS.worked_out]}  # fmt: skip
    return set(tx.column(_SQL["of_consent"], values))


def of_correction(tx: Tx, who: Who, operations: Sequence[UUID]) -> set[UUID]:
    """All of some corrections of emails: whoever may correct one takes that back (D-33)."""
    return set(operations) if who.may("admin:gdpr") else set()


# Until the end of the transaction.
lock = partial(undo_whole.lock, thing="contact")

STEP = Step("contact", COLUMNS, lock, restore)
