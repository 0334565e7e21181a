"""Writes that are sent many times at once with one key, while the power is cut: each is done once,
and answered the same to everybody (D-22)."""

from __future__ import annotations

import random
import time

import httpx2

from tests.soak.api import Served, credentials, served
from tests.soak.cases import Soak

AT_ONCE, KEYS = 50, 100  # In each of two workspaces, which use the same keys.
ANSWERED_WITHIN = 60.0
EFFECTS = (
    "select coalesce(jsonb_object_agg(workspace_id, times), '{}') from (select workspace_id, "
    "count(*) as times from operation where kind = 'suppression.emails.add' group by 1) done"
)


def sent_many_times_at_once(
    soak: Soak, dice: random.Random, case: str, at_once: int = AT_ONCE, keys: int = KEYS
) -> None:
    """One key after the other; while one of them is sent, all that serves it is killed."""
    site = soak.site
    with site.held():
        site.reset()
        callers = credentials(site)
        before = site.see(EFFECTS)
    cut_in = dice.randrange(keys)
    answers: dict[tuple[str, int], set[bytes]] = {}
    with served(site, at_once * len(callers)) as here:
        for nth in range(keys):
            running = {
                caller: [
                    here.pool.submit(_answered, here, caller, f"key-{nth}", soak, case)
                    for _ in range(at_once)
                ]
                for caller in callers
            }
            if nth == cut_in:
                time.sleep(dice.random() * 0.3)
                here.cut()
            for caller, calls in running.items():
                answers[caller, nth] = {call.result() for call in calls}
        done = site.see(EFFECTS)
    several = [key for key, bodies in answers.items() if len(bodies) != 1]
    assert not several, f"{case}: {len(several)} keys were answered in several ways"
    assert len(set().union(*answers.values())) == len(answers), f"{case}: keys share an answer"
    times = [done[workspace] - before.get(workspace, 0) for workspace in done]
    assert times == [keys] * len(callers), f"{case}: {keys} keys had {times} effects"


def _answered(here: Served, caller: str, key: str, soak: Soak, case: str) -> bytes:
    """Sends it until it is answered, as a careful program does."""
    asked = {
        "json": {"emails": [f"{key}@once-example.com"], "reason": "manual"},
        "headers": {"Idempotency-Key": key},
    }
    began = time.monotonic()
    while time.monotonic() - began < ANSWERED_WITHIN:
        try:
            answer = here.call(caller, "POST", "suppressions/", **asked)
        except httpx2.TransportError:  # The power is off.
            time.sleep(0.2)
            continue
        again = answer.headers.get("idempotency-replayed") == "true"
        soak.figures.done[f"key: {answer.status_code}{' again' if again else ''}"] += 1
        if answer.status_code == 201:
            return bytes(answer.content)
        # 503 is for those whose database went away before their process did.
        allowed = (409, 503) if here.cuts else (409,)
        assert answer.status_code in allowed, f"{case}: {answer.status_code} {answer.text}"
        time.sleep(float(answer.headers["retry-after"]))
    raise AssertionError(f"{case}: {key} was not answered")
