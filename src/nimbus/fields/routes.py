"""The routers of this room, for `rooms.routers()`."""

from nimbus.fields import api, pages

ROUTERS = [pages.router, api.router]
