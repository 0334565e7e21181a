"""Two files of the same people, of which the second is rolled back, and all that it changes."""

from __future__ import annotations

from typing import Any

from tests.conftest import World
from tests.imports.undoing import (
    claims,
    companies,
    contacts,
    scores,
)

HEADER = "Email,Title,City,Country,Phone,Company,Domain,Industry,Employees,Tags,Consent status\n"


OLD = HEADER + (
    "ann@acme.com,VP Sales,Boston,US,+1 415 555 2671,Acme,acme.com,Software,500,vip,opted_in\n"
    "bob@acme.com,Engineer,Berlin,Germany,,Acme,acme.com,Software,500,,\n"
    "cas@gmail.com,Founder,,,,Solo Works,,,,,\n"
)


NEW = HEADER + (
    "ann@acme.com,CEO,Paris,France,+49 30 901820,Acme Inc.,acme.com,Retail,9,smb;new,opted_out\n"
    "bob@acme.com,Director of Sales,,,,,zeta.com,Toys,40,,\n"
    "dan@zeta.com,VP Sales,,,,Zeta,zeta.com,Toys,40,,\n"
    "eve@gmail.com,Engineer,,,,,,,,,\n"
)


def everything(world: World) -> Any:
    return contacts(world), companies(world), scores(world), claims_of_live(world)


def claims_of_live(world: World) -> Any:
    here = {row["email"] for row in contacts(world).values()}
    return [claim for claim in claims(world) if claim["email"] in here]
