"""The routers of this room, for `rooms.routers()`."""

from nimbus.filters import api, pages

ROUTERS = [pages.router, api.router]
