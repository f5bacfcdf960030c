"""Queries asked by hash or name: Apollo's protocol, a folder of registered ones, links that may be cached."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.gql.schema import create_schema
from api.web.persisted import QueryBook, QueryFolderError, read_queries
from api.web.questions import Question
from services.graph.store import Store
from services.settings import Settings, SettingsError, read_settings
from tests.api.browser import Browser, open_browser
from tests.api.graph_rows import Cypher, write_release

pytestmark = pytest.mark.store

STUDY = "query study($id: ID!) { study(id: $id) { id kind } }"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def hashed(text: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha(text)}}, **more}


def link(text: str, **variables: Any) -> dict[str, str]:
    return {"extensions": json.dumps(hashed(text)["extensions"]), "variables": json.dumps(variables)}


@pytest.fixture
def closed(graph: Store, api_settings: Settings, tmp_path: Path) -> Iterator[Browser]:
    """A web application that answers the queries of a folder alone."""
    (tmp_path / "study.graphql").write_text(STUDY)
    update = {"api_queries_folder": tmp_path, "api_only_registered_queries": True}
    with open_browser(create_app(api_settings.model_copy(update=update))) as browser:
        yield browser


def test_hash__is_not_found_until_its_text_came_with_it(browser: Browser) -> None:
    text = STUDY.replace("kind", "tissue")
    variables = {"id": "godmc"}
    first = browser.post("/graphql", json=hashed(text, variables=variables)).json()
    assert first["errors"][0]["message"] == "PersistedQueryNotFound"
    assert first["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    sent = browser.post("/graphql", json=hashed(text, variables=variables, query=text)).json()
    assert sent == {"data": {"study": {"id": "godmc", "tissue": "whole blood"}}}
    assert browser.post("/graphql", json=hashed(text, variables=variables)).json() == sent


def test_hash__of_another_text_or_of_one_that_is_refused_is_not_kept(browser: Browser) -> None:
    wrong = browser.post("/graphql", json={**hashed("{ other }"), "query": "{ meta { version } }"}).json()
    assert "provided sha does not match query" in wrong["errors"][0]["message"]
    browser.post("/graphql", json=hashed("{ nothing }", query="{ nothing }"))
    again = browser.post("/graphql", json=hashed("{ nothing }")).json()
    assert again["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


def test_link__is_kept_for_its_release(browser: Browser, run_cypher: Cypher) -> None:
    browser.post("/graphql", json=hashed(STUDY, query=STUDY, variables={"id": "godmc"}))
    answer = browser.get("/graphql", params=link(STUDY, id="godmc"))
    assert answer.json() == {"data": {"study": {"id": "godmc", "kind": "mqtl"}}}
    assert answer.headers["cache-control"] == "private, no-cache"
    known = {"if-none-match": answer.headers["etag"]}
    again = browser.get("/graphql", params=link(STUDY, id="godmc"), headers=known)
    assert (again.status_code, again.content) == (304, b"")
    other = browser.get("/graphql", params=link(STUDY, id="gwas"), headers=known)
    assert other.json()["data"]["study"]["id"] == "gwas"
    write_release(run_cypher, 4)
    try:
        newer = browser.get("/graphql", params=link(STUDY, id="godmc"), headers=known)
        assert newer.status_code == 200
        assert newer.headers["etag"] != answer.headers["etag"]
    finally:
        run_cypher("MATCH (r:Release {number: 4}) DELETE r")
        write_release(run_cypher, 3)


def test_link__with_errors_is_not_kept(browser: Browser) -> None:
    browser.post("/graphql", json=hashed(STUDY, query=STUDY, variables={"id": "godmc"}))
    answer = browser.get("/graphql", params=link(STUDY, id="no-such-study"))
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNKNOWN_ID"
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("parameters", "status", "message"),
    [
        ({"query": "{ meta { version } }"}, 400, "POST its text"),
        ({"extensions": "{"}, 400, "must be JSON objects"),
        ({"extensions": "[]"}, 400, "must be JSON objects"),
        (link("{ never sent }"), 200, "PersistedQueryNotFound"),
        ({"documentId": "nothing"}, 200, "no query is registered as 'nothing'"),
    ],
)
def test_link__what_is_none_is_named(browser: Browser, parameters: dict[str, str], status: int, message: str) -> None:
    answer = browser.get("/graphql", params=parameters)
    assert answer.status_code == status
    assert message in answer.json()["errors"][0]["message"]


def test_registered__are_asked_by_name_hash_or_text(closed: Browser) -> None:
    expected = {"data": {"study": {"id": "godmc", "kind": "mqtl"}}}
    asked: list[dict[str, Any]] = [
        {"documentId": "study"},
        {"documentId": f"sha256:{sha(STUDY)}"},
        hashed(STUDY),
        {"query": STUDY},
    ]
    for question in asked:
        assert closed.post("/graphql", json={**question, "variables": {"id": "godmc"}}).json() == expected
    assert closed.get("/graphql", params={"documentId": "study", "variables": '{"id": "godmc"}'}).json() == expected


def test_registered__others_are_refused(closed: Browser) -> None:
    error = closed.ask("{ meta { version } }")["errors"][0]
    assert error["message"].startswith("only registered queries are answered here")
    assert error["extensions"] | {"requestId": ""} == {
        "code": "UNKNOWN_QUERY",
        "registered": ["study"],
        "requestId": "",
    }
    misspelt = closed.post("/graphql", json={"documentId": "studdy"}).json()["errors"][0]
    assert misspelt["extensions"]["didYouMean"] == ["study"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.graphql", "{ nothing }", "a.graphql cannot be asked: Cannot query field 'nothing'"),
        ("a.graphql", "{", "a.graphql cannot be asked: Syntax Error"),
        ("a.txt", "{ meta { version } }", "has no .*graphql file: check its path"),
    ],
)
def test_read_queries__names_the_file_that_cannot_be_used(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(QueryFolderError, match=message):
        read_queries(tmp_path, create_schema(), 2_000)


def test_settings__closed_without_a_folder_is_impossible() -> None:
    with pytest.raises(SettingsError, match="wants api_queries_folder"):
        read_settings(api_only_registered_queries=True)


def test_query_book__drops_the_least_recently_asked_and_keeps_no_long_text() -> None:
    book = QueryBook(size=2)
    texts = ["{ a }", "{ b }", "{ c }"]
    for text in texts[:2]:
        book.keep(Question(text, sha256=sha(text)))
    book.find_text(Question(None, sha256=sha("{ a }")))
    book.keep(Question("{ c }", sha256=sha("{ c }")))
    book.keep(Question("{ d }" + " " * 20_000, sha256=sha("{ d }" + " " * 20_000)))
    assert list(book._sent.values()) == ["{ a }", "{ c }"]
