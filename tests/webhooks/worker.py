"""A worker beside a test, to be killed: `python -m tests.webhooks.worker FOLDER-JSON`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nimbus.db import roles
from nimbus.db.door import Door
from nimbus.db.instance import Instance
from nimbus.settings import Settings
from nimbus.webhooks import send
from nimbus.worker import work
from tests.conftest import SECRETS


def main() -> None:
    told = json.loads(sys.argv[1])
    settings = Settings(data=Path(told["data"]), files=Path(told["files"]))
    send.TOTAL_SECONDS = told.get("patience", send.TOTAL_SECONDS)
    with Door(told["app"], 4) as door:
        work(Instance(settings, roles.Logins(told["migrate"], told["app"], None), SECRETS, door))


if __name__ == "__main__":
    main()
