"""The routers of this room, for `rooms.routers()`."""

from nimbus.bulk import api, ask_pages, log_pages

ROUTERS = [api.router, ask_pages.router, log_pages.router]
