"""The routers of this room, for `rooms.routers()`."""

from nimbus.suppression import api, file_pages, forms, pages

# The forms come first: neither `/emails/new` nor `/emails/file` is the id of an entry.
ROUTERS = [forms.router, file_pages.router, pages.router, api.emails, api.domains]
