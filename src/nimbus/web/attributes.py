"""HTML attributes from keyword arguments of a macro: `hx_get="/x", disabled=True`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape


def attrs(values: Mapping[str, Any]) -> Markup:
    """` hx-get="/x" disabled`: a true value is bare, None and False are left out.

    What the Content-Security-Policy would refuse is refused here, where the line is known.
    """
    written = []
    for key, value in values.items():
        name = key.rstrip("_").replace("_", "-")
        if name == "style" or name.startswith(("on", "hx-on")):
            raise ValueError(f"Attribute {name!r} is not allowed by our Content-Security-Policy")
        if value is None or value is False:
            continue
        name = escape(name)
        written.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    return Markup("".join(written))  # noqa: S704 - escaped piece by piece
