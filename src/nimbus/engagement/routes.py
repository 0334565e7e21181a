"""The routers of this room, for `rooms.routers()`."""

from nimbus.engagement import (
    api,
    log_pages,
    mention_pages,
    note_pages,
    pages,
    task_pages,
    things_api,
    todo_pages,
)  # fmt: skip

ROUTERS = [
    pages.router, note_pages.router, log_pages.router, task_pages.router, todo_pages.router,
    mention_pages.router, api.router,
    things_api.router,
]  # fmt: skip
