"""`python -m nimbus.demo`: a workspace of invented people, imported for real, and served."""

from __future__ import annotations

import json
import sys
from pathlib import Path

EMAIL, PASSWORD = "demo@nimbus.example", "demo password"


def main() -> None:
    """Make the demo workspace on first use, say how to get in, and serve."""
    from nimbus import serve
    from nimbus.settings import Settings

    data = Path(_argument("--data", "demo"))
    port = int(_argument("--port", "8000"))
    known = data / "demo.json"
    if not known.exists():
        known.parent.mkdir(parents=True, exist_ok=True)
        print("Preparing a demo workspace of twelve weeks; this takes a minute …", flush=True)
        made = json.dumps(_prepare(data))
        known.touch(mode=0o600)
        known.write_text(made)
    made = json.loads(known.read_text())
    print(
        f"\n  Open      http://127.0.0.1:{port}\n  Log in    {EMAIL}  /  {PASSWORD}\n"
        f"  API key   {made['api_key']}\n"
        f"  Try       curl -H 'Authorization: Bearer {made['api_key']}' "
        f"http://127.0.0.1:{port}/api/v1/contacts/?page_size=2\n",
        flush=True,
    )
    serve.log_to_stderr("info")
    serve.serve(Settings(data=data), "127.0.0.1", port)


def _prepare(data: Path) -> dict[str, str]:
    from nimbus import clock
    from nimbus.access.who import system
    from nimbus.accounts.create import create_workspace
    from nimbus.db.instance import instance
    from nimbus.demo import desk
    from nimbus.demo.past import live, mornings
    from nimbus.demo.touches import touch
    from nimbus.home.count import count
    from nimbus.rooms import install, starters
    from nimbus.settings import Settings
    from nimbus.worker import work

    days = mornings(clock.now())
    with instance(Settings(data=data)) as here:
        install(here.door)
        with clock.turned(days[0]):
            made = create_workspace(here.door, "Demo", EMAIL, PASSWORD, starters=starters())
        who = system(made.workspace_id, "Demo")
        live(here, who, made.client, days)
        with here.door.workspace(made.workspace_id) as tx:
            touch(tx, who)
        desk.work(here, who, made.client)
        work(here, once=True)
        with here.door.workspace(made.workspace_id) as tx:
            count(tx)
    return {"api_key": made.api_key}


def _argument(name: str, default: str) -> str:
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


if __name__ == "__main__":
    main()
