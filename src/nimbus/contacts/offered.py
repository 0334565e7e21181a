"""What can be asked of a contact beside its own columns: what holds it back, whether its assignment
runs, and what is worked out from it (G-25)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from psycopg import sql

from nimbus.db.sqlfile import beside
from nimbus.fields import Field, FieldType, Group, Offer, Related, Worked
from nimbus.fields import types as t
from nimbus.fields.related import Binds
from nimbus.suppression.suppression import DOMAIN_REASONS, LAYERS

_SQL = beside(__file__, "offered.sql")

# The platform's opt-outs are its operator's, and asked of the registry alone (S1-45).
OWN_LAYERS = {name: LAYERS[name] for name in ("workspace", "domain")}
STATES = {"none": "None", "active": "Active", "expired": "Expired"}


def offer() -> Offer:
    return Offer(lambda tx: FIELDS)


def _state(row: Mapping[str, Any], now: datetime) -> str:
    """Of our own claim, by the contact's copy of it (design §4)."""
    if row["client_id"] is None:
        return "none"
    return "active" if row["assigned_until"] and row["assigned_until"] > now else "expired"


def _state_sql(alias: str, params: Binds) -> sql.Composable:
    return sql.SQL(
        "(case when {}.client_id is null then 'none' when {}.assigned_until > {} then 'active' "
        "else 'expired' end)"
    ).format(sql.Identifier(alias), sql.Identifier(alias), params.add(params.now))


def _column(name: str, alias: str, params: Binds) -> sql.Composable:
    return sql.Identifier(alias, name)


def _is_enriched(alias: str, params: Binds) -> sql.Composable:
    return sql.SQL("({} is not null)").format(sql.Identifier(alias, "enriched_at"))


def _held(member: str) -> Related:
    rows = sql.SQL(_SQL["held"]).format(member=sql.Identifier(member))
    return Related("id", lambda params: rows)


def _field(key: str, label: str, type: FieldType, group: Group, where: Related | Worked) -> Field:
    options = tuple(getattr(type, "labels", ()))
    return Field(key, label, type, "related", "", group, importable=False, editable=False,
                 options=options, related=where)  # fmt: skip


_held_by = partial(_field, group="suppression")

FIELDS = (
    _held_by("suppression.reason", "Suppression reason",
             t.Choice("suppression_reason", DOMAIN_REASONS), where=_held("reason")),
    _held_by("suppression.layer", "Suppression layer",
             t.Choice("suppression_layer", OWN_LAYERS), where=_held("layer")),
    _held_by("suppression.source", "Suppression source", t.TEXT, where=_held("source")),
    _held_by("suppression.created_at", "Suppressed at", t.MOMENT, where=_held("created_at")),
    _field("assignment.state", "Assignment", t.Choice("assignment_state", STATES), "status",
           Worked(_state_sql, _state)),
    _field("is_enriched", "Is enriched", t.BOOLEAN, "status",
           Worked(_is_enriched, lambda row, now: row["enriched_at"] is not None)),
    _field("enriched_at", "Enriched at", t.MOMENT, "status",
           Worked(partial(_column, "enriched_at"), lambda row, now: row["enriched_at"])),
    _field("company.id", "Company ID", t.Reference("comp"), "company",
           Worked(partial(_column, "company_id"), lambda row, now: row["company_id"])),
)  # fmt: skip
