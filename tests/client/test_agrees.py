"""The client's types are those of the document: no member that is shown is missing, and none is
made up."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from fastapi import FastAPI

from nimbus.client import shown
from nimbus.web.openapi import with_refusals

# What the client shows of fewer members than there are, and says so.
PARTLY = {"ImportJob", "Webhook", "Event", "CustomField"}
NAMES = {
    "Contact": "WrittenContact", "Company": "Company", "CompanyOfContact": "CompanyOfContact",
    "CustomField": "ShownCustomField", "Segment": "ShownSegment", "SegmentCount": "SegmentCount",
    "Webhook": "MadeWebhook", "ImportJob": "ShownImport", "Event": "Event", "Score": "Score",
    "BulkRow": "BulkRow", "Written": "Written", "PageMeta": "Meta",
    "Engagement": "Engagement",
}  # fmt: skip


@pytest.fixture
def shapes(routes: FastAPI) -> dict[str, Any]:
    known: dict[str, Any] = with_refusals(routes.openapi())["components"]["schemas"]
    assert [name for name in known if "__" in name] == [], "two shapes have one name"
    return known


def test_types_have_the_members_of_the_document(shapes: dict[str, Any]) -> None:
    for name, shape in NAMES.items():
        ours = {field.encode_name for field in msgspec.structs.fields(getattr(shown, name))}
        theirs = set(shapes[shape]["properties"])
        assert ours <= theirs, (name, ours - theirs)
        if name not in PARTLY:
            assert theirs <= ours, (name, theirs - ours)


def test_every_type_is_compared() -> None:
    types = {
        name for name, one in vars(shown).items()
        if isinstance(one, type) and issubclass(one, shown.Shown) and one is not shown.Shown
    }  # fmt: skip
    assert types - {"Page", "Bulk"} == set(NAMES)
