"""The routers of this room, for `rooms.routers()`."""

from nimbus.fields import api, field_pages, pages, required_api, required_pages

# `/settings/fields/required` is the id of no field.
ROUTERS = [
    pages.router, required_pages.router, field_pages.router, api.router, required_api.router,
]  # fmt: skip
