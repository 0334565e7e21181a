"""The field `segment`: what every filter, list and search can ask of segments (S0-10, F-36)."""

from __future__ import annotations

from uuid import UUID

from psycopg import sql

from nimbus.db.door import Tx
from nimbus.fields.field import Field
from nimbus.fields.related import Binds, Member, Offer
from nimbus.fields.types import Membership
from nimbus.segments.read import meaning, segments
from nimbus.segments.segment import FIELD


def offered(tx: Tx) -> tuple[Field, ...]:
    """Nothing is read until somebody asks for a segment."""

    def name(id: UUID) -> str | None:
        found = segments(tx).get(id)
        return found.name if found else None

    def listed() -> dict[UUID, str]:
        return {segment.id: segment.name for segment in segments(tx).values()}

    return (
        Field(
            FIELD, "Segment", Membership("seg", name, lambda id: id in segments(tx), listed),
            "related", "", "lists", importable=False, editable=False,
            related=Member(on_list, lambda id: meaning(tx, id)),
            help="The segments and static lists that a contact is in.",
        ),
    )  # fmt: skip


def on_list(id: UUID, alias: str, binds: Binds) -> sql.Composable:
    """Whether the contact is on a static list; while it is in the trash it is on none (D-12)."""
    return sql.SQL(
        "(not {alias}.is_deleted and {alias}.id in ("
        "select s.contact_id from segment_member s "
        "where s.workspace_id = %(workspace)s and s.segment_id = {id}))"
    ).format(alias=sql.Identifier(alias), id=binds.add(id))


OFFER = Offer(offered)
