"""The routers of this room, for `rooms.routers()`."""

from nimbus.webhooks import api

ROUTERS = [api.router]
