"""Who comes to a page without being let in: on to the login, or refused as sent by another site."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match

from nimbus.problems import Problem
from nimbus.web.render import render


def to_login(request: Request) -> Response:
    """The login page, and after it the page that somebody was on. To htmx a message with a link
    there: what is typed stays where it is. A form is told that it was not taken."""
    if request.headers.get("hx-request"):
        login = _login(request, page_of(request, "hx-current-url"))
        return render(request, "web/logged_out.html", 401, login=login)
    if request.method in ("GET", "HEAD"):
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(_login(request, here), 303)
    return RedirectResponse(_login(request, page_of(request), unsaved="1"), 303)


def page_of(request: Request, header: str = "referer") -> str:
    """The page that a form or a part was asked from, of this site alone; the one around it where
    that is what a refused form answered, which nobody can go to."""
    came = urlsplit(request.headers.get(header, ""))
    if came.netloc != request.url.netloc or came.path.startswith("//"):
        return "/"
    if _is_page(request, came.path):
        return came.path + (f"?{came.query}" if came.query else "")
    around = came.path
    while around and not _is_page(request, around):
        around = around.rpartition("/")[0]
    return around or "/"


def _is_page(request: Request, path: str) -> bool:
    asked = {**request.scope, "path": path, "method": "GET"}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.state.addresses)


def _login(request: Request, next: str, **more: str) -> str:
    return f"{request.url_for('login_page').path}?{urlencode({'next': next, **more})}"


def refuse_cross_site(request: Request) -> None:
    """Refuse writes that another site makes with a person's cookie (CSRF). Browsers say in
    Sec-Fetch-Site where a request comes from; older ones at least in Origin. Raises Problem."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
    else:
        origin = request.headers.get("origin", "")
        if origin and origin.split("://", 1)[-1] == request.headers.get("host"):
            return
    raise Problem(
        "forbidden", "This form was sent from another site. Open the page here and retry."
    )
