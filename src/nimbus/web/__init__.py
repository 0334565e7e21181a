"""The page shell, the component library and the static files: call `render` or `fragment`."""

from __future__ import annotations

from nimbus.web.render import fragment, is_part, render, toast
from nimbus.web.static_files import StaticAssets

__all__ = ["StaticAssets", "fragment", "is_part", "render", "toast"]
