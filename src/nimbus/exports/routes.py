"""The routers of this room, for `rooms.routers()`."""

from nimbus.exports import api, pages

ROUTERS = [pages.router, api.router]
