"""Pages from templates: what they know, what they escape, where they are found."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from starlette.requests import Request

from nimbus.problems import Problem
from nimbus.web import assets, fragment, parts, render, toast
from nimbus.web.attributes import attrs
from nimbus.web.render import environment, rooms
from tests.web.gallery.app import NAV

EVIL = "<img src=x onerror=alert(1)>\"'"


@pytest.fixture
def room(tmp_path: Path) -> Path:
    rooms.add("sample", tmp_path)
    environment.cache.clear()  # type: ignore[union-attr]
    return tmp_path


def asking(path: str = "/contacts", cookies: str = "", who: Any = None) -> Request:
    app = SimpleNamespace(state=SimpleNamespace(nav=NAV))
    headers = [(b"cookie", cookies.encode())]
    scope = {"type": "http", "path": path, "headers": headers, "app": app, "query_string": b""}
    request = Request(scope)
    request.state.who = who
    return request


def text(answer: Any) -> str:
    return bytes(answer.body).decode()


def test_a_page_escapes_what_people_typed(room: Path) -> None:
    (room / "page.html").write_text(
        '{% extends "web/shell.html" %}{% block heading %}{{ name }}{% endblock %}'
        "{% block content %}{{ ui.avatar(name) }}{{ ui.tag(name) }}{{ ui.alert(name, name) }}"
        "{{ ui.field('f', name, value=name) }}{{ ui.copy_button(name) }}"
        "{{ ui.chip(name, value=name, off='/') }}{% endblock %}"
    )
    said = text(render(asking(), "sample/page.html", name=EVIL))
    assert "<img" not in said
    assert said.count("&lt;img src=x onerror=alert(1)&gt;") >= 8


def test_a_person_sees_the_navigation_with_the_current_entry(room: Path) -> None:
    (room / "page.html").write_text(
        '{% extends "web/shell.html" %}{% block heading %}X{% endblock %}'
    )
    who = SimpleNamespace(name="Alice Smith", email="alice@acme.example", workspace="Acme",
                          id=1, workspace_id=2)  # fmt: skip
    said = text(render(asking("/contacts/cont_1", who=who), "sample/page.html"))
    assert said.count('aria-current="page"') == 1
    assert 'href="/contacts" title="Contacts" aria-current="page"' in said
    assert "alice@acme.example" in said
    assert 'id="jobs"' not in said


def test_settings_come_from_cookies_and_only_known_values_count(room: Path) -> None:
    (room / "page.html").write_text(
        '{% extends "web/shell.html" %}{% block heading %}X{% endblock %}'
    )
    said = text(render(asking(cookies='theme=dark; nav=folded; density="><b>'), "sample/page.html"))
    assert 'data-theme="dark" data-nav="folded" data-density="comfortable"' in said


def test_a_fragment_is_one_block(room: Path) -> None:
    (room / "page.html").write_text(
        '{% extends "web/shell.html" %}{% block content %}<p>'
        "{% block count %}{{ n|number }}{% endblock %}</p>{% endblock %}"
    )
    assert text(fragment(asking(), "sample/page.html", "count", n=12481)) == "12,481"


def test_a_toast_is_in_the_answer(room: Path) -> None:
    (room / "page.html").write_text(
        '{% extends "web/plain.html" %}{% block heading %}X{% endblock %}'
    )
    request = asking()
    toast(request, "Tagged 3 contacts.", undo="/operations/op_1/undo")
    said = text(render(request, "sample/page.html"))
    assert "Tagged 3 contacts." in said
    assert 'hx-post="/operations/op_1/undo"' in said


@pytest.mark.parametrize(("code", "status"), [("not_found", 404), ("internal_error", 500)])
def test_an_error_page_says_what_and_what_now(code: str, status: int) -> None:
    request = asking()
    request.state.request_id = "4f1c"
    answer = render(request, "web/error.html", status, problem=Problem(code, f"It is {EVIL}."))
    assert answer.status_code == status
    assert "<img" not in text(answer)
    assert "4f1c" in text(answer)


def test_a_refusal_for_htmx_is_a_toast() -> None:
    problem = Problem("forbidden", "This needs the scope contacts:write.")
    said = text(render(asking(), "web/problem.html", 403, problem=problem))
    assert said.lstrip().startswith('<div class="toast is-red"')
    assert "This needs the scope contacts:write." in said


def test_a_forgotten_value_is_an_error_and_not_a_gap(room: Path) -> None:
    (room / "page.html").write_text("{{ forgotten }}")
    with pytest.raises(UndefinedError):
        render(asking(), "sample/page.html")


@pytest.mark.parametrize("name", ["nowhere/page.html", "../web/shell.html", "web/../x.html"])
def test_templates_are_found_in_rooms_only(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        environment.get_template(name)


def test_attributes_that_the_policy_refuses_are_refused() -> None:
    assert attrs({"hx_get": "/x", "disabled": True, "title": None}) == ' hx-get="/x" disabled'
    assert attrs({"title": EVIL}).count('"') == 2
    for name in ("style", "onclick", "hx_on_click", "hx-on:click"):
        with pytest.raises(ValueError, match="Content-Security-Policy"):
            attrs({name: "x"})


def test_a_missing_build_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    with pytest.raises(assets.FrontendNotBuilt, match="run make install"):
        assets.static("app.css")


def test_an_icon_must_be_in_the_sprite() -> None:
    assert 'aria-hidden="true"' in assets.icon("users")
    assert 'aria-label="a &amp; b"' in assets.icon("users", "a & b")
    with pytest.raises(LookupError, match=r"icons\.json"):
        assets.icon("no-such-icon")


@pytest.mark.parametrize(
    ("name", "two"),
    [("Alice Smith", "AS"), ("Cher", "C"), ("  ", "?"), ("Ludwig van Beethoven", "LB")],
)
def test_initials(name: str, two: str) -> None:
    assert parts.initials(name) == two
