"""The routers of this room, for `rooms.routers()`."""

from nimbus.audit import api, pages

ROUTERS = [api.router, pages.router]
