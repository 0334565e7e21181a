"""The routers of this room, for `rooms.routers()`."""

from nimbus.enrichment import api, pages

ROUTERS = [pages.router, api.router]
