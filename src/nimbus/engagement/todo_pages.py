"""The page of all tasks: by the day on which they are due, and those that are done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from nimbus.db import ids
from nimbus.engagement import todo
from nimbus.engagement.done import address, tell
from nimbus.engagement.todo import HERE, SHOWN, Asked
from nimbus.problems import invalid
from nimbus.web import parts, render
from nimbus.web.counting import Count
from nimbus.web.cursor import Seal
from nimbus.web.render import zone_of
from nimbus.web.route import Ask, PageRouter
from nimbus.web.words import day_of

router = PageRouter(HERE)

SIZE = 50
# What a list says that has nobody's task: its title, and what to do next.
EMPTY = {
    "overdue": ("Nothing is overdue", "Whatever had a day is done."),
    "today": ("Nothing is due today", "What is due on other days is under “Open”."),
    "week": ("Nothing is due in the next 7 days", "Tasks get a day on the timeline of a contact."),
    "later": ("Nothing is due later", "Tasks get a day on the timeline of a contact."),
    "undated": ("Every open task has a day", "Tasks that are added without one are listed here."),
    "done": ("Nothing is done yet", "Tick a task off, and it is listed here."),
    "open": ("Nothing to do", "Open a contact and add a task on its timeline: it is listed here "
             "by the day on which it is due."),
}  # fmt: skip


@router.at("GET", "", scope="contacts:read")
def tasks_page(
    ask: Ask, show: str = "open", cursor: str = "", done: str = "", operation: str = ""
) -> Response:
    """What is open, the most urgent first, or one of the spans in which it is due; or what is done,
    the latest first. `done` says what the form which led here has done, by `operation`."""
    if show not in SHOWN:
        raise invalid(f"Tasks can be shown as {', '.join(SHOWN)}.", "show")
    spans = todo.spans(ask.tx.now, zone_of(ask.request))
    asked = spans.get(show, Asked(show))
    seal = Seal(ask.instance.secrets.key("cursor"), f"{ask.tx.workspace_id}:tasks page:{show}")
    opened = seal.open(cursor) if cursor else None
    page = todo.page(ask.tx, asked, SIZE, opened, todo.LATEST if show == "done" else None)
    tell(ask, done, operation)
    counts = {key: todo.some(ask.tx, one) for key, one in {"open": Asked(), **spans}.items()}
    return render(
        ask.request, "engagement/todo.html",
        show=show, cursor=cursor, groups=list(_groups(page.rows, show, spans)),
        choices=[
            parts.Tab(_label(key, words, counts), f"{HERE}?show={key}" if key != "open" else HERE,
                      key == show, _exact(counts.get(key)))
            for key, words in SHOWN.items()
        ],
        empty=EMPTY[show], address=address, shown_id=ids.show, day_of=day_of,
        now=ask.tx.now,
        previous=page.previous and _href(show, seal.close(page.previous)),
        next=page.next and _href(show, seal.close(page.next)),
        words=_place(page.start, len(page.rows), counts.get(show)),
    )  # fmt: skip


def _groups(
    rows: Any, show: str, spans: Mapping[str, Asked]
) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """The rows of a page under the words of the span in which they are due."""
    if show == "done":
        yield SHOWN[show], list(rows)
        return
    for span, tasks in groupby(rows, lambda task: todo.span_of(task["due_at"], spans)):
        yield SHOWN[span], list(tasks)


def _label(key: str, words: str, counts: Mapping[str, Count]) -> str:
    count = counts.get(key)
    return words if count is None or count.exact else f"{words} ({count.value:,}+)"


def _exact(count: Count | None) -> int | None:
    return count.value if count and count.exact else None


def _place(start: int, shown: int, count: Count | None) -> str:
    here = f"{start + 1:,}–{start + shown:,}"
    if count is None:
        return here
    return f"{here} of {count.value:,}" if count.exact else f"{here} of more than {count.value:,}"


def _href(show: str, cursor: str) -> str:
    return f"{HERE}?{urlencode({'show': show, 'cursor': cursor})}"
