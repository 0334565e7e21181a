"""How the log's list members are shown: as the contacts that they are."""

from __future__ import annotations

from dataclasses import replace

from nimbus.contacts.told import SHOWN as CONTACT
from nimbus.operations.things import Column
from nimbus.segments.segment import FIELD

SHOWN = {"segment_member": replace(CONTACT, columns=lambda tx, names: [Column(FIELD, "Segment")])}
