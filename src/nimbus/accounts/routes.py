"""The routers of this room, for `rooms.routers()`."""

from nimbus.accounts import (
    api,
    health,
    key_pages,
    login_pages,
    profile_pages,
    token_api,
    workspace_pages,
)

ROUTERS = [
    health.router,
    login_pages.router,
    profile_pages.router,
    profile_pages.password_router,
    workspace_pages.router,
    key_pages.router,
    api.router,
    token_api.router,
]
