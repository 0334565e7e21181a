"""The one catalogue of fields: what a contact's fields are, how their values are read and shown.

Others may call what is named here, the pure functions in `nimbus.fields.derive` and the types in
`nimbus.fields.types`.
"""

from nimbus.fields.catalogue import Catalogue, unknown_field
from nimbus.fields.custom import (
    CUSTOM_FIELD_LIMIT,
    CUSTOM_TYPES,
    OPTIONS_LIMIT,
    CustomField,
    check_custom_field,
    check_custom_field_limit,
    custom_field,
    suggest_name,
)
from nimbus.fields.field import Field, FieldType, Group, Invalid, Thing
from nimbus.fields.related import Member, Offer, Related, Worked
from nimbus.fields.standard import STANDARD
from nimbus.fields.types import DateType, count_unreadable, guess_day_first
from nimbus.fields.types.cell import fold

__all__ = [
    "CUSTOM_FIELD_LIMIT",
    "CUSTOM_TYPES",
    "OPTIONS_LIMIT",
    "STANDARD",
    "Catalogue",
    "CustomField",
    "DateType",
    "Field",
    "FieldType",
    "Group",
    "Invalid",
    "Member",
    "Offer",
    "Related",
    "Thing",
    "Worked",
    "check_custom_field",
    "check_custom_field_limit",
    "count_unreadable",
    "custom_field",
    "fold",
    "guess_day_first",
    "suggest_name",
    "unknown_field",
]
