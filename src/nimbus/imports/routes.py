"""The routers of this room, for `rooms.routers()`."""

from nimbus.imports import api, mapping_api

ROUTERS = [api.router, mapping_api.router]
