"""The routers of this room, for `rooms.routers()`."""

from nimbus.imports import api, mapping_api, mapping_pages, pages, upload_pages, wizard_pages

ROUTERS = [
    upload_pages.router,
    wizard_pages.router,
    pages.router,
    api.router,
    mapping_api.router,
    mapping_pages.router,
]
