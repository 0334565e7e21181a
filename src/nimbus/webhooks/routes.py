"""The routers of this room, for `rooms.routers()`."""

from nimbus.webhooks import api, form_pages, pages, step_pages

# The form comes first: `/new` is the id of no webhook.
ROUTERS = [form_pages.router, pages.router, step_pages.router, api.router]
