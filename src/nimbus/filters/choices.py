"""What there is to choose from for the value of a condition, beyond the options of its field."""

from __future__ import annotations

from collections.abc import Mapping

from nimbus.accounts.client import clients
from nimbus.accounts.read import people
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields.field import Field
from nimbus.fields.types import Membership
from nimbus.fields.types.reference import Reference
from nimbus.filters.editor import Choices
from nimbus.filters.rows import labels


def choices(tx: Tx) -> Choices:
    """Sets by their names, people and clients by theirs; they are read when somebody asks."""

    def found(field: Field) -> Mapping[str, str]:
        match field.type:
            case Membership() as sets:
                return {sets.show(id): name for id, name in sets.listed().items()}
            case Reference(prefix="user"):
                return {ids.show("user", one.user_id): one.name for one in people(tx)}
            case Reference(prefix="client"):
                return {one.shown_id: one.name for one in clients(tx)}
        return labels(field)

    return found
