"""The routers of this room, for `rooms.routers()`."""

from nimbus.operations import api, pages

ROUTERS = [api.router, pages.router]
