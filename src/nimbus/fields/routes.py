"""The routers of this room, for `rooms.routers()`."""

from nimbus.fields import api, field_pages, pages

ROUTERS = [pages.router, field_pages.router, api.router]
