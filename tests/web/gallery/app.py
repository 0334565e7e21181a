"""A small app that serves the gallery: `granian --interface asgi tests.web.gallery.app:app`."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from starlette.applications import Starlette
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from nimbus import clock
from nimbus.problems import not_found
from nimbus.web import StaticAssets, charts, parts
from nimbus.web.render import render, rooms
from tests.web.gallery.people import people

rooms.add("gallery", Path(__file__).parent / "templates")

# The policy that the product sends; the gallery must look right under it.
POLICY = "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

NAV = [
    parts.NavEntry("home", "Home", "/", "house"),
    parts.NavEntry("contacts", "Contacts", "/contacts", "users"),
    parts.NavEntry("companies", "Companies", "/companies", "building-2"),
    parts.NavEntry("segments", "Segments", "/segments", "layers"),
    parts.NavEntry("imports", "Imports", "/imports", "file-up"),
    parts.NavEntry("duplicates", "Duplicates", "/duplicates", "copy-minus"),
    parts.NavEntry("now", "Now", "/now", "zap"),
    parts.NavEntry("sequences", "Sequences", "/sequences", "send"),
    parts.NavEntry("suppression", "Suppression", "/suppression", "shield-ban"),
    parts.NavEntry("settings", "Settings", "/settings", "settings"),
]

COLUMNS = [
    parts.Column("Select", "check", kind="check"),
    parts.Column("Name", "l", href="?sort=name"),
    parts.Column("Email", "l", href="?sort=email"),
    parts.Column("Title", href="?sort=title"),
    parts.Column("Company", "m", href="?sort=company"),
    parts.Column("Tier", "xs", href="?sort=tier", kind="center"),
    parts.Column("Score", "s", href="?sort=score", sorted="descending", kind="number"),
    parts.Column("Grade", "xs", kind="center"),
    parts.Column("Tags", "l"),
    parts.Column("Last touch", "m", href="?sort=touched"),
]

OUTCOMES = {
    "imported": 31_204,
    "updated": 6_118,
    "unchanged": 9_877,
    "skipped": 412,
    "suppressed": 239,
    "errored": 58,
}

RUNNING = [
    parts.Station("Queued", "done"),
    parts.Station("Parsing", "done", note="47,908 rows"),
    parts.Station("Deduplicating", "done", note="412 repeats"),
    parts.Station("Enriching", "done", note="off"),
    parts.Station("Suppressing", "done", note="239 held back"),
    parts.Station("Segmenting", "running", 0.62, "29,703 rows"),
    parts.Station("Scoring"),
    parts.Station("Complete"),
]
PAUSED = [
    *RUNNING[:3],
    parts.Station("Enriching", "paused", 0.31, "no credits left"),
    *(parts.Station(station.label) for station in RUNNING[4:]),
]
FAILED = [
    RUNNING[0],
    parts.Station("Parsing", "failed", 0.1, "not a text file"),
    *(parts.Station(station.label) for station in RUNNING[2:]),
]
DONE = [parts.Station(station.label, "done", 1) for station in RUNNING]

BINS = [120, 340, 910, 2_410, 5_120, 7_840, 8_912, 6_204, 3_410, 1_938]


def page(template: str, status: int = 200, **context: Any) -> Any:
    def answer(request: Request) -> HTMLResponse:
        now = clock.now()
        return render(
            request,
            f"gallery/{template}.html",
            status,
            columns=COLUMNS,
            people=people(),
            running=RUNNING,
            paused=PAUSED,
            failed=FAILED,
            done=DONE,
            outcomes=charts.outcomes(OUTCOMES),
            histogram=charts.histogram(BINS),
            tiers=charts.bars(
                [("A", 4_812), ("B", 11_204), ("C", 15_933), ("D", 5_373)],
                ["green", "blue", "amber", "grey"],
            ),
            now=now,
            earlier=[now - timedelta(hours=h, minutes=7) for h in (0, 2, 5, 26, 31, 75)],
            **context,
        )

    return answer


class Surroundings(BaseHTTPMiddleware):
    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        if not request.url.path.startswith("/login"):
            request.state.who = SimpleNamespace(
                name="Robin Castellano", email="robin@acme.example", workspace="Acme",
                id=UUID(int=1), workspace_id=UUID(int=2),
            )  # fmt: skip
        if request.query_params.get("toast"):
            request.state.toasts = [parts.Toast("Tagged 3 contacts with champion.", "/undo/op_1")]
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = POLICY
        return response


def jobs(request: Request) -> HTMLResponse:
    return render(request, "gallery/jobs.html")


def refused(request: Request) -> HTMLResponse:
    return render(request, "web/problem.html", 404, problem=not_found("contact"))


def missing(request: Request) -> HTMLResponse:
    return render(request, "web/error.html", 404, problem=not_found("contact"))


PAGES = {
    "/": "home",
    "/contacts": "contacts",
    "/contacts/cont_0000": "contact",
    "/contacts/peek": "peek",
    "/imports/imp_1": "import_running",
    "/imports/imp_2": "import_done",
    "/imports/new": "import_new",
    "/segments": "empty",
    "/settings": "settings",
    "/components": "components",
    "/login": "login",
}
app = Starlette(
    routes=[
        Mount("/static", StaticAssets()),
        Route("/jobs", jobs),
        Route("/missing", missing),
        Route("/refused", refused),
        *(Route(path, page(name)) for path, name in PAGES.items()),
    ]
)
app.add_middleware(Surroundings)
app.state.nav = NAV
app.state.jobs = True
app.state.search = "/contacts"
