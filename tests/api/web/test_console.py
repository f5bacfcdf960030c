"""The page to try queries: nothing in it, or in what it may load, comes from another address."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from api.app import create_app
from api.web.console import GRAPHIQL_PAGE, INSTALLED, OURS, OWN, PLAIN_PAGE
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import Browser, open_browser

pytestmark = pytest.mark.store


class References(HTMLParser):
    """What a page loads, and whether it holds scripts of its own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in {"src", "href"} and value]


@pytest.fixture
def graphiql(graph: Store, api_settings: Settings, tmp_path: Path) -> Iterator[Browser]:
    """The web application with files of GraphiQL's names."""
    for name in INSTALLED:
        (tmp_path / name).write_text(f"/* {name} */")
    (tmp_path / "secret.js").write_text("secret")
    with open_browser(create_app(api_settings.model_copy(update={"api_graphiql_folder": tmp_path}))) as browser:
        yield browser


@pytest.mark.parametrize(
    "path", [PLAIN_PAGE, GRAPHIQL_PAGE, *(OWN / name for name in OURS)], ids=lambda path: path.name
)
def test_pages__hold_no_outside_address(path: Path) -> None:
    text = path.read_text()
    assert "http://" not in text
    assert "https://" not in text
    assert not re.search(r"""["'(]//""", text)


def test_show_console__is_plain_without_the_files(browser: Browser) -> None:
    page = browser.get("/graphql")
    assert page.text == PLAIN_PAGE.read_text()
    assert References(page.text).found == []
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'; script-src 'self' 'sha256-")
    assert "http" not in policy
    assert "unsafe" not in policy


def test_show_console__is_graphiql_with_its_files(graphiql: Browser) -> None:
    page = graphiql.get("/graphql")
    assert page.text == GRAPHIQL_PAGE.read_text()
    wanted = References(page.text).found
    assert sorted(wanted) == sorted(f"graphql/files/{name}" for name in (*INSTALLED, *OURS))
    for name in wanted:
        file = graphiql.get(f"/{name}")
        assert file.status_code == 200
        assert file.headers["content-type"].partition(";")[0] in {"text/css", "text/javascript"}
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "http" not in policy
    assert "<script>" not in page.text


@pytest.mark.parametrize("name", ["secret.js", "..%2Fapp.py", "console.html"])
def test_send_file__sends_no_other_file(graphiql: Browser, name: str) -> None:
    assert graphiql.get(f"/graphql/files/{name}").status_code == 404


def test_show_console__with_some_files_missing_is_plain(graph: Store, api_settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "graphiql.min.js").write_text("x")
    with open_browser(create_app(api_settings.model_copy(update={"api_graphiql_folder": tmp_path}))) as browser:
        assert "GraphiQL" not in browser.get("/graphql").text
