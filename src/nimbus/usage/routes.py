"""The routers of this room, for `rooms.routers()`."""

from nimbus.usage import pages

ROUTERS = [pages.router]
