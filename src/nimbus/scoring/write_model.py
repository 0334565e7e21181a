"""Changing the scoring model: each change is a new version, and none is lost (D-30, G-30)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from nimbus import operations
from nimbus.access import Who
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.read import catalogue
from nimbus.operations import Operation
from nimbus.operations.operation import log
from nimbus.problems import invalid
from nimbus.scoring.model import ScoringModel, dump_model, read_model
from nimbus.scoring.read import model, model_of_score
from nimbus.scoring.rescore import start
from nimbus.scoring.write import Saved, lock, named

LABEL = "Scoring by a changed model"


def save_model(
    tx: Tx, who: Who, through: str, data: dict[str, Any], client_id: UUID | None
) -> Saved:
    """The next version of the workspace's model, or of a client's own.

    A rule with a `number` is the one that the model has now, or that the workspace's model has
    where a client begins its own; one without is new. `data` is as `dump_model` gives it. Raises
    Problem that names the place.
    """
    lock(tx)
    old = model(tx, client_id)
    return _write(tx, who, through, read_next(tx, data, client_id), old, client_id)


def read_next(tx: Tx, data: dict[str, Any], client_id: UUID | None) -> ScoringModel:
    """The next version as it would be. Raises Problem that names the place."""
    _refuse_unknown_numbers(data, model(tx, client_id) or model(tx))
    rules = [named(rule) for rule in data["rules"]]
    return _read(tx, {**data, "rules": rules}, client_id)


def drop_model(tx: Tx, who: Who, through: str, client_id: UUID) -> Saved:
    """Give a client back to the workspace's model."""
    lock(tx)
    old = model(tx, client_id)
    if old is None:
        return Saved()
    operation = operations.start(tx, who, "scoring_model.drop", through,
                                 subject="scoring_model", subject_id=old.id)  # fmt: skip
    _retire(tx, old)
    log(tx, operation, "scoring_model", old.id, "deleted", dump_model(old), None)
    return Saved(operation.id, start(tx, who, LABEL, operation))


def restore_model(tx: Tx, who: Who, through: str, model_id: UUID) -> tuple[Saved, str]:
    """Bring an earlier version back, as a new one. Answers the client it belongs to as it is shown,
    "" for the workspace. Raises Problem(not_found)."""
    lock(tx)
    earlier = model_of_score(tx, model_id)
    client_id = client_of_model(tx, model_id)
    new = _read(tx, dump_model(earlier), client_id)
    saved = _write(tx, who, through, new, model(tx, client_id), client_id)
    return saved, ids.show("client", client_id) if client_id else ""


def client_of_model(tx: Tx, model_id: UUID) -> UUID | None:
    """Whose version it is; None for the workspace's. Raises Problem(not_found)."""
    found = tx.row(
        "select client_id from scoring_model where workspace_id = %s and id = %s",
        [tx.workspace_id, model_id],
    )
    if found is None:
        raise ids.missing("model")
    client_id: UUID | None = found["client_id"]
    return client_id


def next_version(
    tx: Tx, operation: Operation, data: dict[str, Any], client_id: UUID | None
) -> None:
    """The next version of a model that another operation changes, such as the deletion of a field
    that it asks for; `data` has what `dump_model` gives. Who calls has everybody scored."""
    known = {key: data[key] for key in ("weights", "thresholds", "rules")}
    new = _read(tx, known, client_id)
    [old] = tx.rows(
        "update scoring_model set is_current = false where workspace_id = %s "
        "and client_id is not distinct from %s and is_current returning rules",
        [tx.workspace_id, client_id],
    )
    _insert(tx, operation.who, new, client_id)
    log(tx, operation, "scoring_model", new.id, "updated", old, {"rules": known["rules"]})


def _write(
    tx: Tx, who: Who, through: str, new: ScoringModel, old: ScoringModel | None,
    client_id: UUID | None,
) -> Saved:  # fmt: skip
    before, after = dump_model(old) if old else None, dump_model(new)
    if after == before:
        return Saved()
    operation = operations.start(tx, who, "scoring_model.save", through,
                                 subject="scoring_model", subject_id=new.id)  # fmt: skip
    if old:
        _retire(tx, old)
    _insert(tx, who, new, client_id)
    changed = [key for key in after if before is None or after[key] != before[key]]
    log(
        tx, operation, "scoring_model", new.id, "updated" if before else "created",
        {key: before[key] for key in changed} if before else None,
        {key: after[key] for key in changed},
    )  # fmt: skip
    return Saved(operation.id, start(tx, who, LABEL, operation))


def _read(tx: Tx, data: dict[str, Any], client_id: UUID | None) -> ScoringModel:
    return read_model(
        data, catalogue(tx), id=tx.value("select uuidv7()"),
        version=_last_version(tx, client_id) + 1, last_number=_last_number(tx),
    )  # fmt: skip


def _insert(tx: Tx, who: Who, new: ScoringModel, client_id: UUID | None) -> None:
    data = dump_model(new)
    tx.run(
        """
        insert into scoring_model
            (workspace_id, id, client_id, version, weights, thresholds, rules, created_by,
             created_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [tx.workspace_id, new.id, client_id, new.version, Jsonb(data["weights"]),
         Jsonb(data["thresholds"]), Jsonb(data["rules"]), who.name, tx.now],
    )  # fmt: skip


def _retire(tx: Tx, old: ScoringModel) -> None:
    tx.run(
        "update scoring_model set is_current = false where workspace_id = %s and id = %s",
        [tx.workspace_id, old.id],
    )


def _refuse_unknown_numbers(data: dict[str, Any], base: ScoringModel | None) -> None:
    """A number that was once another rule's would make old scores tell of the wrong rule."""
    known = {rule.number for rule in base.rules} if base else set()
    for i, rule in enumerate(data["rules"]):
        number = rule.get("number")
        if number is not None and number not in known:
            raise invalid(
                f"The model has no rule {number}. Leave number out for a new rule: it gets one.",
                f"rules[{i}].number",
            )


def _last_number(tx: Tx) -> int:
    """The highest number that any rule here ever had."""
    last: int = tx.value(
        """
        select coalesce(max((rule ->> 'number')::integer), 0)
        from scoring_model s, jsonb_array_elements(s.rules) as rule
        where s.workspace_id = %s
        """,
        [tx.workspace_id],
    )
    return last


def _last_version(tx: Tx, client_id: UUID | None) -> int:
    last: int = tx.value(
        "select coalesce(max(version), 0) from scoring_model "
        "where workspace_id = %s and client_id is not distinct from %s",
        [tx.workspace_id, client_id],
    )
    return last
