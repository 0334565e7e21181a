"""The typed client of the API: `Nimbus(url, key)`. It stands on nothing else of the product.

nimbus = Nimbus("http://127.0.0.1:8000", "nmb_…")
anna = nimbus.contacts.create(email="anna@acme.com", title="VP Sales")
for contact in nimbus.contacts.each(icp_tier=["A", "B"]):
    ...
"""

from nimbus.client.http import NimbusError
from nimbus.client.nimbus import Nimbus
from nimbus.client.shown import BulkRow, Company, Contact, Event, ImportJob, Page, Segment, Webhook

__all__ = [
    "BulkRow",
    "Company",
    "Contact",
    "Event",
    "ImportJob",
    "Nimbus",
    "NimbusError",
    "Page",
    "Segment",
    "Webhook",
]
