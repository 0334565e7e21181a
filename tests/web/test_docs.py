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
from playwright.sync_api import Browser, Page, Route
from starlette.testclient import TestClient

from nimbus.access import SCOPES
from nimbus.problems import CODES
from nimbus.settings import Settings
from nimbus.web.docs_words import EXAMPLES, WHEN
from tests.chromium import findings
from tests.conftest import PASSWORD, World
from tests.contacts.contact_rows import add_contact

HOUSE = Path(__file__).parents[2]
DOCS, ERRORS, LIMITS = "/api/v1/docs", "/api/v1/docs/errors", "/api/v1/docs/limits"
CONTACTS, WORKSPACE = "/api/v1/docs/contacts", "/api/v1/docs/workspace"
ORIGIN = "http://testserver"


def told(name: str) -> str:
    return (HOUSE / "docs" / name).read_text("utf-8")


def operations(http: TestClient) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in http.get("/api/v1/openapi.json").json()["paths"].items():
        for method, one in methods.items():
            yield method.upper(), path, one


READ: dict[str, str] = {}  # The pages are the same for every test, and are asked for once.


@pytest.fixture
def pages(http: TestClient) -> dict[str, str]:
    """Every page of the documentation, by its address: those that the first one leads to."""
    if READ:
        return READ
    first = http.get(DOCS).text
    leads = re.findall(rf'href="({DOCS}/[^"#]+)', first)
    found = {path: http.get(path) for path in dict.fromkeys([DOCS, *leads])}
    assert {answer.status_code for answer in found.values()} == {200}
    assert {ERRORS, LIMITS, CONTACTS} < set(found)
    READ.update({path: answer.text for path, answer in found.items()})
    return READ


def lines(pages: dict[str, str]) -> dict[str, list[str]]:
    """The words of each example, by operation."""
    found = re.findall(r'<code id="(\w+)-curl">(.*?)</code>', "".join(pages.values()), re.S)
    return {id: shlex.split(html.unescape(text)) for id, text in found}


# The pages


def test_anybody_may_read_them(http: TestClient) -> None:
    for path in (DOCS, ERRORS, LIMITS, CONTACTS):
        for answer in (http.get(path), http.get(path + "/")):
            assert answer.status_code == 200, path
            assert answer.headers["content-type"].startswith("text/html")
    assert http.get(f"{DOCS}/nothing").status_code == 404


def test_every_operation_is_shown_with_its_scope_and_a_line_to_try(
    http: TestClient, pages: dict[str, str]
) -> None:
    shown = lines(pages)
    for method, path, one in operations(http):
        where = f"{DOCS}/{one['tags'][0].lower()}"
        assert f'<a class="link" href="{where}#{one["operationId"]}">' in pages[DOCS]
        page = pages[where].replace("_<wbr>", "_")
        begin = page.index(f'<section class="card" id="{one["operationId"]}"')
        section = page[begin : page.index("</section>", begin)]
        assert f">{method}</span>" in section
        assert f"<code>{path}</code>" in section
        assert one.get("x-scope", "") in section
        for parameter in one.get("parameters", []):
            assert f'<dt class="mono">{parameter["name"]}</dt>' in section
        assert shown[one["operationId"]][:1] == ["curl"]


def test_an_operation_is_found_by_its_words(http: TestClient) -> None:
    def found(words: str) -> list[str]:
        page = http.get(DOCS, params={"q": words}).text
        return re.findall(rf'href="{DOCS}/\w+#(\w+)"', page)

    assert found("resume import") == ["pause_import", "resume_import"]
    assert found("POST /tags/ contacts:write") == [
        "tag_contact", "create_tag", "rename_tag",
    ]  # fmt: skip
    assert len(found("webhook")) > 5
    assert found("no such words") == []


def test_limits_are_whole_numbers(pages: dict[str, str]) -> None:
    page = "".join(pages.values())
    assert "From 1 to 3,650." in page
    assert not re.search(r"(From|least) [\d,]+\.\d", page)


def test_every_link_leads_somewhere(pages: dict[str, str]) -> None:
    anchors = {path: re.findall(r'\bid="([^"]+)"', page) for path, page in pages.items()}
    for path, page in pages.items():
        assert len(anchors[path]) == len(set(anchors[path])), path
        links = re.findall(rf'href="({DOCS}[^"#]*)?#([^"]+)"', page)
        assert [link for link in links if link[1] not in anchors[link[0] or path]] == [], path


def test_no_mark_of_a_requirement_is_shown(pages: dict[str, str]) -> None:
    assert not re.search(r"\b[SDFG]\d?-\d\d\b", "".join(pages.values()))


def test_a_problem_leads_to_its_words(http: TestClient) -> None:
    assert set(WHEN) == set(CODES)
    where = http.get("/api/v1/workspace/").json()["type"]
    path, _, code = where.partition("#")
    page = http.get(path).text
    assert f'id="{code}"' in page
    assert all(f'id="{code}"' in page for code in CODES)


def test_examples_are_of_operations_that_exist(http: TestClient) -> None:
    assert set(EXAMPLES) <= {one["operationId"] for _, _, one in operations(http)}


def test_examples_are_accepted(http: TestClient, pages: dict[str, str], world: World) -> None:
    with world.door.workspace(world.alice.who.workspace_id) as tx:
        add_contact(tx, tags=["trade_show"])
    for id, words in lines(pages).items():
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
def page(browser: Browser, http: TestClient) -> Iterator[Page]:
    """A page whose requests the application answers in this process."""

    def answer(route: Route) -> None:
        got = http.get(route.request.url, headers={"accept-encoding": "identity"})
        route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.content)

    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, base_url=ORIGIN, reduced_motion="reduce"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def test_axe_finds_nothing_and_the_policy_holds(page: Page, pages: dict[str, str]) -> None:
    """In light and dark, on every kind of page; no page is wider than a phone. All groups are
    written by one template: axe looks at the largest in the dark, and at a small one by light,
    since it takes a second for every few hundred elements."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    largest = max(set(pages) - {DOCS, ERRORS, LIMITS}, key=lambda path: len(pages[path]))
    for path in pages:
        page.goto(path)
        for width, scheme in ((1440, "dark"), (390, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for box in ("document.documentElement", "document.querySelector('main')"):
                assert page.evaluate(f"{box}.scrollWidth") <= width, path
            group = largest if scheme == "dark" else WORKSPACE
            if path in (DOCS, ERRORS, LIMITS, group):
                assert findings(page) == [], path
    assert complaints == []


def test_an_operation_is_found_in_the_side_list(page: Page) -> None:
    page.goto(DOCS)
    page.get_by_role("navigation").get_by_role("link", name="Imports").click()
    page.get_by_role("navigation").get_by_role("link", name="Resume import").click()
    assert page.url.endswith("/imports#resume_import")
    assert page.get_by_role("heading", name="Resume import").is_visible()


def test_every_line_has_a_button_to_copy_it(page: Page) -> None:
    page.goto(CONTACTS)
    buttons = page.locator("[data-copy-from]")
    assert buttons.count() == page.locator(".code").count() > 10
    assert page.get_by_role("button", name="Copy request: list contacts").is_visible()
