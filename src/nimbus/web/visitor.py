"""Who comes to a page without being let in: on to the login, or refused as sent by another site."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nimbus.problems import Problem


def to_login(request: Request) -> Response:
    """The login page, and back here after it. htmx follows its own header, not a redirect."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = str(request.url_for("login_page").include_query_params(next=here).path)
    query = request.url_for("login_page").include_query_params(next=here).query
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": f"{target}?{query}"})
    return RedirectResponse(f"{target}?{query}", status_code=303)


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
