"""The routers of this room, for `rooms.routers()`."""

from nimbus.companies import api as companies
from nimbus.contacts import api, pages, search_api

ROUTERS = [pages.router, api.router, search_api.router, companies.router]
