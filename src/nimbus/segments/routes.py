"""The routers of this room, for `rooms.routers()`."""

from nimbus.segments import api, view_api

ROUTERS = [api.router, view_api.router]
