"""The routers of this room, for `rooms.routers()`."""

from nimbus.intake import api

ROUTERS = [api.router]
