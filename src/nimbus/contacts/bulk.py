"""What can be done to many contacts at once: tags, a field, the trash (S0-61 … S0-63, S0-67)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StrictBool

from nimbus.access import Who
from nimbus.accounts.client import client_for, clients, workspace
from nimbus.accounts.read import people as members
from nimbus.contacts.assignment.assignment import release_many
from nimbus.contacts.shapes import Reason, Tags
from nimbus.contacts.tags.kept import colours
from nimbus.contacts.tags.tags import suggested
from nimbus.contacts.trash.trash import restore_many
from nimbus.contacts.writing.each import left
from nimbus.contacts.writing.many import edit_many, tag_many, trash_many
from nimbus.contacts.writing.patch import Patch, read_patch
from nimbus.db import ids
from nimbus.db.door import Tx
from nimbus.fields import Field as ContactField
from nimbus.fields import Invalid
from nimbus.fields.read import catalogue
from nimbus.fields.required import required
from nimbus.fields.types import TAGS
from nimbus.operations import Operation
from nimbus.operations.bulk import Action, Left, NoOptions, Options, Stored
from nimbus.problems import Problem, invalid
from nimbus.settings import settings
from nimbus.web.parts import Option
from nimbus.web.values import an_id

# These are of one contact each, or have actions of their own.
# So many of the tags in use are shown in their colours; more are offered where one is typed.
SHOWN_TAGS = 12
_ALONE = frozenset({"email", "tags", "external_id"})


class TagOptions(Options):
    """Tags to add, tags to remove, or both."""

    add: Tags = Field(default_factory=list)
    remove: Tags = Field(default_factory=list)
    replace: StrictBool = Field(
        False, description="Add only to those from whom one of the others is removed."
    )


class FieldOptions(Options):
    """A field that people edit, and its new value; null clears it."""

    field: Annotated[str, Field(max_length=200, examples=["custom.onboarding_stage"])]
    value: str | int | float | bool | list[str] | None = Field(examples=["active"])


class DeleteOptions(Options):
    reason: Reason | None = None


class RestoreOptions(Options):
    """In agency mode, for which client those are claimed that nobody holds."""

    client_id: Annotated[str | None, an_id("client", "Of this workspace.")] = None


def _check_tags(tx: Tx, who: Who, given: TagOptions) -> Stored:
    add, remove = _tags(given.add, "add"), _tags(given.remove, "remove")
    if not add and not remove:
        raise invalid("Name tags to add or to remove.", "options.add")
    if both := set(add) & set(remove):
        raise invalid(f"“{sorted(both)[0]}” cannot be added and removed.", "options.remove")
    if given.replace and not (add and remove):
        raise invalid("To replace, name tags to add and tags to remove.", "options.replace")
    return {"add": add, "remove": remove, "replace": given.replace}


def _tags(given: Sequence[str], at: str) -> list[str]:
    try:
        return TAGS.parse_json(list(given)) or []
    except Invalid as wrong:
        raise invalid(str(wrong), f"options.{at}") from None


def _tag(tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored) -> Iterable[Left]:
    return tag_many(
        tx, operation, contacts, options["add"], options["remove"], replacing=options["replace"]
    )


def _tag_words(options: Stored, people: str) -> str:
    add, remove = ", ".join(options["add"]), ", ".join(options["remove"])
    if options["replace"]:
        return f"Replace the tag {remove} by {add} on {people}"
    if add and remove:
        return f"Tag {people} with {add}, without {remove}"
    return f"Tag {people} with {add}" if add else f"Remove the tag {remove} from {people}"


def _check_field(tx: Tx, who: Who, given: FieldOptions) -> Stored:
    field = catalogue(tx).get(given.field, "options.field")
    if not _is_settable(field):
        raise invalid(f"{field.label} cannot be set for many contacts at once.", "options.field")
    patch = _patch(tx, field.ref, given.value)
    if field in required(tx) and {**patch.columns, **patch.custom}[field.column] in (None, []):
        raise invalid(f"{field.label} is required in this workspace, and cannot be cleared.",
                      "options.value")  # fmt: skip
    owner = patch.columns.get("owner_id")
    if owner and owner not in {person.user_id for person in members(tx)}:
        raise invalid("There is no such person in this workspace.", "options.value")
    return {"field": field.ref, "label": field.label, "value": given.value,
            "may_loosen": who.may("consent:write")}  # fmt: skip


def _patch(tx: Tx, ref: str, value: Any) -> Patch:
    """Read anew for each batch: the field may have changed since the action was begun."""
    field = catalogue(tx).by_ref(ref, "options.field")
    given = {"custom_fields": {field.path[1]: value}} if field.id else {field.key: value}
    try:
        return read_patch(given, catalogue(tx))
    except Problem as wrong:
        raise invalid(wrong.message, "options.value") from None


def _set(tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored) -> Iterable[Left]:
    patch = _patch(tx, options["field"], options["value"])
    return edit_many(tx, operation, contacts, patch, may_loosen=options["may_loosen"])


def _set_words(options: Stored, people: str) -> str:
    value = options["value"]
    if value is None or value == "":
        return f"Clear {options['label']} of {people}"
    shown = ", ".join(value) if isinstance(value, list) else str(value)
    return f"Set {options['label']} of {people} to {shown[:60]}"


def _check_delete(tx: Tx, who: Who, given: DeleteOptions) -> Stored:
    return {"reason": given.reason}


def _delete(
    tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored
) -> Iterable[Left]:
    return trash_many(tx, operation, contacts, options["reason"])


def _check_restore(tx: Tx, who: Who, given: RestoreOptions) -> Stored:
    if given.client_id is None:
        return {"client_id": None}
    named = ids.read("client", given.client_id, "options.client_id")
    try:
        return {"client_id": str(client_for(tx, who, named).id)}
    except Problem as refused:
        refused.field = "options.client_id"
        raise


def _restore(
    tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored
) -> Iterable[Left]:
    named = options.get("client_id")  # One that was begun before this could be said has none.
    return left(restore_many(tx, operation, contacts, settings(), UUID(named) if named else None))


def _clients(tx: Tx, given: Mapping[str, str]) -> Mapping[str, Any]:
    """Whom contacts may be claimed for, where there are several (D-14)."""
    if not workspace(tx).agency:
        return {"clients": []}
    known = [Option(one.shown_id, one.name) for one in clients(tx)]
    return {"clients": [Option("", "Leave them in the trash"), *known]}


def _release(
    tx: Tx, operation: Operation, contacts: Sequence[UUID], options: Stored
) -> Iterable[Left]:
    return left(release_many(tx, operation, contacts))


def _known_tags(tx: Tx, given: Mapping[str, str]) -> Mapping[str, Any]:
    found = suggested(tx)
    shown = colours(tx, found[:SHOWN_TAGS])
    return {"suggested": found, "tag_tones": shown, "most_tags": SHOWN_TAGS}


def _field_form(tx: Tx, given: Mapping[str, str]) -> Mapping[str, Any]:
    """The fields there are, and the control of the one that was chosen."""
    fields = [one for one in catalogue(tx) if _is_settable(one)]
    chosen = next((one for one in fields if one.key == given.get("field")), fields[0])
    return {
        "fields": [Option(one.key, one.label) for one in fields],
        "current": chosen.key,
        "label": chosen.label,
        "control": _INPUTS.get(chosen.type.kind, "text"),
        "options": _values_of(tx, chosen),
    }


_INPUTS = {"number": "number", "date": "date"}


def _is_settable(field: ContactField) -> bool:
    return field.editable and field.thing in ("contact", "custom") and field.key not in _ALONE


def _values_of(tx: Tx, field: ContactField) -> list[Option]:
    """What can be chosen, where the values are few."""
    if field.key == "owner_id":
        return [Option(ids.show("user", one.user_id), one.name) for one in members(tx)]
    if field.type.kind == "boolean":
        return [Option("true", "Yes"), Option("false", "No")]
    known = field.options or field.type.schema().get("enum") or ()
    return [Option(one, one.replace("_", " ").capitalize() if not field.id else one)
            for one in known if one is not None and field.type.kind != "choices"]  # fmt: skip


ACTIONS = (
    Action(
        "tags", "Tag", "tag", "contacts:write", TagOptions, _check_tags, _tag_words, _tag,
        "contacts/bulk_tags.html", _known_tags,
    ),
    Action(
        "set_field", "Set field", "pencil", "contacts:write", FieldOptions, _check_field,
        _set_words, _set, "contacts/bulk_field.html", _field_form, verb="Set it for {}",
    ),
    Action(
        "restore", "Restore", "undo-2", "contacts:write", RestoreOptions, _check_restore,
        lambda options, people: f"Restore {people} from the trash", _restore,
        "contacts/bulk_restore.html", _clients, shown="deleted",
    ),
)  # fmt: skip
RELEASE = Action(
    "release", "Release", "hand", "contacts:write", NoOptions, lambda tx, who, given: {},
    lambda options, people: f"Release the assignments of {people}", _release,
)  # fmt: skip
# It stands last among all.
DELETE = Action(
    "delete", "Delete", "trash-2", "contacts:write", DeleteOptions, _check_delete,
    lambda options, people: f"Move {people} to the trash", _delete, "contacts/bulk_delete.html",
    is_danger=True,
)  # fmt: skip
