"""The routers of this room, for `rooms.routers()`."""

from nimbus.intake import api, pages

ROUTERS = [pages.router, api.router]
