"""The routers of this room, for `rooms.routers()`."""

from nimbus.scoring import (
    api,
    event_rule_pages,
    model_pages,
    rule_pages,
    run_pages,
    tier_form_pages,
    tier_pages,
    trial_api,
)

# The lists come first: `/own` is not the id of a rule.
ROUTERS = [
    tier_pages.router,
    tier_form_pages.router,
    model_pages.router,
    rule_pages.router,
    event_rule_pages.router,
    run_pages.router,
    api.router,
    trial_api.router,
]
