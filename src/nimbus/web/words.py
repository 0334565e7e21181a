"""Numbers, sizes and times in the words of a page: the filters of the templates."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from markupsafe import Markup

from nimbus import clock

NOTHING = "—"
DAY = 86_400
# Below this many seconds: the larger unit in seconds and its word, the smaller unit and its word.
SPANS: tuple[tuple[float, int, str, int, str], ...] = (
    (3600, 60, "min", 1, "s"),
    (DAY, 3600, "h", 60, "min"),
    (float("inf"), DAY, "d", 3600, "h"),
)


def number(value: float | Decimal | None, digits: int | None = None) -> str:
    """Grouped by thousands: `12,481`; `digits` fixes the decimals."""
    if value is None:
        return NOTHING
    if digits is not None:
        return f"{value:,.{digits}f}"
    return f"{value:,}"


def percent(share: float | None, digits: int = 0) -> str:
    """A fraction as a percentage; a small one never becomes 0 %, a nearly full one never 100 %."""
    if share is None:
        return NOTHING
    step: float = 10**-digits / 100
    if 0 < share < step:
        return f"<{step:.{digits}%}"
    if 1 - step < share < 1:
        share = 1 - step
    return f"{share:.{digits}%}"


def size(count: int | None) -> str:
    """Bytes in decimal units: `4.2 MB`."""
    if count is None:
        return NOTHING
    if count < 1000:
        return f"{count} byte" if count == 1 else f"{count} bytes"
    amount = float(count)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.5 or unit == "GB":
            break
    return f"{amount:,.1f} {unit}" if amount < 10 else f"{amount:,.0f} {unit}"


def duration(span: float | timedelta | None) -> str:
    """Two units at most: `850 ms`, `4.2 s`, `1 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    if span is None:
        return NOTHING
    seconds = span.total_seconds() if isinstance(span, timedelta) else float(span)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    _, unit, big, part, small = next(span for span in SPANS if whole < span[0])
    rest = whole % unit // part
    return f"{whole // unit} {big} {rest} {small}" if rest else f"{whole // unit} {big}"


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day that it is in the zone; at the calendar's ends the one in UTC."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def day(of: date, zone: tzinfo) -> str:
    """`5 May 2026`; of a moment the day that it is in the zone."""
    here = day_of(of, zone) if isinstance(of, datetime) else of
    return f"{here.day} {here:%b %Y}"


def ago(moment: datetime | None, zone: tzinfo | None = None, now: datetime | None = None) -> Markup:
    """A `<time>` that says how long ago, with the exact moment in its tooltip."""
    if moment is None:
        return Markup('<span class="muted">never</span>')
    zone = zone or ZoneInfo("UTC")
    return Markup('<time datetime="{}" title="{}" data-ago>{}</time>').format(
        moment.isoformat(timespec="seconds"),
        exact(moment, zone),
        relative(moment, now or clock.now(), zone),
    )


def exact(moment: datetime, zone: tzinfo) -> str:
    """`21 Nov 2026, 14:03:20 CET`."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y, %H:%M:%S %Z}"


def relative(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """`just now`, `5 minutes ago`, `in 2 hours`, `yesterday`, and after a week the date."""
    seconds = (moment - now).total_seconds()
    distance = abs(seconds)
    if distance < 60:
        return "just now"
    if distance >= 7 * DAY:
        local = moment.astimezone(zone)
        same_year = local.year == now.astimezone(zone).year
        return f"{local.day} {local:%b}" if same_year else f"{local.day} {local:%b %Y}"
    unit, length = next(
        (unit, length)
        for unit, length in (("day", DAY), ("hour", 3600), ("minute", 60))
        if distance >= length
    )
    count = int(distance // length)
    if unit == "day" and count == 1:
        return "tomorrow" if seconds > 0 else "yesterday"
    words = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"in {words}" if seconds > 0 else f"{words} ago"
