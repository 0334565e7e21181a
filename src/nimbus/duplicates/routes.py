"""The routers of this room, for `rooms.routers()`."""

from nimbus.duplicates import api, merge_api, merge_pages, pages

ROUTERS = [merge_pages.router, pages.router, api.router, merge_api.router]
