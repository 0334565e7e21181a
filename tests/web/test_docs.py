"""The documentation: every operation, error, setting and dependency is in it, and what it shows
works."""

from __future__ import annotations

import html
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route
from starlette.testclient import TestClient

from nimbus.access import SCOPES
from nimbus.problems import CODES
from nimbus.settings import Settings
from nimbus.web.docs_words import EXAMPLES, WHEN
from tests.conftest import PASSWORD, World
from tests.contacts.contact_rows import add_contact

HOUSE = Path(__file__).parents[2]
DOCS, ERRORS, LIMITS = "/api/v1/docs", "/api/v1/docs/errors", "/api/v1/docs/limits"
ORIGIN = "http://testserver"
THIN_OUT = "document.querySelectorAll('main .card').forEach((one, at) => at % 9 && one.remove())"


def told(name: str) -> str:
    return (HOUSE / "docs" / name).read_text("utf-8")


def operations(http: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in http.get("/api/v1/openapi.json").json()["paths"].items():
        for method, one in methods.items():
            yield method.upper(), path, one


def lines(http: TestClient) -> dict[str, list[str]]:
    """The words of each example, by operation."""
    found = re.findall(r'<code id="(\w+)-curl">(.*?)</code>', http.get(DOCS).text, re.S)
    return {id: shlex.split(html.unescape(text)) for id, text in found}


# The pages


def test_anybody_may_read_them(http: TestClient) -> None:
    for path in (DOCS, DOCS + "/", ERRORS, ERRORS + "/", LIMITS, LIMITS + "/"):
        answer = http.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].startswith("text/html")


def test_every_operation_is_shown_with_its_scope_and_a_line_to_try(http: TestClient) -> None:
    page, shown = http.get(DOCS).text.replace("_<wbr>", "_"), lines(http)
    for method, path, one in operations(http):
        begin = page.index(f'<section class="card" id="{one["operationId"]}"')
        section = page[begin : page.index("</section>", begin)]
        assert f">{method}</span>" in section
        assert f"<code>{path}</code>" in section
        assert one.get("x-scope", "") in section
        for parameter in one.get("parameters", []):
            assert f'<dt class="mono">{parameter["name"]}</dt>' in section
        assert shown[one["operationId"]][:1] == ["curl"]


def test_limits_are_whole_numbers(http: TestClient) -> None:
    page = http.get(DOCS).text
    assert "From 1 to 3,650." in page
    assert not re.search(r"(From|least) [\d,]+\.\d", page)


def test_every_link_within_a_page_leads_somewhere(http: TestClient) -> None:
    for path in (DOCS, ERRORS, LIMITS):
        page = http.get(path).text
        anchors = re.findall(r'\bid="([^"]+)"', page)
        assert len(anchors) == len(set(anchors)), path
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)


def test_no_mark_of_a_requirement_is_shown(http: TestClient) -> None:
    assert not re.search(r"\b[SDFG]\d?-\d\d\b", http.get(DOCS).text)


def test_a_problem_leads_to_its_words(http: TestClient) -> None:
    assert set(WHEN) == set(CODES)
    where = http.get("/api/v1/workspace/").json()["type"]
    path, _, code = where.partition("#")
    page = http.get(path).text
    assert f'id="{code}"' in page
    assert all(f'id="{code}"' in page for code in CODES)


def test_examples_are_of_operations_that_exist(http: TestClient) -> None:
    assert set(EXAMPLES) <= {one["operationId"] for _, _, one in operations(http)}


def test_examples_are_accepted(http: TestClient, world: World, tmp_path: Path) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["trade_show"])
    for id, words in lines(http).items():
        if re.search("ID|TAG", " ".join(words)):
            continue
        with world.door.workspace(world.alice.who.workspace_id) as tx:
            tx.run(
                "update workspace set agency = %s where id = %s",
                [id == "create_client", tx.workspace_id],
            )
        words = [_filled(http, world, word) for word in words]
        answer = called(http, words, world.alice.key)
        assert answer.status_code < 300, (id, answer.text)


def _filled(http: TestClient, world: World, word: str) -> str:
    """With what a reader of the examples of authentication would put in."""
    login = {"email": world.alice.email, "password": PASSWORD}
    if "TOKEN" in word:
        token = http.post("/api/v1/auth/token/", json=login).json()["refresh_token"]
        word = word.replace("TOKEN", token)
    return word.replace("EMAIL", login["email"]).replace("PASSWORD", login["password"])


def called(http: TestClient, words: list[str], key: str) -> Any:
    """What the line asks, without curl."""
    url = next(word for word in words if word.startswith(ORIGIN))
    given = dict(header.split(": ", 1) for header in _after(words, "-H"))
    form = dict(part.split("=", 1) for part in _after(words, "-F"))
    if file := form.pop("file", None):
        asked: dict[str, Any] = {
            "files": {"file": (file.removeprefix("@"), b"Email\nada@example.com\n")},
            "data": form,
        }
    else:
        asked = {"content": next(iter(_after(words, "-d")), None)}
    if "Authorization" in given:
        given["Authorization"] = given["Authorization"].replace("KEY", key)
    method = next(iter(_after(words, "-X")), "GET")
    return http.request(method, url, headers=given, **asked)


def _after(words: list[str], flag: str) -> list[str]:
    return [words[at + 1] for at, word in enumerate(words) if word == flag]


# The texts


def test_every_error_scope_and_path_is_told(http: TestClient) -> None:
    text = told("api.md")
    for code, (status, _) in CODES.items():
        assert f"| `{code}` | {status} |" in text
    for scope, words in SCOPES.items():
        assert f"| `{scope}` | {words} |" in text
    for _, path, _ in operations(http):
        assert f"/{path.split('/')[3]}/" in text, path


def test_every_setting_is_told_with_its_default() -> None:
    text = told("operating.md")
    for name, setting in Settings.model_fields.items():
        row = re.search(rf"^\| `NIMBUS_{name.upper()}` \| (.+?) \|", text, re.M)
        assert row, name
        if isinstance(setting.default, int | str):
            assert row[1].strip("`") == str(setting.default).lower(), name


def test_every_dependency_is_told() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text("utf-8"))
    text = told("dependencies.md")
    needed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    front = re.findall(r'"([^"]+)": "\d', (HOUSE / "frontend/package.json").read_text("utf-8"))
    for one in [*needed, *front]:
        name = re.split(r"[\[<>=~;]", one)[0]
        assert f"`{name}`" in text, name


# In a browser


@pytest.fixture
def opened(browser: Browser, http: TestClient) -> Iterator[Any]:
    """`opened(width, dark)`: a page whose requests the application answers in this process."""
    contexts = []

    def answer(route: Route) -> None:
        got = http.get(route.request.url, headers={"accept-encoding": "identity"})
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.content)

    def open_page(width: int, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=ORIGIN,
            color_scheme="dark" if dark else "light", reduced_motion="reduce",
        )  # fmt: skip
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.route("**/*", answer)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (390, False)], ids=["wide", "phone"])
def test_axe_finds_nothing_and_the_policy_holds(opened: Any, width: int, dark: bool) -> None:
    page = opened(width, dark)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    for path in (DOCS, ERRORS, LIMITS):
        page.goto(path)
        for box in ("document.documentElement", "document.querySelector('main')"):
            assert page.evaluate(f"{box}.scrollWidth") <= width, path
        if (path, width) != (DOCS, 390):
            # All operations are written by one template, and axe takes a second for two of them.
            page.evaluate(THIN_OUT)
            found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == [], path
    assert complaints == []


def test_an_operation_is_found_in_the_side_list(opened: Any) -> None:
    page = opened(1440)
    page.goto(DOCS)
    page.get_by_role("link", name="Resume import").click()
    assert page.url.endswith("#resume_import")
    assert page.get_by_role("heading", name="Resume import").is_visible()


def test_every_line_has_a_button_to_copy_it(opened: Any) -> None:
    page = opened(1440)
    page.goto(DOCS)
    buttons = page.locator("[data-copy-from]")
    assert buttons.count() == page.locator(".code").count() > 30
    assert page.get_by_role("button", name="Copy request: list contacts").is_visible()
