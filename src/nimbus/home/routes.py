"""The routers of this room, for `rooms.routers()`."""

from nimbus.home import keyboard, pages, palette

ROUTERS = [pages.router, palette.router, keyboard.router]
