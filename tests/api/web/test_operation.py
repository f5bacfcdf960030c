"""Readiness, metrics and the request log."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from services.access.roles import Role
from services.graph.async_store import AsyncStore
from services.graph.connections import remote_address
from services.graph.store import Store
from services.logs import PACKAGES, set_up_logging
from services.settings import Settings
from tests.api.browser import Browser, open_browser
from tests.api.web.test_access import REMOTE, make_token


@pytest.fixture
def request_log() -> Iterator[io.StringIO]:
    loggers, stream = [logging.getLogger(name) for name in PACKAGES], io.StringIO()
    kept = [(list(log.handlers), log.level, log.propagate) for log in loggers]
    set_up_logging(Settings(log_format="json", log_level="INFO"), stream)
    yield stream
    for log, (handlers, level, propagate) in zip(loggers, kept, strict=True):
        log.handlers, log.propagate = handlers, propagate
        log.setLevel(level)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no outage."""
    monkeypatch.setattr("api.web.health.READY_TIMEOUT_SECONDS", 60.0)


def figures(browser: Browser, **options: dict[str, str]) -> dict[str, float]:
    text = browser.get("/metrics", **options).text
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


def test_ready__tells_each_part(browser: Browser) -> None:
    parts = browser.get("/health/ready").json()["parts"]
    assert parts["store"] == {"state": "ok", "reason": "release 3"}
    assert parts["disk"]["state"] == "ok"
    assert parts["model"]["state"] == "failed"
    assert "locusgraph train" in parts["model"]["reason"]


@pytest.mark.parametrize("changes", [{"api_ready_parts": ("store", "model")}, {"api_minimum_free_mib": 10**9}])
def test_ready__503_names_what_is_wrong(graph: Store, api_settings: Settings, changes: dict[str, object]) -> None:
    with open_browser(create_app(api_settings.model_copy(update=changes))) as browser:
        answer = browser.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert ("model:" if "api_ready_parts" in changes else "disk:") in answer.json()["reason"]


def test_ready__tells_strangers_nothing_else(graph: Store, api_settings: Settings, tmp_path: Path) -> None:
    remote = api_settings.model_copy(update={"api_host": REMOTE, "home": tmp_path})
    with open_browser(create_app(remote)) as browser:
        assert browser.get("/health/ready").json() == {"status": "ready"}
        for role, is_told in ((Role.READER, False), (Role.ADMIN, True)):
            answer = browser.get("/health/ready", headers=make_token(tmp_path, role)).json()
            assert ("parts" in answer) is is_told


def test_ready__turns_503_when_the_server_is_told_to_stop(graph: Store, api_settings: Settings) -> None:
    app = create_app(api_settings)
    with open_browser(app) as browser:
        assert browser.get("/health/ready").status_code == 200
        app.state.is_draining = True
        assert browser.get("/health/ready").status_code == 503
        assert browser.get("/scans").status_code == 200


def test_metrics__count_requests_prices_queries_and_what_the_store_tells(graph: Store, api_settings: Settings) -> None:
    with open_browser(create_app(api_settings)) as browser:
        browser.ask("{ meta { release { number } } }")
        browser.ask("{ meta { release { number } } }")
        browser.get("/nowhere/at/all")
        browser.send("PURGE", "/scans")
        found = figures(browser)
    assert found["locusgraph_http_requests_total{method=POST,route=/graphql,status=200}"] == 2
    assert found["locusgraph_http_requests_total{method=GET,route=other,status=404}"] == 1
    assert found["locusgraph_http_requests_total{method=other,route=/scans,status=405}"] == 1
    assert found["locusgraph_http_request_seconds_count{route=/graphql}"] == 2
    assert found["locusgraph_query_price_count{route=/graphql}"] == 2
    assert found["locusgraph_store_query_seconds_count{query=releases/read_current}"] >= 2
    assert found["locusgraph_store_up{}"] == 1
    assert found["locusgraph_release_number{}"] == 3
    assert found["locusgraph_model_runs{model=pinsage,status=finished}"] >= 1
    assert not [name for name in found if "nowhere" in name or "PURGE" in name]


def test_metrics__an_outage_shows_and_ends_no_scrape(
    graph: Store, api_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.web.metrics.FACTS_KEPT_SECONDS", 0.0)
    away = api_settings.model_copy(update={"neo4j_uri": "bolt://127.0.0.1:1", "api_retry_seconds": 0})
    app = create_app(api_settings)
    with open_browser(app) as browser:
        assert figures(browser)["locusgraph_store_up{}"] == 1
        there, nowhere = app.state.desk.store, AsyncStore(remote_address(away), away)
        app.state.desk.store = nowhere
        found = figures(browser)
        app.state.desk.store = there
        asyncio.run(nowhere.close())
    assert found["locusgraph_store_up{}"] == 0
    assert found["locusgraph_release_number{}"] == 3
    failures = "locusgraph_store_query_failures_total{error=StoreUnavailable,query=releases/read_current}"
    assert found[failures] == 1


def test_request_log__one_json_line_with_who_and_price(
    graph: Store, api_settings: Settings, tmp_path: Path, request_log: io.StringIO
) -> None:
    remote = api_settings.model_copy(update={"api_host": REMOTE, "home": tmp_path})
    headers = make_token(tmp_path, Role.READER)
    with open_browser(create_app(remote)) as browser:
        query = {"query": "{ meta { release { number } } }"}
        browser.post("/graphql?secret=word", json=query, headers={**headers, "x-request-id": "r-1"})
        browser.get("/scans%0Aforged%20line")
    lines = [json.loads(line) for line in request_log.getvalue().splitlines()]
    first, second = (line for line in lines if "route" in line)
    assert {"request_id": "r-1", "route": "/graphql", "status": 200, "who": "token:reader"}.items() <= first.items()
    assert first["price"] > 0
    assert first["ms"] > 0
    assert (second["who"], second["status"]) == ("nobody", 401)
    assert "secret=word" not in request_log.getvalue()
    assert headers["authorization"].split()[1] not in request_log.getvalue()
