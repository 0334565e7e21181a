"""The routers of this room, for `rooms.routers()`."""

from nimbus.companies import api as companies
from nimbus.contacts import api, edit_api, pages

ROUTERS = [pages.router, api.router, edit_api.router, companies.router]
