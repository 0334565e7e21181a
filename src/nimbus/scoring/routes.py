"""The routers of this room, for `rooms.routers()`."""

from nimbus.scoring import api, model_pages, run_pages, tier_pages

ROUTERS = [tier_pages.router, model_pages.router, run_pages.router, api.router]
