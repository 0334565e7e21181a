"""The routers of this room, for `rooms.routers()`."""

from nimbus.segments import api, contact_pages, form_pages, pages, view_api, view_pages

# `/segments/new` is not the id of a segment.
ROUTERS = [
    api.router, view_api.router, form_pages.router, pages.router, view_pages.router,
    contact_pages.router,
]  # fmt: skip
