"""The routers of this room, for `rooms.routers()`."""

from nimbus.accounts import (
    api,
    factor_pages,
    health,
    key_pages,
    link_pages,
    login_pages,
    people_api,
    people_pages,
    profile_pages,
    token_api,
    workspace_pages,
)

ROUTERS = [
    health.router,
    login_pages.router,
    link_pages.router,
    profile_pages.router,
    profile_pages.password_router,
    factor_pages.router,
    workspace_pages.router,
    people_pages.router,
    key_pages.router,
    api.router,
    people_api.router,
    token_api.router,
]
