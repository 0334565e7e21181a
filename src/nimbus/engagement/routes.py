"""The routers of this room, for `rooms.routers()`."""

from nimbus.engagement import api, pages, things_api

ROUTERS = [pages.router, api.router, things_api.router]
