"""The routers of this room, for `rooms.routers()`."""

from nimbus.home import pages

ROUTERS = [pages.router]
