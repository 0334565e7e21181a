"""The routers of this room, for `rooms.routers()`."""

from nimbus.jobs import api, pages

ROUTERS = [pages.router, api.router]
