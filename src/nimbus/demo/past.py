"""The weeks behind the demo: files came one after the other, somebody filled in the form of the
website, and each day was counted, all by the clock of that day and through the real pipeline.

So the charts over time show what the contacts and the log say, to the last one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import cycle, islice

from nimbus import clock
from nimbus.access import Who
from nimbus.accounts.client import Client
from nimbus.db.door import Tx
from nimbus.db.instance import Instance
from nimbus.demo.people import HEADER, people
from nimbus.home.count import count
from nimbus.imports.create import Given
from nimbus.imports.create import create as create_import
from nimbus.imports.import_job import ImportOptions
from nimbus.imports.task import run_import
from nimbus.intake.create import Wanted
from nimbus.intake.single import create_one
from nimbus.jobs import Context

# Whole weeks, so that there are as many working days wherever in a week one begins.
DAYS = 84
WORKING_DAYS = DAYS // 7 * 5
MORNING, EVENING = time(9, 30, tzinfo=UTC), time(20, tzinfo=UTC)

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class File:
    """So many people whom nobody knew, and where they are from."""

    name: str
    people: int
    source: str


# By the working day on which they came, the first being 0.
FILES = {
    0: File("CRM export.csv", 2_260, "CRM"),
    7: File("Trade show Munich.csv", 330, "Trade show"),
    12: File("Webinar on forecasts.csv", 190, "Webinar"),
    18: File("Partner list.csv", 420, "Partner"),
    24: File("Trade show London.csv", 380, "Trade show"),
    30: File("Newsletter sign-ups.csv", 260, "Newsletter"),
    36: File("Research mid-market.csv", 340, "Research"),
    41: File("Webinar on hand-overs.csv", 240, "Webinar"),
    46: File("Trade show Berlin.csv", 310, "Trade show"),
    51: File("Partner list, second part.csv", 250, "Partner"),
    54: File("Webinar on pricing.csv", 130, "Webinar"),
    58: File("Research enterprise.csv", 158, "Research"),
}
# So many filled in the form, working day by working day.
BY_FORM = (1, 3, 1, 3, 2, 1, 2, 4, 1, 2)
# So many come once more under another address, when the past is over (desk.py).
TWICE = 12
CONTACTS = (
    TWICE + sum(file.people for file in FILES.values())
    + sum(islice(cycle(BY_FORM), WORKING_DAYS))
)  # fmt: skip


def mornings(today: datetime) -> list[datetime]:
    """Of each of the days before today."""
    first = datetime.combine(today.astimezone(UTC).date() - timedelta(days=DAYS), MORNING)
    return [first + timedelta(days=nth) for nth in range(DAYS)]


def live(here: Instance, who: Who, client: Client, days: Sequence[datetime]) -> None:
    """One day after the other; by the end of them all have come but those who come
    twice."""
    rows = people(CONTACTS)
    working = iter(range(WORKING_DAYS))
    for morning in days:
        if morning.weekday() < 5:
            with clock.turned(morning):
                nth = next(working)
                if file := FILES.get(nth):
                    bring(here, who, client, file, islice(rows, file.people))
                by_form = islice(rows, BY_FORM[nth % len(BY_FORM)])
                with here.door.workspace(who.workspace_id) as tx:
                    _fill_in(tx, here, who, by_form)
        evening = datetime.combine(morning.date(), EVENING)
        with clock.turned(evening), here.door.workspace(who.workspace_id) as tx:
            count(tx)


def bring(here: Instance, who: Who, client: Client, file: File, rows: Iterable[Row]) -> None:
    """One file of these rows, to its end."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    source = io.BytesIO(text.getvalue().encode())
    options = ImportOptions(defaults={"lead_source": file.source})
    with here.door.workspace(who.workspace_id) as tx:
        made = create_import(tx, here, who, client, source, file.name, options, Given())
    # Here and now, by the clock of the day; the queue, which goes by the database's, has nothing
    # left to do of it afterwards.
    run_import.run(Context(here, who.workspace_id), import_id=str(made.id), job_id=str(made.job_id))


def _fill_in(tx: Tx, here: Instance, who: Who, rows: Iterator[Row]) -> None:
    """Each by an operation of its own, as a form sends them."""
    for first, last, email, title, phone, company, domain, *_ in rows:
        given = {
            "first_name": first, "last_name": last, "email": email, "title": title,
            "phone": phone or None, "company": {"name": company, "domain": domain},
            "lead_source": "Website",
        }  # fmt: skip
        create_one(tx, here, who, given, Wanted("contact.create", "api"))
