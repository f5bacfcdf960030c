"""The examples of ``docs/columns.md`` print what the page shows; LOCUSGRAPH_REWRITE_DOCS=1 writes it anew."""

import contextlib
import io
import os
import re

import httpx
import pytest

from tests.api.browser import Browser
from tests.api.graph_rows import Cypher
from tests.paths import ROOT

pytestmark = pytest.mark.store

PAGE = ROOT / "docs" / "columns.md"
_CURL = re.compile(r'```console\n\$ curl -s "(?P<url>[^"]+)"\n(?P<shown>.*?)```', re.DOTALL)
_PYTHON = re.compile(r"```python\n(?P<code>.*?)```\n\n```text\n(?P<shown>.*?)```", re.DOTALL)
_REQUEST_ID = re.compile(r'"requestId":"[^"]*"')


@pytest.fixture(scope="module", autouse=True)
def aligned(graph: object, run_cypher: Cypher) -> None:
    """One edge with an aligned z."""
    run_cypher("MATCH ()-[e:MQTL {edge_key: 'm1'}]->() SET e.aligned_z_score = -7.5, e.z_score = 7.5")


def test_page__shows_what_is_printed(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(httpx, "get", browser.get)

    def asked(match: re.Match[str]) -> str:
        text = _REQUEST_ID.sub('"requestId":"…"', browser.get(match["url"]).text)
        return f'```console\n$ curl -s "{match["url"]}"\n{text}\n```'

    def run(match: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(match["code"], {})  # noqa: S102  (the page's own example)
        return f"```python\n{match['code']}```\n\n```text\n{printed.getvalue()}```"

    page = PAGE.read_text(encoding="utf-8")
    renewed = _PYTHON.sub(run, _CURL.sub(asked, page))
    if "LOCUSGRAPH_REWRITE_DOCS" in os.environ:
        PAGE.write_text(renewed, encoding="utf-8")
    assert len(_CURL.findall(page)) == 4
    assert len(_PYTHON.findall(page)) == 1
    assert page == renewed
