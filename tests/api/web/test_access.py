"""Who is let in: by token and role beyond loopback, without one on loopback."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from api.app import create_app
from api.web.access import principal_of, require_role
from api.web.access_rules import OTHER, ROUTES, STRICTEST, rule_of
from services.access.roles import Role
from services.access.tokens import TokenBook
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import Browser, open_browser

REMOTE = "0.0.0.0"  # noqa: S104
QUERY = {"query": "{ meta { release { number } } }"}

Open = Callable[..., Browser]


@pytest.fixture
def opened(graph: Store, api_settings: Settings, tmp_path: Path) -> Iterator[Open]:
    """Open the application with other settings and a home of its own; routes may be added."""
    with ExitStack() as stack:

        def call(*more: Route, client: str = "127.0.0.1", **changes: Any) -> Browser:
            app = create_app(api_settings.model_copy(update={"home": tmp_path, **changes}))
            app.router.routes.extend(more)
            return stack.enter_context(open_browser(app, client_address=client))

        yield call


def make_token(home: Path, role: Role) -> dict[str, str]:
    secret, _ = TokenBook(home).add(role.value, role, now=datetime.now(UTC), created_by="os:test")
    return {"authorization": f"Bearer {secret}"}


async def show_who(request: Request) -> Response:
    return PlainTextResponse(principal_of(request).who)


async def ask_analyst(request: Request) -> Response:
    return PlainTextResponse(require_role(request, Role.ANALYST).who)


def statuses(browser: Browser, headers: dict[str, str]) -> dict[str, int]:
    return {
        "graphql": browser.post("/graphql", json=QUERY, headers=headers).status_code,
        "scans": browser.get("/scans", headers=headers).status_code,
        "cypher": browser.get("/cypher", headers=headers).status_code,
        "metrics": browser.get("/metrics", headers=headers).status_code,
        "unlisted": browser.get("/unlisted", headers=headers).status_code,
        "live": browser.get("/health/live", headers=headers).status_code,
    }


def test_loopback__without_a_token_reads_and_sees_metrics(opened: Open) -> None:
    browser = opened(Route("/cypher", show_who), Route("/unlisted", show_who))
    expected = {"graphql": 200, "scans": 200, "cypher": 403, "metrics": 200, "unlisted": 403, "live": 200}
    assert statuses(browser, {}) == expected
    assert browser.get("/nowhere").status_code == 404


def test_loopback__cypher_when_the_setting_says_so(opened: Open) -> None:
    browser = opened(Route("/cypher", show_who), api_loopback_role="analyst")
    assert browser.get("/cypher").text == "loopback"


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (None, set()),
        (Role.READER, {"graphql", "scans"}),
        (Role.ANALYST, {"graphql", "scans", "cypher"}),
        (Role.CURATOR, {"graphql", "scans", "cypher"}),
        (Role.ADMIN, {"graphql", "scans", "cypher", "metrics", "unlisted"}),
    ],
)
def test_remote__each_role_and_no_token(opened: Open, tmp_path: Path, role: Role | None, allowed: set[str]) -> None:
    headers = {} if role is None else make_token(tmp_path, role)
    browser = opened(Route("/cypher", show_who), Route("/unlisted", show_who), api_host=REMOTE)
    refused = 401 if role is None else 403
    found = statuses(browser, headers)
    assert found.pop("live") == 200
    assert found == {name: 200 if name in allowed else refused for name in found}
    if role is Role.ADMIN:
        assert browser.get("/unlisted", headers=headers).text == "token:admin"


def test_remote__a_refusal_names_the_role_and_the_remedy(opened: Open, tmp_path: Path) -> None:
    browser = opened(api_host=REMOTE)
    nobody = browser.post("/graphql", json=QUERY)
    error = nobody.json()["errors"][0]
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert "a token of role reader" in error["message"]
    reader = browser.get("/metrics", headers=make_token(tmp_path, Role.READER)).json()["errors"][0]
    assert reader["extensions"]["code"] == "FORBIDDEN"
    assert "needs the role admin and token:reader is reader" in reader["message"]


@pytest.mark.parametrize(
    "shown",
    ["Bearer lgt_wrong", "Bearer", "Basic bGd0Xw==", "bearer  ", "lgt_wrong", "Bearer \u00e9".encode("latin-1")],
)
def test_wrong_token__is_refused_on_loopback_too(opened: Open, shown: str | bytes) -> None:
    browser = opened()
    for path in ("/graphql", "/health/live"):
        assert browser.get(path, headers={"authorization": shown}).status_code == 401


def test_token__revoked_while_the_server_runs(opened: Open, tmp_path: Path) -> None:
    browser = opened(api_host=REMOTE)
    headers = make_token(tmp_path, Role.READER)
    assert browser.get("/scans", headers=headers).status_code == 200
    TokenBook(tmp_path).revoke("reader", now=datetime.now(UTC))
    assert browser.get("/scans", headers=headers).status_code == 401


def test_token_file__that_cannot_be_trusted_lets_nobody_in(opened: Open, tmp_path: Path) -> None:
    headers = make_token(tmp_path, Role.ADMIN)
    (tmp_path / "access" / "tokens.json").chmod(0o644)
    answer = opened(api_host=REMOTE).get("/scans", headers=headers)
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_loopback_settings__but_the_caller_comes_from_elsewhere(opened: Open) -> None:
    assert opened(client="192.0.2.7").get("/scans").status_code == 401
    assert opened(api_requires_token=True).get("/scans").status_code == 401


def test_require_role__refuses_within_a_route(opened: Open) -> None:
    browser = opened(Route("/graphql/cypher", ask_analyst))
    refused = browser.get("/graphql/cypher")
    assert refused.status_code == 403
    assert "needs the role analyst" in refused.json()["errors"][0]["message"]
    assert opened(Route("/scans/x/y", ask_analyst), api_loopback_role="analyst").get("/scans/x/y").text == "loopback"


def test_rules__every_route_has_a_line(api_settings: Settings) -> None:
    routes = [route for route in create_app(api_settings).routes if isinstance(route, Route | Mount)]
    missing = {route.path for route in routes if rule_of(route.path)[0] == OTHER}
    assert not missing, "add a line to api.web.access_rules.ROUTES"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "/"),
        ("/graphql", "/graphql"),
        ("/graphql/", "/graphql"),
        ("/graphqlx", OTHER),
        ("/scans/abc", "/scans"),
        ("/health", OTHER),
        ("/health/ready", "/health/ready"),
        ("//graphql", OTHER),
        ("", OTHER),
        ("/x/graphql", OTHER),
    ],
)
def test_rule_of__whole_words_from_the_beginning(path: str, name: str) -> None:
    found, rule = rule_of(path)
    assert found == name
    assert rule.role is STRICTEST if name == OTHER else rule is ROUTES[name]
