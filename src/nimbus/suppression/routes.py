"""The routers of this room, for `rooms.routers()`."""

from nimbus.suppression import api, forms, pages

# The forms come first: `/emails/new` is not the id of an entry.
ROUTERS = [forms.router, pages.router, api.emails, api.domains]
