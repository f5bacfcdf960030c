"""The endpoint itself: what is a request, what it costs, how long it may take, and what is none."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from api.app import create_app
from services.graph import async_store
from services.graph.async_store import AsyncStore
from services.graph.connections import Row
from services.graph.query_files import QueryText, read_query
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import Browser, open_browser
from tests.api.graph_rows import LEAD, Cypher

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


@pytest.mark.parametrize(
    ("query", "code", "price"),
    [
        ("{ studies(first: 500) { nodes { studyRows: id } } " + "meta { version } " * 1000 + "}", "TOO_MANY_TOKENS", 0),
        ("{" + "a{" * 900 + "}" * 901, "TOO_DEEP", 0),
        ("{ " + " ".join(f"a{n}: meta {{ version }}" for n in range(31)) + " }", "TOO_MANY_ALIASES", 62),
        (
            "query($n: Int = 500) { studies { nodes { id } } snp(id: 1) { mqtl(first: $n) { nodes { "
            "cpg { mqtl(first: $n) { nodes { id } } } } } } }",
            "TOO_COSTLY",
            501_553,
        ),
    ],
)
def test_answer_query__a_limit_says_its_code_and_the_price(browser: Browser, query: str, code: str, price: int) -> None:
    answer = browser.post("/graphql", json={"query": query})
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert answer.headers["x-query-price"] == str(price)


def test_answer_query__limits_are_settings(graph: Store, api_settings: Settings) -> None:
    tight = api_settings.model_copy(update={"api_price_limit": 50})
    with open_browser(create_app(tight)) as browser:
        assert "at most 50 are allowed" in browser.ask("{ studies { nodes { id } } }")["errors"][0]["message"]


def test_answer_query__out_of_time_says_so_and_stops_the_store(
    graph: Store, api_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "UNWIND range(1, 100000000000) AS x WITH x WHERE x < 0 RETURN count(x) AS n"

    def slow(name: str) -> QueryText:
        return QueryText(name, endless, False) if name == "graphql/mqtl_of_snps" else read_query(name)

    monkeypatch.setattr(async_store, "read_query", slow)
    with open_browser(create_app(api_settings.model_copy(update={"api_timeout_seconds": 1.0}))) as browser:
        begin = time.monotonic()
        answer = browser.ask("query($id: ID!) { snp(id: $id) { id mqtl { nodes { id } } } }", id=LEAD)
        assert time.monotonic() - begin < 20
    assert answer["data"] in (None, {"snp": None})
    assert answer["errors"][0]["extensions"]["code"] == "TIMEOUT"


def test_answer_query__that_a_load_overtakes_is_of_the_new_release_alone(
    browser: Browser, run_cypher: Cypher, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, asked = AsyncStore.read, []

    async def overtaken(store: AsyncStore, name: str, /, **parameters: Any) -> list[Row]:
        if name == "graphql/count_edges":
            asked.append(parameters["load_ids"])
            if len(asked) == 1:
                run_cypher(
                    "MATCH (r:Release) WHERE r.is_current SET r.is_current = false CREATE (n:Release {"
                    "number: r.number + 1000, is_current: true, created_at: r.created_at, run_ids: r.run_ids, "
                    "load_ids: r.load_ids[1..]})"
                )
        return await read(store, name, **parameters)

    before = browser.ask("{ meta { release { number loadIds } } }")["data"]["meta"]["release"]
    monkeypatch.setattr(AsyncStore, "read", overtaken)
    try:
        found = browser.ask("{ meta { release { number loadIds } counts { mqtl } } }")["data"]["meta"]
    finally:
        run_cypher("MATCH (r:Release) WHERE r.number > 1000 DELETE r")
        run_cypher("MATCH (r:Release {number: $number}) SET r.is_current = true", number=before["number"])
    assert found["release"]["number"] == before["number"] + 1000
    assert asked == [before["loadIds"], before["loadIds"][1:]]


@pytest.fixture(scope="module")
def remembering(graph: Store, api_settings: Settings) -> Iterator[Browser]:
    """The application as it runs by default: answers are kept."""
    with open_browser(create_app(api_settings.model_copy(update={"api_answers_mib": 1}))) as opened:
        yield opened


def test_answer_query__the_same_question_of_a_release_is_answered_from_memory(
    remembering: Browser, queries: list[str]
) -> None:
    query = "query a($id: ID!) { snp(id: $id) { id position_bp: positionBp } }"
    first = remembering.post("/graphql", json={"query": query, "variables": {"id": LEAD}})
    queries.clear()
    again = remembering.post("/graphql", json={"query": query, "variables": {"id": LEAD}})
    assert queries == ["releases/read_current"]
    assert again.content == first.content
    assert again.headers["x-query-price"] == first.headers["x-query-price"] != "0"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    other = remembering.post("/graphql", json={"query": query, "variables": {"id": "rs0"}}).json()
    assert other["data"]["snp"] is None or other["data"]["snp"]["id"] != LEAD


def test_answer_query__a_switch_of_the_release_ends_what_is_kept(remembering: Browser, run_cypher: Cypher) -> None:
    query = {"query": "{ meta { release { number } } }"}
    assert remembering.post("/graphql", json=query).json()["data"]["meta"]["release"]["number"] == 3
    assert remembering.post("/graphql", json=query).json()["data"]["meta"]["release"]["number"] == 3
    run_cypher(
        "MATCH (r:Release {number: 3}) CREATE (:Release {number: 4, is_current: true, load_ids: r.load_ids, "
        "run_ids: r.run_ids, created_at: r.created_at, reason: 'test'})"
    )
    try:
        assert remembering.post("/graphql", json=query).json()["data"]["meta"]["release"]["number"] == 4
    finally:
        run_cypher("MATCH (r:Release {number: 4}) DELETE r")


@pytest.mark.parametrize(
    "query", ["{ snp(id: 1) { nothing } }", "{ releases { nodes { number } } }", "{ modelRuns { nodes { runId } } }"]
)
def test_answer_query__errors_and_what_changes_within_a_release_are_not_kept(
    remembering: Browser, queries: list[str], query: str
) -> None:
    first = remembering.post("/graphql", json={"query": query}).json()
    queries.clear()
    again = remembering.post("/graphql", json={"query": query}).json()
    assert again.get("data") == first.get("data")
    assert "errors" in first or len(queries) > 1
    if "errors" in first:
        assert again["errors"][0]["extensions"]["requestId"] != first["errors"][0]["extensions"]["requestId"]


def test_answer_query__a_release_that_is_not_told_in_time_is_a_timeout(
    graph: Store, api_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is there and says nothing: the store's own limit is the server's to keep."""
    read = AsyncStore.read

    async def silent(self: AsyncStore, name: str, /, **parameters: Any) -> list[Row]:
        if name == "releases/read_current":
            await asyncio.sleep(60)
        return await read(self, name, **parameters)

    chosen = api_settings.model_copy(update={"api_timeout_seconds": 0.5, "api_answers_mib": 1})
    with open_browser(create_app(chosen)) as browser:
        monkeypatch.setattr(AsyncStore, "read", silent)
        begin = time.monotonic()
        answer = browser.ask("{ meta { release { number } } }")
        assert time.monotonic() - begin < 20
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "TIMEOUT"
