"""The endpoint /cypher over a real graph."""

import io
import json
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from api.app import create_app
from services.graph.store import Store
from services.settings import Settings
from tests.api.browser import Browser, open_browser

pytestmark = pytest.mark.store


@pytest.fixture(scope="module")
def analyst(graph: Store, api_settings: Settings) -> Iterator[Browser]:
    chosen = api_settings.model_copy(
        update={
            "cypher_over_http": True,
            "api_loopback_role": "analyst",
            "cypher_byte_limit": 50_000,
            "cypher_row_limit": 5_000,
        }
    )
    with open_browser(create_app(chosen)) as opened:
        yield opened


def _lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_cypher__is_off_unless_it_is_set_on(graph: Store, api_settings: Settings) -> None:
    with open_browser(create_app(api_settings.model_copy(update={"api_loopback_role": "analyst"}))) as allowed:
        answer = allowed.post("/cypher", json={"query": "RETURN 1"})
    assert answer.status_code == 404
    assert "LOCUSGRAPH_CYPHER_OVER_HTTP=true" in answer.json()["error"]["message"]


def test_cypher__is_not_for_readers(browser: Browser) -> None:
    assert browser.post("/cypher", json={"query": "RETURN 1"}).status_code == 403


def test_cypher__streams_lines(analyst: Browser) -> None:
    question = {"query": "UNWIND range(1, $n) AS x RETURN x, {a: [x]} AS m", "parameters": {"n": 1200}}
    answer = analyst.post("/cypher", json=question)
    head, *rows, last = _lines(answer.text)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert head == {"columns": ["x", "m"], "release": 3, "notes": []}
    assert rows[:2] == [[1, {"a": [1]}], [2, {"a": [2]}]]
    assert len(rows) == last["summary"]["n_rows"] == 1200
    assert last["summary"]["is_truncated"] is False


def test_cypher__gives_arrow_to_who_accepts_it(analyst: Browser) -> None:
    headers = {"accept": "application/vnd.apache.arrow.stream"}
    answer = analyst.post("/cypher", json={"query": "UNWIND [1, 2] AS x RETURN x"}, headers=headers)
    assert pl.read_ipc_stream(io.BytesIO(answer.content)).rows() == [(1,), (2,)]


@pytest.mark.parametrize(
    ("query", "status", "stop"),
    [
        ("MATCH (n) DETACH DELETE n", 400, "EXPLAIN"),
        ("RETURN range(1, 1000000) AS l", 400, "our check"),
        ("RETURN", 400, "server's parser"),
    ],
)
def test_cypher__refusal_names_rule_and_remedy(analyst: Browser, query: str, status: int, stop: str) -> None:
    answer = analyst.post("/cypher", json={"query": query})
    error = answer.json()["error"]
    assert (answer.status_code, error["stop"]) == (status, stop)
    assert error["rule"] and error["remedy"] and error["requestId"]


def test_cypher__what_breaks_off_in_the_middle_ends_with_an_error(analyst: Browser) -> None:
    answer = analyst.post("/cypher", json={"query": "UNWIND range(1, 4000) AS x RETURN toString(x) + 'abcdefghijkl'"})
    last = _lines(answer.text)[-1]
    assert last["error"]["stop"] == "bytes"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": 1},
        {"query": "RETURN 1", "parameters": []},
        {"query": "RETURN 1", "limit": 0},
        {"query": "", "x": 1},
    ],
)
def test_cypher__malformed_body_is_refused(analyst: Browser, body: dict[str, Any]) -> None:
    assert analyst.post("/cypher", json=body).status_code == 400
    assert analyst.post("/cypher", content="x", headers={"content-type": "text/plain"}).status_code == 415
    assert analyst.send("GET", "/cypher").status_code == 405
