"""The form that says which fields a contact must have; it stands with the fields' settings."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form
from starlette.responses import RedirectResponse, Response

from nimbus.fields.pages import HERE
from nimbus.fields.required import require
from nimbus.web.route import Ask, PageRouter

router = PageRouter()


@router.at("POST", HERE + "/required", scope="settings:write")
def require_fields_form(ask: Ask, field: Annotated[list[str] | None, Form()] = None) -> Response:
    """`field` are the keys of those that are ticked."""
    require(ask.tx, ask.who, "web", field or [])
    return RedirectResponse(f"{HERE}?saved=-required#required", 303)
