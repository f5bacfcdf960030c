"""The endpoint itself: what is a request, and what is not."""

import pytest

from tests.api.browser import Browser

pytestmark = pytest.mark.store


def test_answer_query__has_price_and_request_id(browser: Browser) -> None:
    answer = browser.post("/graphql", json={"query": "{ meta { version } }"}, headers={"x-request-id": "mine-1"})
    assert answer.status_code == 200
    assert answer.headers["x-request-id"] == "mine-1"
    assert answer.headers["x-query-price"] == "2"
    assert answer.headers["content-type"] == "application/json"


def test_answer_query__errors_carry_the_request_id(browser: Browser) -> None:
    answer = browser.post("/graphql", json={"query": "{ nothing }"}, headers={"x-request-id": "mine-2"}).json()
    assert answer["errors"][0]["extensions"] == {"code": "BAD_QUERY", "requestId": "mine-2"}


def test_answer_query__picks_the_named_operation(browser: Browser) -> None:
    query = "query a { meta { version } } query b { meta { schemaVersion } }"
    answer = browser.post("/graphql", json={"query": query, "operationName": "b"}).json()
    assert list(answer["data"]["meta"]) == ["schemaVersion"]
    unnamed = browser.post("/graphql", json={"query": query}).json()
    assert unnamed["errors"][0]["extensions"]["code"] == "BAD_QUERY"
    assert "the operations a, b: say which one" in unnamed["errors"][0]["message"]


@pytest.mark.parametrize("query", ["mutation { x }", "subscription { x }", "", "{", "fragment f on Query { snp }"])
def test_answer_query__what_is_no_query_is_refused(browser: Browser, query: str) -> None:
    answer = browser.post("/graphql", json={"query": query}).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_QUERY"


@pytest.mark.parametrize(
    ("content", "kind", "status", "message"),
    [
        (b'{"query": "{ meta { version } }"}', "text/plain", 415, "send the query as application/json"),
        (b"{", "application/json", 400, "the body must be JSON"),
        (b"[]", "application/json", 400, "the body must be JSON"),
        (b'{"query": 1}', "application/json", 400, "the body must be JSON"),
        (b'{"query": "{ a }", "variables": []}', "application/json", 400, "variables"),
        (b'{"query": "' + b"x" * 100_001 + b'"}', "application/json", 413, "at most 100,000 bytes"),
    ],
)
def test_answer_query__malformed_requests_are_named(
    browser: Browser, content: bytes, kind: str, status: int, message: str
) -> None:
    answer = browser.post("/graphql", content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert message in answer.json()["errors"][0]["message"]


def test_show_console__loads_nothing_from_elsewhere(browser: Browser) -> None:
    page = browser.get("/graphql")
    assert page.headers["content-type"].startswith("text/html")
    assert "http" not in page.text.replace("http-equiv", "")


def test_app__starts_at_the_console_and_knows_no_other_path(browser: Browser) -> None:
    assert browser.get("/").headers["location"] == "/graphql"
    assert browser.get("/nothing").status_code == 404


def test_health__says_live_ready_and_the_release(browser: Browser) -> None:
    assert browser.get("/health/live").json() == {"status": "live"}
    ready = browser.get("/health/ready")
    assert (ready.status_code, ready.json()["release"]) == (200, 3)


def test_app__answers_to_its_own_names_only(browser: Browser) -> None:
    assert browser.get("/health/live", headers={"host": "evil.example"}).status_code == 400
    assert browser.get("/health/live", headers={"host": "localhost:8000"}).status_code == 200
