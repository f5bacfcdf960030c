"""Whole scans over HTTP, on a real store and real files."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import polars as pl
import pyarrow as pa
import pytest

from services.graph.async_store import AsyncStore
from services.graph.errors import StoreUnavailable
from services.graph.store import Store
from services.mixed_models import scan_files
from services.settings import Settings
from tests.api.browser import Browser
from tests.api.graph_rows import Cypher
from tests.api.mixed_model_rows import (
    ARTHRITIS,
    HEIGHT,
    HEIGHT_SCAN,
    N_ROWS,
    OLD_SCAN,
    REML,
    SCAN,
    scan_table,
    write_mixed_models,
    write_scan_folder,
)

pytestmark = [pytest.mark.store, pytest.mark.usefixtures("mixed_models")]

ARROW = "application/vnd.apache.arrow.stream"
URL = f"/scans/{SCAN.run_id}"


@pytest.fixture(scope="module")
def mixed_models(graph: Store, run_cypher: Cypher, api_settings: Settings) -> None:
    write_mixed_models(run_cypher)
    for run in (SCAN, OLD_SCAN):
        write_scan_folder(api_settings, run)


@pytest.fixture
def changed_file(api_settings: Settings) -> Iterator[None]:
    table = api_settings.home / "runs" / SCAN.run_id / "scan.parquet"
    content = table.read_bytes()
    scan_table().head(5).write_parquet(table)
    yield
    table.write_bytes(content)


def read_arrow(answer: httpx.Response) -> pl.DataFrame:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == ARROW
    found = pl.from_arrow(pa.ipc.open_stream(answer.content).read_all())
    assert isinstance(found, pl.DataFrame)
    return found


def refusal(answer: httpx.Response) -> dict[str, Any]:
    (error,) = answer.json()["errors"]
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert answer.headers["cache-control"] == "no-store"
    return {"status": answer.status_code, "code": error["extensions"]["code"], "message": error["message"]}


def test_list_scans__names_the_current_ones_and_where_they_are(browser: Browser) -> None:
    answer = browser.get("/scans")
    assert answer.status_code == 200
    assert answer.json() == {
        "release": 3,
        "scans": [
            {
                "run_id": SCAN.run_id,
                "trait_id": ARTHRITIS,
                "trait_name": "rheumatoid arthritis",
                "study_id": "gwas",
                "build": "GRCh37",
                "method": "exact",
                "test": "wald",
                "n": 1_940,
                "n_snps": N_ROWS,
                "finished_at": "2026-01-02T00:00:00Z",
                "columns": scan_table().columns,
                "problem": None,
                "url": URL,
            },
            {
                "run_id": HEIGHT_SCAN.run_id,
                "trait_id": HEIGHT,
                "trait_name": "body height",
                "study_id": "height",
                "build": "GRCh37",
                "method": "p3d",
                "test": "wald",
                "n": 900,
                "n_snps": N_ROWS,
                "finished_at": "2026-01-02T00:00:00Z",
                "columns": None,
                "problem": "its table is missing here: attach the scan again",
                "url": f"/scans/{HEIGHT_SCAN.run_id}",
            },
        ],
        "next_after": None,
    }


def test_list_scans__is_paged(browser: Browser) -> None:
    first = browser.get("/scans?first=1").json()
    assert ([scan["trait_id"] for scan in first["scans"]], first["next_after"]) == ([ARTHRITIS], ARTHRITIS)
    second = browser.get("/scans", params={"first": 1, "after": first["next_after"]}).json()
    assert ([scan["trait_id"] for scan in second["scans"]], second["next_after"]) == ([HEIGHT], None)


@pytest.mark.parametrize("query", ["first=0", "first=501", "first=x", "page=1"])
def test_list_scans__wrong_questions_are_named(browser: Browser, query: str) -> None:
    assert refusal(browser.get(f"/scans?{query}"))["status"] == 400


@pytest.mark.parametrize("request_", [{"headers": {"accept": ARROW}}, {"params": {"format": "arrow"}}], ids=str)
def test_send_scan__whole_as_arrow(browser: Browser, request_: dict[str, Any]) -> None:
    answer = browser.get(URL, **request_)
    assert read_arrow(answer).equals(scan_table())
    assert answer.headers["x-row-count"] == str(N_ROWS)


def test_send_scan__whole_as_json(browser: Browser) -> None:
    answer = browser.get(URL)
    assert answer.headers["content-type"] == "application/json"
    found = answer.json()
    columns = found.pop("columns")
    assert found == {"run_id": SCAN.run_id, "trait_id": ARTHRITIS, "n_rows": N_ROWS}
    assert columns == scan_table().with_columns(pl.col("beta").fill_nan(None)).to_dict(as_series=False)
    assert columns["beta"][0] is None


def test_send_scan__columns_region_and_bar(browser: Browser) -> None:
    asked = {
        "columns": "rsid, position_bp",
        "chromosome": "chr2",
        "start": "10",
        "end": "100",
        "min_neg_log10_p": "7.3",
    }
    found = browser.get(URL, params=asked)
    assert found.json()["columns"] == {"rsid": ["rs705"], "position_bp": [60]}
    assert found.headers["x-row-count"] == "1"
    arrow = read_arrow(browser.get(URL, params={**asked, "format": "arrow"}))
    assert arrow.to_dict(as_series=False) == {"rsid": ["rs705"], "position_bp": [60]}
    assert browser.get(URL, params={**asked, "chromosome": "X"}).json()["columns"] == {"rsid": [], "position_bp": []}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        (f"{ARROW}, */*;q=0.1", ARROW),
        (f"application/json;q=0.5, {ARROW};q=0.9", ARROW),
        (f"application/json, {ARROW}", "application/json"),
        (f"text/html, {ARROW};q=0.2, application/json;q=0", ARROW),
        ("", "application/json"),
    ],
)
def test_send_scan__format_is_the_one_liked_best(browser: Browser, accept: str, expected: str) -> None:
    answer = browser.get(f"{URL}?columns=beta", headers={"accept": accept})
    assert (answer.status_code, answer.headers["content-type"], answer.headers["vary"]) == (200, expected, "accept")


@pytest.mark.parametrize("accept", ["text/csv", "text/*, application/json;q=0", "application/json;q=x"])
def test_send_scan__other_media_types_are_refused(browser: Browser, accept: str) -> None:
    found = refusal(browser.get(URL, headers={"accept": accept}))
    assert (found["status"], found["code"]) == (406, "NOT_ACCEPTABLE")
    assert f"application/json and {ARROW}" in found["message"]
    assert browser.get(f"{URL}?columns=beta&format=json", headers={"accept": accept}).status_code == 200


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("columns=gamma", "columns must be some of the scan's, each once; seen: gamma; choose from chromosome, rsid"),
        ("columns=", "columns must be some of the scan's"),
        ("chromosome=banana", "a chromosome must be 1 to 22, X, Y or MT; seen: banana"),
        ("start=5", "a region must have a chromosome"),
        ("chromosome=1&start=9&end=8", "give start and end in this order"),
        ("chromosome=1&start=1e3", "`start` must be a whole number, not '1e3'"),
        ("chromosome=1&end=99999999999999999999", "`end` must be a whole number"),
        ("min_neg_log10_p=nan", "`min_neg_log10_p` must be a number, not 'nan'"),
        ("min_neg_log10_p=-1", "must be a number of at least 0; seen: -1"),
        ("format=csv", "`format` must be json or arrow, not 'csv'"),
        ("region=1:1-2", "the parameters here are columns, chromosome, start, end, min_neg_log10_p, format"),
        ("start=1&start=2&chromosome=1", "each once; 'start' is not one of them, or twice"),
    ],
)
def test_send_scan__wrong_questions_are_named(browser: Browser, query: str, message: str) -> None:
    found = refusal(browser.get(f"{URL}?{query}"))
    assert (found["status"], found["code"]) == (400, "BAD_ARGUMENT")
    assert message in found["message"]


@pytest.mark.parametrize(
    "run_id", ["0123456789abcdef", "abc", "..%2f..%2fetc", "%2e%2e", "ZZZZZZZZZZZZZZZZ", f"{SCAN.run_id}0", REML.run_id]
)
def test_send_scan__what_is_no_scan_is_unknown(browser: Browser, run_id: str) -> None:
    answer = browser.get(f"/scans/{run_id}")
    assert answer.status_code == 404
    if answer.headers["content-type"] == "application/json":  # a slash in it makes it no path of ours
        assert refusal(answer)["code"] == "UNKNOWN_ID"
        assert "GET /scans lists them" in refusal(answer)["message"]


def test_send_scan__a_replaced_scan_is_gone_although_its_files_are_there(browser: Browser) -> None:
    found = refusal(browser.get(f"/scans/{OLD_SCAN.run_id}", headers={"if-none-match": "*"}))
    assert (found["status"], found["code"]) == (410, "RETIRED")
    assert found["message"] == (
        f"the scan {OLD_SCAN.run_id} was replaced or removed: GET /scans lists the present ones"
    )


def test_send_scan__missing_files_are_said_without_their_place(browser: Browser, api_settings: Settings) -> None:
    found = refusal(browser.get(f"/scans/{HEIGHT_SCAN.run_id}"))
    assert (found["status"], found["code"]) == (500, "REFUSED")
    assert "attach it again" in found["message"]
    assert str(api_settings.home) not in found["message"]


@pytest.mark.usefixtures("changed_file")
def test_send_scan__a_changed_file_is_not_served(browser: Browser) -> None:
    assert refusal(browser.get(URL))["code"] == "REFUSED"


def test_send_scan__etag_is_of_run_and_question(browser: Browser) -> None:
    first = browser.get(URL, params={"columns": "beta,rsid", "chromosome": "1"})
    again = browser.get(URL, params={"chromosome": "1", "columns": "beta, rsid"})
    assert first.headers["etag"] == again.headers["etag"]
    assert first.headers["etag"].startswith(f'"{SCAN.run_id}-')
    assert "immutable" in first.headers["cache-control"]
    others = [{"columns": "rsid,beta"}, {}, {"format": "arrow"}, {"min_neg_log10_p": "1"}]
    tags = [browser.get(URL, params=other).headers["etag"] for other in others]
    assert len({first.headers["etag"], *tags}) == 5


def test_send_scan__what_the_caller_has_is_not_sent_again(browser: Browser) -> None:
    tag = browser.get(URL).headers["etag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        answer = browser.get(URL, headers={"if-none-match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert browser.get(URL, headers={"if-none-match": '"x"'}).status_code == 200


def test_send_scan__head_has_the_headers_alone(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    got = browser.get(URL)
    monkeypatch.delattr(scan_files, "stream_json")  # nothing of a body is made
    head = browser.send("HEAD", URL)
    assert (head.status_code, head.content) == (200, b"")
    names = {"x-request-id", "content-length"}
    assert {n: v for n, v in head.headers.items() if n not in names} == {
        n: v for n, v in got.headers.items() if n not in names
    }
    assert "content-length" not in head.headers
    assert browser.send("HEAD", "/scans").status_code == 200
    assert browser.send("HEAD", f"/scans/{OLD_SCAN.run_id}").status_code == 410


@pytest.mark.parametrize("path", ["/scans", URL])
def test_scans__an_outage_is_no_empty_list(path: str, monkeypatch: pytest.MonkeyPatch, browser: Browser) -> None:
    async def away(*_: Any, **__: Any) -> Any:
        raise StoreUnavailable("the graph at bolt://127.0.0.1:1 does not answer: start it")

    monkeypatch.setattr(AsyncStore, "read", away)
    found = refusal(browser.get(path))
    assert (found["status"], found["code"]) == (503, "OUTAGE")
    assert "start it" in found["message"]


def test_scans__trusted_hosts_and_request_ids_as_everywhere(browser: Browser) -> None:
    assert browser.get(URL, headers={"host": "evil.example"}).status_code == 400
    assert browser.get(URL, headers={"x-request-id": "mine"}).headers["x-request-id"] == "mine"
    assert browser.post(URL, content=json.dumps({})).status_code == 405
