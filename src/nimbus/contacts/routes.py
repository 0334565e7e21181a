"""The routers of this room, for `rooms.routers()`."""

from nimbus.companies import api as companies
from nimbus.contacts import api, company_api, edit_api, pages, search_api, tags_api

ROUTERS = [
    pages.router, api.router, search_api.router, edit_api.router, companies.router,
    company_api.router, tags_api.router,
]  # fmt: skip
