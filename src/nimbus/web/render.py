"""Pages from templates: `render` answers with a whole page, `fragment` with one block of it.

A template lives with its room, `src/nimbus/<room>/templates/page.html`, and is called
`<room>/page.html`; the shell and the components are `web/…`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from nimbus.access import Who, sessions
from nimbus.access.sessions import COOKIE
from nimbus.web import charts, news, parts, words
from nimbus.web.assets import icon, static
from nimbus.web.attributes import attrs

HOUSE = Path(__file__).parents[1]


class Rooms(Mapping[str, BaseLoader]):
    """A loader for each room that has templates, made when first asked for."""

    def __init__(self) -> None:
        self._loaders: dict[str, BaseLoader] = {}

    def __getitem__(self, room: str) -> BaseLoader:
        if room not in self._loaders:
            self.add(room, HOUSE / room / "templates")
        return self._loaders[room]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaders)

    def __len__(self) -> int:
        return len(self._loaders)

    def add(self, room: str, folder: Path) -> None:
        """Also for the folders of tests."""
        if not room.isidentifier() or not folder.is_dir():
            raise KeyError(room)
        self._loaders[room] = FileSystemLoader(folder)


class Macros:
    """The macros of a template as attributes, so that every page has them without an import.

    Each is looked up once: a page calls them hundreds of times.
    """

    def __init__(self, template: str) -> None:
        self._template = template

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = getattr(environment.get_template(self._template).module, name)
        setattr(self, name, found)
        return found


@pass_context
def _ago(context: Context, moment: datetime | None) -> Markup:
    return words.ago(moment, context.get("zone"))


@pass_context
def _day(context: Context, of: date) -> str:
    return words.day(of, context["zone"])


@pass_context
def _exact(context: Context, moment: datetime) -> str:
    return words.exact(moment, context["zone"])


def _environment(rooms: Rooms) -> Environment:
    made = Environment(
        loader=PrefixLoader(rooms),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        number=words.number,
        percent=words.percent,
        bytes=words.size,
        duration=words.duration,
        ago=_ago,
        day=_day,
        exact=_exact,
        attrs=attrs,
        initials=parts.initials,
    )
    made.globals.update(
        static=static,
        icon=icon,
        ui=Macros("web/ui.html"),
        chart=Macros("web/charts.html"),
        charts=charts,
        parts=parts,
        OUTCOMES=charts.OUTCOMES,
    )
    return made


rooms = Rooms()
environment = _environment(rooms)


def render(
    request: Request,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """The whole page."""
    if status == 404 and getattr(request.state, "who", None) is None:
        request.state.who = _visitor(request)
    scope = _surroundings(request) | {"status": status} | context
    text = environment.get_template(template).render(scope)
    return HTMLResponse(text, status, headers)


def fragment(
    request: Request,
    template: str,
    block: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> HTMLResponse:
    """One `{% block %}` of a page, for htmx to put in place.

    A block sees the context and `ui`, not what a `{% set %}` outside of it has named.
    """
    page = environment.get_template(template)
    scope = page.new_context(_surroundings(request) | {"status": status} | context)
    return HTMLResponse("".join(page.blocks[block](scope)), status, headers)


def is_part(request: Request) -> bool:
    """Whether htmx asks for a part of a page. A page that is drawn anew asks for the whole of it
    (frontend/js/redraw.js)."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-target") != "main"


def toast(request: Request, words: str, undo: str | None = None, **more: Any) -> None:
    """Has the answer to this request say what was done."""
    _toasts(request).append(parts.Toast(words, undo, **more))


def _toasts(request: Request) -> list[parts.Toast]:
    if not hasattr(request.state, "toasts"):
        request.state.toasts = []
    toasts: list[parts.Toast] = request.state.toasts
    return toasts


def _visitor(request: Request) -> Who | None:
    """Who looks at an address that no route answers: nobody has asked the session yet."""
    instance, token = getattr(request.app.state, "instance", None), request.cookies.get(COOKIE)
    return sessions.identify(instance.door, token) if instance and token else None


def _surroundings(request: Request) -> dict[str, Any]:
    """What every page knows: who is asking, the navigation and the person's own settings."""
    app = request.app.state
    return {
        "request": request,
        "who": getattr(request.state, "who", None),
        "nav": getattr(app, "nav", ()),
        "jobs": getattr(app, "jobs", None),
        "search": getattr(app, "search", None),
        "toasts": _toasts(request),
        "has_news": partial(news.has_news, request),
        "theme": _cookie(request, "theme", "auto", "light", "dark"),
        "nav_state": _cookie(request, "nav", "open", "folded"),
        "density": _cookie(request, "density", "comfortable", "compact"),
        "zone": zone_of(request),
        "is_part": is_part(request),
    }


def _cookie(request: Request, name: str, *choices: str) -> str:
    value = request.cookies.get(name)
    return value if value in choices else choices[0]


def zone_of(request: Request) -> tzinfo:
    """The time zone of whoever asks, as their browser says."""
    try:
        return ZoneInfo(request.cookies.get("zone", "UTC"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
